import { defineLoss, elements } from "../../../contract/loss.ts";
import { eachElement, given, type Pair, type PairGrads, pair, wanted } from "../pair.ts";

// biome-ignore lint/complexity/noBannedTypes: no options of its own
export type L2Options = {};

/**
 * L2 loss, the squared error; its mean is the mean squared error (MSE).
 *
 *     L = (predictions − targets)²          (without a factor of one half)
 *
 * Shapes     predictions, targets: [...], equal. Unreduced value: [...]. The mean divides by the number of elements.
 * Gradient   2 (predictions − targets) for predictions, its negative for targets.
 * Errors     Shapes that differ; empty input.
 * Edges      One infinity gives +Infinity with gradient ±Infinity; NaN gives NaN, and so does ∞ − ∞. In float32 an error
 *            beyond 1.8e19 has a square beyond the largest number: +Infinity.
 * Relation   Against l1Loss. Stable: the best fit is unique and moves smoothly with the data, and the gradient shrinks
 *            with the error. Not robust: the best constant is the mean, and one error of 100 weighs as much as 10,000 of 1.
 *            huberLoss with a large delta is half of it.
 * Source     A.-M. Legendre, 1805; C. F. Gauss, 1809.
 */
export const l2Loss = defineLoss<Pair, L2Options, PairGrads>(
  {
    name: "l2Loss",
    family: "regression",
    title: { en: "L2 loss", zh: "L2损失" },
    aliases: {
      en: ["L2", "squared error", "MSE", "mean squared error", "least squares"],
      zh: ["平方误差", "均方误差", "最小二乘"],
    },
    summary: "Fits the mean; large errors count most.",
    arguments: pair,
    options: {},
    unreduced: eachElement,
    formula: String.raw`(\hat y - y)^2`,
    traps: [
      "Some libraries call half of it L2; here the mean is the mean squared error.",
      "A few outliers decide the fit: look at the largest residuals, or use the Huber loss.",
    ],
    references: [
      {
        text: "Stigler, Gauss and the Invention of Least Squares, Annals of Statistics 9, 1981",
        url: "https://doi.org/10.1214/aos/1176345451",
      },
    ],
  },
  {
    appliesUpstream: "sum",
    divisor: elements,
    run: (inputs, _, pass) => pass.kernel.l2(...given(inputs), ...wanted(pass)),
  },
);
