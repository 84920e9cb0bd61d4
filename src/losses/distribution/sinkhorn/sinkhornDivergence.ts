import { defineScalarLoss } from "../../../contract/loss.ts";
import { take } from "../../../kernel/arena.ts";
import { nowhere, type Pointer } from "../../../kernel/kernels.ts";
import { type Operand, viewOf } from "../../../tensor/stage.ts";
import type { FloatInput } from "../../../tensor/tensor.ts";
import { massed } from "../masses.ts";
import { checkMass } from "../wasserstein/weights.ts";
import { anneal } from "./annealing.ts";

export interface SinkhornOptions {
  /** Length below which differences are smoothed away; > 0. ε = blurᵖ. Default 0.05. */
  blur?: number;
  /** Power of the distance; the cost is dᵖ / p; ≥ 1. Default 2. */
  p?: number;
  /** Ratio of one length of the annealing to the one before, from the diameter down to the blur; in (0, 1). Default 0.5. */
  scaling?: number;
  /** Goes on at the blur until the plan's marginals agree, to this many iterations in all, ≥ 1. Default null: no further. */
  maxIterations?: number | null;
  /** Mass at each x, ≥ 0; need not sum to 1. Default: equal. */
  xWeights?: FloatInput;
  /** Mass at each y, ≥ 0; need not sum to 1. Default: equal. */
  yWeights?: FloatInput;
}

/**
 * Sinkhorn divergence of two clouds of points: smoothed optimal transport, without the bias that smoothing brings.
 *
 *     L = OT(x, y) − ½ OT(x, x) − ½ OT(y, y)
 *     OT(x, y) = min over plans P of Σ P_ij c(x_i, y_j) + ε KL(P ‖ masses),   c = dᵖ / p,  ε = blurᵖ
 *
 * Shapes     x: [N, D], y: [M, D]; xWeights: [N], yWeights: [M], else every point has the mass 1/N or 1/M. One number.
 * Gradient   For x and y, by the envelope theorem: that of the cost along the plans. It is the derivative of the value
 *            to the accuracy the iterations have converged to.
 *            The weights are constants.
 * Errors     Weights that are negative or all 0; blur ≤ 0; p < 1; scaling outside (0, 1); maxIterations not whole; D that differs; empty input.
 * Edges      Weights are divided by their sum; points of weight 0 take no part, whatever they hold. The iterations are those of geomloss: all potentials at once, averaged with those before, once at each
 *            length from the diameter of both clouds down to the blur; a value may then lie below 0 by what is left.
 *            `maxIterations` goes on until the plan's marginals agree to 1e-9 (f32: 1e-4), or that many iterations are done; it
 *            never cuts the annealing short. sinkhornPotentials tells how far it came. In f32 a blur below a fiftieth of the
 *            diameter costs the gradient digits (1.2e-3 at a thousandth): take f64. NaN or an infinite coordinate gives NaN everywhere. Distances are kept while they fit into 64 MB (1,400
 *            points against as many in f64); beyond, they are made anew in every iteration and memory grows with N + M.
 * Relation   blur → 0 gives the optimal transport cost: half of earthMoverDistance with cost "squared" (p = 2), or
 *            earthMoverDistance itself (p = 1). blur → ∞ gives ½ ‖mean x − mean y‖² (p = 2), half the energy distance (p = 1), to
 *            1e-7 from a blurᵖ of 10⁷ diametersᵖ on.
 * Source     J. Feydy et al., Interpolating between Optimal Transport and MMD using Sinkhorn Divergences, 2019.
 */
