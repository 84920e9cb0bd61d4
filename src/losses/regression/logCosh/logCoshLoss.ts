import { defineLoss, elements } from "../../../contract/loss.ts";
import { eachElement, given, type Pair, type PairGrads, pair, wanted } from "../pair.ts";

// biome-ignore lint/complexity/noBannedTypes: no options of its own
export type LogCoshOptions = {};

/**
 * Log-cosh loss: half the squared error near zero, the absolute error less ln 2 far out, smooth everywhere.
 *
 *     r = predictions − targets
 *     L = log(cosh(r)) = |r| + log(1 + exp(−2|r|)) − ln 2
 *
 * Shapes     predictions, targets: [...], equal. Unreduced value: [...]. The mean divides by the number of elements.
 * Gradient   tanh(r) for predictions, its negative for targets.
 * Errors     Shapes that differ; empty input.
 * Edges      No overflow at any finite error, and full relative accuracy near 0, where the formula above cancels. One
 *            infinity gives +Infinity with gradient ±1; NaN gives NaN, and so does ∞ − ∞.
 * Relation   Between huberLoss with delta = 1 less 0.2 and that itself; unlike it, twice differentiable. It has no scale
 *            of its own: to move its bend from 1 to δ divide both arguments by δ.
 * Source     Q. Wang et al., A Comprehensive Survey of Loss Functions in Machine Learning, 2022.
 */
export const logCoshLoss = defineLoss<Pair, LogCoshOptions, PairGrads>(
  {
    name: "logCoshLoss",
    family: "regression",
    title: { en: "Log-cosh loss", zh: "Log-Cosh损失" },
    aliases: { en: ["log cosh", "logcosh"], zh: ["对数双曲余弦损失"] },
    summary: "A smooth cousin of the Huber loss: the mean's pull near the target, the median's far out.",
    arguments: pair,
    options: {},
    unreduced: eachElement,
    formula: String.raw`\log\cosh(\hat y - y)`,
    traps: [
      "Its bend lies at an error of about 1 in the unit of the targets: scale them first.",
      "Written as log(cosh(r)) it overflows in float32 from an error of 90 on.",
    ],
    references: [
      {
        text: "Wang, Ma, Zhao and Tian, A Comprehensive Survey of Loss Functions in Machine Learning, Annals of Data Science 9, 2022",
        url: "https://doi.org/10.1007/s40745-020-00253-5",
      },
    ],
  },
  {
    appliesUpstream: "sum",
    divisor: elements,
    run: (inputs, _, pass) => pass.kernel.logCosh(...given(inputs), ...wanted(pass)),
  },
);
