import { defineLoss, elements } from "../../../contract/loss.ts";
import type { FloatInput } from "../../../tensor/tensor.ts";
import { smoothed, smoothingOption, spread } from "../perClass.ts";

export interface BinaryCrossEntropyOptions {
  /** Weight of positives, one number or one per class along axis 1; > 0. Default 1. */
  posWeight?: number | FloatInput;
  /** Share of every target that is spread evenly over yes and no, in [0, 1). Default 0. */
  labelSmoothing?: number;
}

/**
 * Binary cross entropy of logits: each element is a yes or no of its own.
 *
 *     L = w t softplus(−x) + (1 − t) softplus(x),   w = posWeight, t = targets (1 − ε) + ε / 2, ε = labelSmoothing
 *
 * Shapes     logits, targets: [...], equal. Unreduced value: [...]. The mean divides by the number of elements.
 * Gradient   (1 − t) σ(x) − w t σ(−x) for logits; (1 − ε)(w softplus(−x) − softplus(x)) for targets.
 * Errors     targets outside [0, 1]; posWeight ≤ 0, or not one per class; labelSmoothing outside [0, 1); shapes that differ; empty input.
 * Edges      No overflow at any finite logit. An infinite one costs 0 with gradient 0 on the right side (−∞ masks a target
 *            of 0), +Infinity with a finite gradient on the wrong side. NaN gives NaN.
 * Relation   focalLoss with gamma 0 and alpha null; logisticLoss is the same with targets ±1; binaryLogLoss takes
 *            probabilities.
 * Source     C. M. Bishop, Pattern Recognition and Machine Learning, 2006, section 4.3.
 */
export const binaryCrossEntropy = defineLoss<
  [logits: FloatInput, targets: FloatInput],
  BinaryCrossEntropyOptions,
  "logits" | "targets"
>(
  {
    name: "binaryCrossEntropy",
    family: "classification",
    title: { en: "Binary cross entropy", zh: "二元交叉熵" },
    aliases: { en: ["BCE", "sigmoid cross entropy"], zh: ["sigmoid交叉熵"] },
    summary: "Makes each probability that of its own yes-or-no target.",
    arguments: [
      { name: "logits", shape: "...", kind: "float", differentiable: true, doc: "Scores before the sigmoid." },
      {
        name: "targets",
        shape: "...",
        kind: "probability",
        differentiable: true,
        doc: "1 for yes, 0 for no, or between.",
      },
    ],
    options: {
      posWeight: {
        type: "tensor",
        shape: "C",
        axis: 1,
        default: 1,
        range: "(0, ∞)",
        scalar: true,
        doc: "Weight of positives, one number or one per class along axis 1.",
      },
      labelSmoothing: smoothingOption,
    },
    unreduced: { shape: "...", mean: "the number of elements" },
    formula: String.raw`-w\,t \log \sigma(x) - (1-t) \log(1-\sigma(x))`,
    traps: [
      "It takes logits: do not apply a sigmoid first (binaryLogLoss takes probabilities).",
      "For one class out of several use crossEntropy; this loss lets every class be true at once.",
    ],
    references: [
      {
        text: "Good, Rational Decisions, Journal of the Royal Statistical Society B 14, 1952",
        url: "https://doi.org/10.1111/j.2517-6161.1952.tb00104.x",
      },
      {
        text: "Bishop, Pattern Recognition and Machine Learning, Springer 2006",
        url: "https://www.microsoft.com/en-us/research/publication/pattern-recognition-machine-learning/",
      },
    ],
  },
  {
    appliesUpstream: "sum",
    divisor: elements,
    run: ([x, t], { posWeight, labelSmoothing }, pass) => {
      const { kernel, values, grads, scale, upstream } = pass;
      const weights = spread(
        pass,
        x.shape,
        posWeight ?? 1,
        (w) => w,
        (w) => -w,
      );
      const sum = kernel.binaryCrossEntropy(
        x.pointer,
        smoothed(pass, t, labelSmoothing),
        x.size,
        weights.period,
        weights.pointer,
        values,
        grads.logits,
        grads.targets,
        scale,
        upstream,
      );
      if (labelSmoothing > 0 && grads.targets) kernel.scaleRows(grads.targets, 1, x.size, 1 - labelSmoothing);
      return sum;
    },
  },
);
