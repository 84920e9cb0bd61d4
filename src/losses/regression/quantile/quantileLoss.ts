import { defineLoss, elements } from "../../../contract/loss.ts";
import { eachElement, given, type Pair, type PairGrads, pair, wanted } from "../pair.ts";

export interface QuantileOptions {
  /** Which quantile to fit; in (0, 1). Default 0.5: the median. */
  quantile?: number;
}

/**
 * Quantile (pinball) loss: its minimiser is a quantile of the targets instead of their mean.
 *
 *     e = targets − predictions
 *     L = max(q e, (q − 1) e)
 *
 * Shapes     predictions, targets: [...], equal. Unreduced value: [...]. The mean divides by the number of elements.
 * Gradient   −q where the prediction is too low, 1 − q where it is too high, 0 where it is exact; its negative for targets.
 * Errors     quantile outside (0, 1), its ends included, where the best prediction is ∓∞; shapes that differ; empty input.
 * Edges      One infinity gives +Infinity with its side's gradient; NaN gives NaN, and so does ∞ − ∞.
 * Relation   At 0.5 half of l1Loss. Swapping the arguments is taking 1 − q. Several quantiles at once: multiQuantileLoss.
 * Source     R. Koenker and G. Bassett, Regression Quantiles, 1978.
 */
export const quantileLoss = defineLoss<Pair, QuantileOptions, PairGrads>(
  {
    name: "quantileLoss",
    family: "regression",
    title: { en: "Quantile loss", zh: "分位数损失" },
    aliases: { en: ["pinball loss", "quantile regression", "check loss"], zh: ["弹球损失", "分位数回归"] },
    summary: "Fits a quantile: too low costs q, too high 1 − q a unit of error.",
    arguments: pair,
    options: {
      quantile: { type: "number", default: 0.5, range: "(0, 1)", doc: "Which quantile to fit." },
    },
    unreduced: eachElement,
    formula: String.raw`\max\bigl(q\,e,\ (q-1)\,e\bigr), \quad e = y - \hat y`,
    traps: [
      "The error is target minus prediction: a high quantile punishes predictions that are too low.",
      "At the median it is half the absolute error.",
    ],
    references: [
      {
        text: "Koenker and Bassett, Regression Quantiles, Econometrica 46, 1978",
        url: "https://doi.org/10.2307/1913643",
      },
    ],
  },
  {
    appliesUpstream: "sum",
    divisor: elements,
    run: (inputs, { quantile }, pass) => pass.kernel.quantile(...given(inputs), quantile, ...wanted(pass)),
  },
);
