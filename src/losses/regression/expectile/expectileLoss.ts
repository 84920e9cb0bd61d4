import { defineLoss, elements } from "../../../contract/loss.ts";
import { eachElement, given, type Pair, type PairGrads, pair, wanted } from "../pair.ts";

export interface ExpectileOptions {
  /** Which expectile to fit; in (0, 1). Default 0.5: the mean. */
  expectile?: number;
}

/**
 * Expectile loss: a squared error that weighs too low and too high differently.
 *
 *     e = targets − predictions
 *     L = τ e² where e > 0, (1 − τ) e² elsewhere
 *
 * Shapes     predictions, targets: [...], equal. Unreduced value: [...]. The mean divides by the number of elements.
 * Gradient   −2 τ e where the prediction is too low, −2 (1 − τ) e where it is too high, 0 where it is exact; its negative for
 *            targets.
 * Errors     expectile outside (0, 1), its ends included, where the best prediction is ∓∞; shapes that differ; empty input.
 * Edges      One infinity gives +Infinity with an infinite gradient; NaN gives NaN, and so does ∞ − ∞.
 * Relation   At 0.5 half of l2Loss. Swapping the arguments is taking 1 − τ. The same of absolute errors: quantileLoss.
 * Source     W. Newey and J. Powell, Asymmetric Least Squares Estimation and Testing, 1987.
 */
export const expectileLoss = defineLoss<Pair, ExpectileOptions, PairGrads>(
  {
    name: "expectileLoss",
    family: "regression",
    title: { en: "Expectile loss", zh: "期望分位损失" },
    aliases: { en: ["asymmetric least squares", "asymmetric squared loss"], zh: ["非对称最小二乘"] },
    summary: "Fits an expectile: a squared error that counts τ where too low, 1 − τ where too high.",
    arguments: pair,
    options: {
      expectile: { type: "number", default: 0.5, range: "(0, 1)", doc: "Which expectile to fit." },
    },
    unreduced: eachElement,
    formula: String.raw`\begin{cases} \tau\,e^2 & e > 0 \\ (1-\tau)\,e^2 & e \le 0 \end{cases}, \quad e = y - \hat y`,
    traps: [
      "The error is target minus prediction: a high expectile punishes predictions that are too low.",
      "At 0.5 it is half the squared error.",
      "An expectile is not a quantile: the share of the targets below the 0.9 expectile is not 0.9.",
    ],
    references: [
      {
        text: "Newey and Powell, Asymmetric Least Squares Estimation and Testing, Econometrica 55, 1987",
        url: "https://doi.org/10.2307/1911031",
      },
      {
        text: "Kostrikov, Nair and Levine, Offline Reinforcement Learning with Implicit Q-Learning, 2021",
        url: "https://arxiv.org/abs/2110.06169",
      },
    ],
  },
  {
    appliesUpstream: "sum",
    divisor: elements,
    run: (inputs, { expectile }, pass) => pass.kernel.expectile(...given(inputs), expectile, ...wanted(pass)),
  },
);