export const sinkhornDivergence = defineScalarLoss<[x: FloatInput, y: FloatInput], SinkhornOptions, "x" | "y">(
  {
    name: "sinkhornDivergence",
    family: "distribution",
    title: { en: "Sinkhorn divergence", zh: "Sinkhorn散度" },
    aliases: {
      en: ["entropic optimal transport", "regularised Wasserstein"],
      zh: ["熵正则最优传输", "正则化Wasserstein"],
    },
    summary: "Moves one cloud of points onto another along smoothed optimal transport.",
    arguments: [
      { name: "x", shape: "N D", kind: "float", differentiable: true, doc: "One cloud of points." },
      { name: "y", shape: "M D", kind: "float", differentiable: true, doc: "The other cloud." },
    ],
    options: {
      blur: {
        type: "number",
        default: 0.05,
        range: "(0, ∞)",
        doc: "Length below which differences are smoothed away.",
      },
      p: { type: "number", default: 2, range: "[1, ∞)", doc: "Power of the distance; the cost is its p-th part." },
      scaling: {
        type: "number",
        default: 0.5,
        range: "(0, 1)",
        doc: "Ratio of one length of the annealing to the one before.",
      },
      maxIterations: {
        type: "number",
        default: null,
        range: "[1, ∞)",
        integer: true,
        nullable: true,
        doc: "Goes on at the blur until the plan's marginals agree, to this many iterations in all.",
      },
      xWeights: { type: "tensor", shape: "N", default: undefined, range: "[0, ∞)", doc: "Mass at each x." },
      yWeights: { type: "tensor", shape: "M", default: undefined, range: "[0, ∞)", doc: "Mass at each y." },
    },
    unreduced: null,
    formula: String.raw`\mathrm{OT}_\varepsilon(x, y) - \tfrac12 \mathrm{OT}_\varepsilon(x, x) - \tfrac12 \mathrm{OT}_\varepsilon(y, y), \quad \mathrm{OT}_\varepsilon = \min_P \sum_{ij} P_{ij} \tfrac1p \lVert x_i - y_j \rVert^p + \varepsilon D_{\mathrm{KL}}(P \,\|\, a \otimes b)`,
    traps: [
      "blur is a length in the data's units: 0.05 suits data in the unit square and smooths next to nothing in pixels.",
      "with p = 2 the cost is half the squared distance.",
      "a coarse scaling leaves the iterations unconverged, and the value may be slightly negative: 0.9 is slow and accurate.",
    ],
    heldConstant: "the plans",
    references: [
      {
        text: "Feydy et al., Interpolating between Optimal Transport and MMD using Sinkhorn Divergences, AISTATS 2019",
        url: "https://arxiv.org/abs/1810.08278",
      },
    ],
  },
  ([x, y], { xWeights, yWeights, ...settings }, pass) => {
    const { kernel, dtype, grads, scale } = pass;
    for (const weights of [xWeights, yWeights]) checkMass(weights, dtype);
    const [first, second] = [massed(x, xWeights, dtype), massed(y, yWeights, dtype)];
    const solution = anneal(first, second, settings, pass);
    const wanted = [
      { all: x, own: first, gradient: grads.x },
      { all: y, own: second, gradient: grads.y },
    ] as const;
    if (solution === null) {
      for (const { all, gradient } of wanted) if (gradient) viewOf(gradient, all.size, dtype).fill(Number.NaN);
      return Number.NaN;
    }
    const sums = wanted.map(({ own, gradient }) => (gradient ? take("float64", own.points.size) : nowhere));
    solution.gradients(sums[0] as Pointer, sums[1] as Pointer);
    for (const [k, { all, own, gradient }] of wanted.entries())
      if (gradient) kernel.collect(spread(sums[k] as Pointer, own, all), all.size, gradient, scale);
    return solution.value;
  },
);

/** Gradients of the points with a mass among zeros for the others. */
function spread(sums: Pointer, { points, index }: ReturnType<typeof massed>, { size, shape }: Operand): Pointer {
  if (points.size === size) return sums;
  const d = shape[1] as number;
  const pointer = take("float64", size);
  const [own, all] = [viewOf(sums, points.size, "float64"), viewOf(pointer, size, "float64").fill(0)];
  for (const [k, i] of index.entries()) all.set(own.subarray(k * d, k * d + d), i * d);
  return pointer;
}
