import { defineLoss, elements } from "../../../contract/loss.ts";
import type { FloatInput } from "../../../tensor/tensor.ts";

export interface HingeOptions {
  /** How far beyond 0 a score should be on its side; ≥ 0, and 0 is the perceptron. Default 1. */
  margin?: number;
}

const marginArguments = [
  { name: "scores", shape: "...", kind: "float", differentiable: true, doc: "Signed scores." },
  { name: "targets", shape: "...", kind: "sign", differentiable: false, doc: "−1 or 1." },
] as const;

const marginOption = {
  margin: { type: "number", default: 1, range: "[0, ∞)", doc: "How far beyond 0 a score should be on its side." },
} as const;

/**
 * Hinge loss: max(0, m − y f).
 *
 *     L = max(0, m − y f)
 *
 * Shapes     scores, targets: [...], equal; targets are −1 or 1. Unreduced value: [...]. The mean divides by the number
 *            of elements.
 * Gradient   −y within the margin (y f < m), else 0; on the margin 0.
 * Errors     margin < 0; a target other than ±1 (0 and 1: 2 · target − 1); shapes that differ; empty input.
 * Edges      NaN gives NaN.
 * Relation   squaredHingeLoss is its square; multiclassHingeLoss has more than two classes; margin 0 is the perceptron.
 * Source     C. Cortes, V. Vapnik, Support-Vector Networks, 1995.
 */
export const hingeLoss = defineLoss<[scores: FloatInput, targets: FloatInput], HingeOptions, "scores">(
  {
    name: "hingeLoss",
    family: "classification",
    title: { en: "Hinge loss", zh: "合页损失" },
    aliases: { en: ["SVM loss", "margin loss", "perceptron loss"], zh: ["SVM损失", "间隔损失", "感知机损失"] },
    summary: "Pushes scores beyond a margin on the right side, and then forgets them.",
    arguments: marginArguments,
    options: marginOption,
    unreduced: { shape: "...", mean: "the number of elements" },
    formula: String.raw`\max(0,\; m - y f)`,
    traps: [
      "Targets are −1 and 1, not 0 and 1.",
      "It is 0 only on the right side: y = 1 with a score of −1 costs 2.",
      "Scores beyond the margin get no gradient, so they carry no notion of probability.",
    ],
    references: [
      {
        text: "Cortes and Vapnik, Support-Vector Networks, Machine Learning 20, 1995",
        url: "https://doi.org/10.1007/BF00994018",
      },
    ],
  },
  {
    appliesUpstream: "sum",
    divisor: elements,
    run: ([f, y], { margin }, { kernel, values, grads, scale, upstream }) =>
      kernel.hinge(f.pointer, y.pointer, f.size, margin, values, grads.scores, scale, upstream),
  },
);

/**
 * Squared hinge loss: max(0, m − y f)².
 *
 *     L = max(0, m − y f)²
 *
 * Shapes     as hingeLoss.
 * Gradient   −2 y max(0, m − y f) for scores: continuous on the margin.
 * Errors     as hingeLoss.
 * Edges      NaN gives NaN.
 * Relation   the square of hingeLoss: mistakes weigh more, the margin is smooth.
 * Source     Y. Tang, Deep Learning using Linear Support Vector Machines, 2013.
 */
export const squaredHingeLoss = defineLoss<[scores: FloatInput, targets: FloatInput], HingeOptions, "scores">(
  {
    name: "squaredHingeLoss",
    family: "classification",
    title: { en: "Squared hinge loss", zh: "平方合页损失" },
    aliases: { en: ["L2-SVM loss"], zh: ["L2-SVM损失"] },
    summary: "The hinge loss, smooth at the margin and harder on mistakes.",
    arguments: marginArguments,
    options: marginOption,
    unreduced: { shape: "...", mean: "the number of elements" },
    formula: String.raw`\max(0,\; m - y f)^2`,
    traps: ["Targets are −1 and 1, not 0 and 1.", "An outlier on the wrong side weighs by its square."],
    references: [
      {
        text: "Tang, Deep Learning using Linear Support Vector Machines, arXiv 2013",
        url: "https://arxiv.org/abs/1306.0239",
      },
    ],
  },
  {
    appliesUpstream: "sum",
    divisor: elements,
    run: ([f, y], { margin }, { kernel, values, grads, scale, upstream }) =>
      kernel.squaredHinge(f.pointer, y.pointer, f.size, margin, values, grads.scores, scale, upstream),
  },
);
