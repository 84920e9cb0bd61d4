import { defineLoss, elements } from "../../../contract/loss.ts";
import { eachElement, given, type Pair, type PairGrads, pair, wanted } from "../pair.ts";

export interface SmoothL1Options {
  /** Residual at which the loss turns from quadratic to linear; ≥ 0, 0 being the L1 loss. Default 1. */
  beta?: number;
}

/**
 * Smooth L1 loss: the L1 loss with its corner rounded off within `beta` of the target.
 *
 *     r = predictions − targets
 *     L = r² / (2β)          |r| ≤ β
 *       = |r| − β/2          otherwise
 *
 * Shapes     predictions, targets: [...], equal. Unreduced value: [...]. The mean divides by the number of elements.
 * Gradient   clamp(r/β, −1, 1) for predictions, its negative for targets; with β = 0 sign(r), 0 at 0.
 * Errors     beta < 0 or not a number; shapes that differ; empty input.
 * Edges      One infinity gives +Infinity with gradient ±1; NaN gives NaN, and so does ∞ − ∞.
 * Relation   huberLoss with delta = β, divided by β; β = 0 is l1Loss.
 * Source     R. Girshick, Fast R-CNN, 2015.
 */
export const smoothL1Loss = defineLoss<Pair, SmoothL1Options, PairGrads>(
  {
    name: "smoothL1Loss",
    family: "regression",
    title: { en: "Smooth L1 loss", zh: "平滑L1损失" },
    aliases: { en: ["smooth L1", "Fast R-CNN box loss"], zh: ["平滑L1", "Fast R-CNN边框损失"] },
    summary: "Keeps the slope of the absolute error far out and rounds its corner near the target.",
    arguments: pair,
    options: {
      beta: {
        type: "number",
        default: 1,
        range: "[0, ∞)",
        doc: "Residual at which the loss turns from quadratic to linear; 0 is the L1 loss.",
      },
    },
    unreduced: eachElement,
    formula: String.raw`\begin{cases} r^2 / (2\beta) & |r| \le \beta \\ |r| - \tfrac12\beta & |r| > \beta \end{cases}, \quad r = \hat y - y`,
    traps: [
      "It is not the Huber loss: far out its slope is 1 whatever β is, while Huber's is δ.",
      "As β grows it tends to 0 with its gradient, where Huber tends to half the squared error.",
    ],
    references: [{ text: "Girshick, Fast R-CNN, ICCV 2015", url: "https://arxiv.org/abs/1504.08083" }],
  },
  {
    appliesUpstream: "sum",
    divisor: elements,
    run: (inputs, { beta }, pass) => {
      // The least β of float64 is 0 in float32.
      const corner = pass.dtype === "float32" ? Math.fround(beta) : beta;
      return corner === 0
        ? pass.kernel.l1(...given(inputs), ...wanted(pass))
        : pass.kernel.smoothL1(...given(inputs), corner, ...wanted(pass));
    },
  },
);
