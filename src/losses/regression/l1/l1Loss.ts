import { defineLoss, elements } from "../../../contract/loss.ts";
import { eachElement, given, type Pair, type PairGrads, pair, wanted } from "../pair.ts";

// biome-ignore lint/complexity/noBannedTypes: no options of its own
export type L1Options = {};

/**
 * L1 loss, the absolute error; its mean is the mean absolute error.
 *
 *     L = |predictions − targets|
 *
 * Shapes     predictions, targets: [...], equal. Unreduced value: [...]. The mean divides by the number of elements.
 * Gradient   sign(predictions − targets) for predictions, its negative for targets; 0 where they are equal.
 * Errors     Shapes that differ; empty input.
 * Edges      One infinity gives +Infinity with gradient ±1; NaN gives NaN, and so does ∞ − ∞.
 * Relation   Against l2Loss. Robust: the best constant is the median, which an outlier moves by its rank and not by its
 *            size, and its gradient is at most 1. Less stable: the best fit need not be unique and can jump when the data
 *            move a little, and the gradient does not shrink near the target, so a fixed step size keeps overshooting.
 *            huberLoss has the robustness far out and the smoothness near 0. Twice quantileLoss at 0.5.
 * Source     P. S. Laplace, 1774; R. J. Boscovich, 1757.
 */
export const l1Loss = defineLoss<Pair, L1Options, PairGrads>(
  {
    name: "l1Loss",
    family: "regression",
    title: { en: "L1 loss", zh: "L1损失" },
    aliases: {
      en: ["L1", "absolute error", "MAE", "mean absolute error", "least absolute deviations", "LAD"],
      zh: ["绝对误差", "平均绝对误差", "最小一乘"],
    },
    summary: "Fits the median, so that outliers pull no harder than any other error.",
    arguments: pair,
    options: {},
    unreduced: eachElement,
    formula: String.raw`|\hat y - y|`,
    traps: [
      "The gradient keeps its size up to the target: without a decaying step size the fit oscillates around it.",
      "In texts L1 is often the sum; here, as in most libraries, the default is the mean.",
    ],
    references: [
      {
        text: "Bloomfield and Steiger, Least Absolute Deviations: Theory, Applications and Algorithms, Birkhäuser 1983",
        url: "https://doi.org/10.1007/978-1-4684-8574-5",
      },
    ],
  },
  {
    appliesUpstream: "sum",
    divisor: elements,
    run: (inputs, _, pass) => pass.kernel.l1(...given(inputs), ...wanted(pass)),
  },
);
