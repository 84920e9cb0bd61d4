import { defineScalarLoss, type Pass } from "../../../contract/loss.ts";
import { take } from "../../../kernel/arena.ts";
import { nowhere } from "../../../kernel/kernels.ts";
import { seededRandom } from "../../../random.ts";
import { type Operand, viewOf } from "../../../tensor/stage.ts";
import type { Dtype, FloatArray, FloatInput } from "../../../tensor/tensor.ts";
import { sorter, walk } from "../wasserstein/line.ts";

export interface SlicedWassersteinOptions {
  /** Number of directions; a whole number ≥ 1. Default 128. */
  projections?: number;
  /** Power of the distance a unit of mass is moved; ≥ 1. Default 2. */
  p?: number;
  /** Seed of the directions. Default 0. */
  seed?: number;
}

/**
 * Sliced Wasserstein distance of two clouds of points: that of their projections, averaged over random directions.
 *
 *     L = (mean over θ of W_p(x·θ, y·θ)ᵖ)^(1/p),   θ uniform on the unit sphere
 *
 * Shapes     x: [N, D], y: [M, D]. One number.
 * Gradient   For x and y, through the couplings of the projections; 0 where the distance is 0.
 * Errors     projections or seed not whole; p < 1; D that differs; empty input.
 * Edges      The same seed gives the same directions; NaN gives NaN.
 * Relation   In one dimension it is wassersteinDistance; it is never above the Wasserstein distance in D dimensions.
 * Source     N. Bonneel, J. Rabin, G. Peyré and H. Pfister, Sliced and Radon Wasserstein Barycenters of Measures, 2015.
 */
export const slicedWassersteinDistance = defineScalarLoss<
  [x: FloatInput, y: FloatInput],
  SlicedWassersteinOptions,
  "x" | "y"
>(
  {
    name: "slicedWassersteinDistance",
    family: "distribution",
    title: { en: "Sliced Wasserstein distance", zh: "切片Wasserstein距离" },
    aliases: { en: ["SWD"], zh: ["切片最优传输"] },
    summary: "Moves one cloud of points onto another, seen along random directions.",
    arguments: [
      { name: "x", shape: "N D", kind: "float", differentiable: true, doc: "One cloud of points." },
      { name: "y", shape: "M D", kind: "float", differentiable: true, doc: "The other cloud." },
    ],
    options: {
      projections: { type: "number", default: 128, range: "[1, ∞)", integer: true, doc: "Number of directions." },
      p: { type: "number", default: 2, range: "[1, ∞)", doc: "Power of the distance a unit of mass is moved." },
      seed: { type: "number", default: 0, range: "[0, 4294967295]", integer: true, doc: "Seed of the directions." },
    },
    unreduced: null,
    formula: String.raw`\Bigl( \mathbb{E}_\theta \, W_p^p(\theta^\top x, \theta^\top y) \Bigr)^{1/p}`,
    traps: ["a new seed every training step makes it stochastic, which is usual; one seed sees only its directions."],
    references: [
      {
        text: "Bonneel, Rabin, Peyré and Pfister, Sliced and Radon Wasserstein Barycenters of Measures, Journal of Mathematical Imaging and Vision 51, 2015",
        url: "https://doi.org/10.1007/s10851-014-0506-3",
      },
    ],
  },
  ([x, y], { projections, p, seed }, pass) => {
    const { kernel, dtype, grads, scale } = pass;
    const d = x.shape[1] as number;
    const random = seededRandom(seed);
    const direction = take("float64", d);
    // No projection is longer than its point, so no distance is more than twice the longest point.
    const unit = 2 * Math.max(longest(x, dtype), longest(y, dtype)) || 1;
    const sort = sorter(pass, Math.max(x.size, y.size) / d);
    const [u, v] = [sideOf(x, grads.x, pass), sideOf(y, grads.y, pass)];
    let total = 0;
    for (let k = 0; k < projections; k++) {
      viewOf(direction, d, "float64").set(unitVector(d, random.normal));
      for (const side of [u, v]) {
        kernel.project(side.points, direction, side.size, d, side.projected);
        sort(side.projected, side.size, side);
      }
      total += walk(kernel, { u, v, p }, unit, unit, u.gradient, v.gradient);
      for (const { gradient, size, sums } of [u, v]) if (gradient) kernel.spread(gradient, direction, size, d, sums);
    }
    const mean = total / projections;
    const slope = mean === 0 ? 0 : (scale * mean ** (1 / p - 1)) / p / projections;
    if (grads.x) kernel.collect(u.sums, x.size, grads.x, slope);
    if (grads.y) kernel.collect(v.sums, y.size, grads.y, slope);
    return unit * mean ** (1 / p);
  },
);

/** Everything about one cloud; `gradient` is 0 where none is wanted. */
function sideOf({ pointer, size, shape }: Operand, wanted: number, pass: Pass<"x" | "y">) {
  const n = shape[0] as number;
  const sums = wanted ? take("float64", size) : nowhere;
  if (sums) viewOf(sums, size, "float64").fill(0);
  return {
    points: pointer,
    size: n,
    weights: nowhere,
    projected: pass.take(pass.dtype, n),
    sorted: pass.take(pass.dtype, n),
    order: pass.take(pass.dtype, n),
    gradient: wanted ? pass.take(pass.dtype, n) : nowhere,
    sums,
  };
}

/** Length of the longest point. */
function longest({ pointer, size, shape }: Operand, dtype: Dtype): number {
  const data = viewOf(pointer, size, dtype);
  const d = shape[1] as number;
  let most = 0;
  for (let at = 0; at < size; at += d) {
    const length = lengthOf(data.subarray(at, at + d));
    if (!(length <= most)) most = length;
  }
  return most;
}

/** A direction, uniform on the sphere. */
export function unitVector(d: number, normal: () => number): Float64Array {
  const vector = Float64Array.from({ length: d }, normal);
  const length = lengthOf(vector);
  return vector.map((x) => x / length);
}

const lengthOf = (vector: FloatArray) => Math.sqrt((vector as Float64Array).reduce((sum, x) => sum + x * x, 0));
