import { defineScalarLoss, type Pass } from "../../../contract/loss.ts";
import { nowhere, type Pointer } from "../../../kernel/kernels.ts";
import type { Operand } from "../../../tensor/stage.ts";
import type { FloatInput } from "../../../tensor/tensor.ts";
import { type Sorted, sorter, type Transport, walk } from "./line.ts";
import { checkMass } from "./weights.ts";

export interface WassersteinDistanceOptions {
  /** Power of the distance a unit of mass is moved; in [1, ∞], Infinity for the longest way alone. Default 1. */
  p?: number;
  /** Mass at each u, ≥ 0; need not sum to 1. Default: equal. */
  uWeights?: FloatInput;
  /** Mass at each v, ≥ 0; need not sum to 1. Default: equal. */
  vWeights?: FloatInput;
}

/**
 * Wasserstein distance of two samples of numbers, exact: the least work that turns one distribution into the other.
 *
 *     W = (∫ |F_u⁻¹(s) − F_v⁻¹(s)|ᵖ ds)^(1/p),   F⁻¹ the quantile functions
 *
 * Shapes     u: [N], v: [M]; N and M may differ. uWeights: [N], vWeights: [M]. One number.
 * Gradient   For u and v, through the coupling; equal numbers count in index order, and where the distance is 0 the
 *            gradient is 0. For p = Infinity the longest way takes it all, of equal ones that of the first u, then v. The
 *            weights are constants.
 * Errors     p < 1; weights that are negative or all 0; more than one dimension; empty input.
 * Edges      Weights are divided by their sum. Mass that their rounding leaves over is not moved. NaN gives NaN.
 * Relation   SciPy's wasserstein_distance is p = 1. This is the distance: POT's wasserstein_1d gives its p-th power.
 * Source     C. Villani, Topics in Optimal Transportation, 2003, section 2.2.
 */
export const wassersteinDistance = defineScalarLoss<
  [u: FloatInput, v: FloatInput],
  WassersteinDistanceOptions,
  "u" | "v"
>(
  {
    name: "wassersteinDistance",
    family: "distribution",
    title: { en: "Wasserstein distance", zh: "Wasserstein距离" },
    aliases: {
      en: ["earth mover's distance in one dimension", "Kantorovich distance", "optimal transport on the line"],
      zh: ["一维推土机距离", "Kantorovich距离", "直线上的最优传输"],
    },
    summary: "Moves one sample of numbers onto another along the shortest way.",
    arguments: [
      { name: "u", shape: "N", kind: "float", differentiable: true, doc: "One sample." },
      { name: "v", shape: "M", kind: "float", differentiable: true, doc: "The other sample." },
    ],
    options: {
      p: {
        type: "number",
        default: 1,
        range: "[1, ∞]",
        doc: "Power of the distance a unit of mass is moved; Infinity for the longest way alone.",
      },
      uWeights: { type: "tensor", shape: "N", default: undefined, range: "[0, ∞)", doc: "Mass at each u." },
      vWeights: { type: "tensor", shape: "M", default: undefined, range: "[0, ∞)", doc: "Mass at each v." },
    },
    unreduced: null,
    formula: String.raw`W_p(u, v) = \Bigl( \int_0^1 \lvert F_u^{-1}(s) - F_v^{-1}(s) \rvert^p \, ds \Bigr)^{1/p}`,
    traps: [
      "for p > 1 this is the root: some libraries return the p-th power under the same name.",
      "its gradient has one size however far the samples are apart (p = 1): step sizes must shrink.",
    ],
    references: [
      {
        text: "Villani, Topics in Optimal Transportation, American Mathematical Society 2003",
        url: "https://doi.org/10.1090/gsm/058",
      },
    ],
  },
  ([u, v], { p, uWeights, vWeights }, pass) => {
    const sort = sorter(pass, Math.max(u.size, v.size));
    const transport = { u: sideOf(sort, u, uWeights), v: sideOf(sort, v, vWeights), p };
    return distance(transport, pass);
  },
  (_inputs, { uWeights, vWeights }, { dtype }) => {
    for (const weights of [uWeights, vWeights]) checkMass(weights, dtype);
  },
);

const sideOf = (sort: (x: Pointer, n: number) => Sorted, x: Operand, weights: Operand | undefined) => ({
  ...sort(x.pointer, x.size),
  weights: weights?.pointer ?? nowhere,
});

function distance(transport: Transport, { kernel, grads, scale }: Pass<"u" | "v">): number {
  const { p } = transport;
  if (p === 1 || p === Number.POSITIVE_INFINITY) return walk(kernel, transport, 1, scale, grads.u, grads.v);
  const unit = walk(kernel, { ...transport, p: Number.POSITIVE_INFINITY }, 1, 0, nowhere, nowhere) || 1;
  const mean = walk(kernel, transport, unit, 0, nowhere, nowhere);
  // ∂W/∂(mean of rᵖ) = unit · mean^(1/p − 1) / p
  const slope = mean === 0 ? 0 : (scale * unit * mean ** (1 / p - 1)) / p;
  if (grads.u || grads.v) walk(kernel, transport, unit, slope, grads.u, grads.v);
  return unit * mean ** (1 / p);
}
