import { defineLoss, elements } from "../../../contract/loss.ts";
import { eachElement, given, type Pair, type PairGrads, pair, wanted } from "../pair.ts";

export interface HuberOptions {
  /** Residual at which the loss turns from quadratic to linear; > 0. Default 1. */
  delta?: number;
}

/**
 * Huber loss: quadratic near zero, linear beyond `delta`.
 *
 *     r = predictions − targets
 *     L = r²/2                  |r| ≤ δ
 *       = δ (|r| − δ/2)         otherwise
 *
 * Shapes     predictions, targets: [...], equal. Unreduced value: [...]. The mean divides by the number of elements.
 * Gradient   clamp(r, −δ, δ) for predictions, its negative for targets.
 * Errors     delta ≤ 0 or not a number; shapes that differ; empty input.
 * Edges      One infinity gives +Infinity with gradient ±δ; NaN gives NaN, and so does ∞ − ∞.
 * Relation   smoothL1Loss with beta = δ is this divided by δ; a large δ makes it half of l2Loss.
 * Source     P. J. Huber, Robust Estimation of a Location Parameter, 1964.
 */
export const huberLoss = defineLoss<Pair, HuberOptions, PairGrads>(
  {
    name: "huberLoss",
    family: "regression",
    title: { en: "Huber loss", zh: "Huber损失" },
    aliases: { en: ["Huber"], zh: [] },
    summary: "Fits the mean of ordinary errors and only leans towards outliers.",
    arguments: pair,
    options: {
      delta: {
        type: "number",
        default: 1,
        range: "(0, ∞)",
        doc: "Residual at which the loss turns from quadratic to linear.",
      },
    },
    unreduced: eachElement,
    formula: String.raw`\begin{cases} \tfrac12 r^2 & |r| \le \delta \\ \delta\,(|r| - \tfrac12\delta) & |r| > \delta \end{cases}, \quad r = \hat y - y`,
    traps: [
      "smooth L1 is not Huber: it is Huber divided by its threshold, so the two agree only at 1.",
      "δ has the unit of the targets: scale the targets, or δ with them.",
    ],
    references: [
      {
        text: "Huber, Robust Estimation of a Location Parameter, Annals of Mathematical Statistics 35, 1964",
        url: "https://doi.org/10.1214/aoms/1177703732",
      },
    ],
  },
  {
    appliesUpstream: "sum",
    divisor: elements,
    run: (inputs, { delta }, pass) => pass.kernel.huber(...given(inputs), delta, ...wanted(pass)),
  },
);
