import { defineLoss, elements } from "../../../contract/loss.ts";
import type { FloatInput } from "../../../tensor/tensor.ts";

/** No options but those of every loss. */
export type LogisticOptions = Record<never, never>;

/**
 * Logistic loss: log(1 + exp(−y f)).
 *
 *     L = softplus(−y f)
 *
 * Shapes     scores, targets: [...], equal; targets are −1 or 1. Unreduced value: [...]. The mean divides by the number
 *            of elements.
 * Gradient   −y σ(−y f) for scores.
 * Errors     a target other than ±1 (0 and 1: 2 · target − 1); shapes that differ; empty input.
 * Edges      No overflow at any finite score. NaN gives NaN.
 * Relation   binaryCrossEntropy with targets 0 and 1. 1/(1 + exp(−x)) is the sigmoid, not this loss.
 * Source     D. R. Cox, The Regression Analysis of Binary Sequences, 1958.
 */
export const logisticLoss = defineLoss<[scores: FloatInput, targets: FloatInput], LogisticOptions, "scores">(
  {
    name: "logisticLoss",
    family: "classification",
    title: { en: "Logistic loss", zh: "逻辑损失" },
    aliases: {
      en: ["soft margin loss", "log loss on margins", "logistic regression loss"],
      zh: ["软间隔损失", "逻辑回归损失"],
    },
    summary: "Pushes every score to the side of its target, for ever, but less and less.",
    arguments: [
      { name: "scores", shape: "...", kind: "float", differentiable: true, doc: "Signed scores." },
      { name: "targets", shape: "...", kind: "sign", differentiable: false, doc: "−1 or 1." },
    ],
    options: {},
    unreduced: { shape: "...", mean: "the number of elements" },
    formula: String.raw`\log\bigl(1 + e^{-y f}\bigr)`,
    traps: [
      "1/(1+exp(−x)), sometimes printed under this name, is the sigmoid and no loss: minimising it sends x to −∞.",
      "Targets are −1 and 1; for 0 and 1 use binaryCrossEntropy.",
    ],
    references: [
      {
        text: "Cox, The Regression Analysis of Binary Sequences, Journal of the Royal Statistical Society B 20, 1958",
        url: "https://doi.org/10.1111/j.2517-6161.1958.tb00292.x",
      },
    ],
  },
  {
    appliesUpstream: "sum",
    divisor: elements,
    run: ([f, y], _, { kernel, values, grads, scale, upstream }) =>
      kernel.logistic(f.pointer, y.pointer, f.size, values, grads.scores, scale, upstream),
  },
);
