import { defineLoss, elements } from "../../../contract/loss.ts";
import { nowhere } from "../../../kernel/kernels.ts";
import type { FloatInput } from "../../../tensor/tensor.ts";
import { smoothed, smoothingOption, spread } from "../perClass.ts";

export interface FocalOptions {
  /**
   * Weight of positives, in [0, 1], one number or one per class along axis 1; 1 − alpha is that of negatives. null: no
   * weighting. Default 0.25.
   */
  alpha?: number | FloatInput | null;
  /** How fast easy examples fade; ≥ 0. Default 2. */
  gamma?: number;
  /** What the mean divides by: all elements, or max(1, Σ targets), as detectors do. Default "elements". */
  normalizer?: "elements" | "positives";
  /** Share of every target that is spread evenly over yes and no, in [0, 1). Default 0. */
  labelSmoothing?: number;
}

/**
 * Focal loss: binary cross entropy in which easy examples fade.
 *
 *     p_t = p t + (1 − p)(1 − t),   α_t = α t + (1 − α)(1 − t),   p = σ(x), t = targets (1 − ε) + ε / 2
 *     L = α_t (1 − p_t)^γ · BCE(x, t)
 *
 * Shapes     logits, targets: [...], equal. Unreduced value: [...]. The mean divides by the number of elements, or by
 *            max(1, Σ targets) with normalizer "positives", not smoothed by labelSmoothing ε.
 * Gradient   for logits; through log σ, so it is finite for every γ ≥ 0.
 * Errors     targets outside [0, 1]; alpha outside [0, 1], or not one per class; gamma < 0; shapes that differ; empty input.
 * Edges      γ = 0 with alpha null is binaryCrossEntropy. An infinite logit costs 0 with gradient 0 on the right side, and
 *            where its weight is 0; on the wrong side +Infinity with a finite gradient. NaN gives NaN.
 * Relation   softmaxFocalLoss has one class out of several.
 * Source     T.-Y. Lin, P. Goyal, R. Girshick, K. He, P. Dollár, Focal Loss for Dense Object Detection, 2017.
 */
export const focalLoss = defineLoss<[logits: FloatInput, targets: FloatInput], FocalOptions, "logits">(
  {
    name: "focalLoss",
    family: "classification",
    title: { en: "Focal loss", zh: "焦点损失" },
    aliases: { en: ["sigmoid focal loss", "RetinaNet loss"], zh: ["sigmoid焦点损失", "RetinaNet损失"] },
    summary: "Silences the easy majority so that rare, hard examples are heard.",
    arguments: [
      { name: "logits", shape: "...", kind: "float", differentiable: true, doc: "Scores before the sigmoid." },
      {
        name: "targets",
        shape: "...",
        kind: "probability",
        differentiable: false,
        doc: "1 for yes, 0 for no, or between.",
      },
    ],
    options: {
      alpha: {
        type: "tensor",
        shape: "C",
        axis: 1,
        default: 0.25,
        range: "[0, 1]",
        scalar: true,
        nullable: true,
        doc: "Weight of positives, one number or one per class along axis 1.",
      },
      gamma: { type: "number", default: 2, range: "[0, ∞)", doc: "How fast easy examples fade." },
      normalizer: {
        type: "choice",
        default: "elements",
        choices: ["elements", "positives"],
        doc: "What the mean divides by: all elements, or max(1, Σ targets).",
      },
      labelSmoothing: smoothingOption,
    },
    unreduced: { shape: "...", mean: "the number of elements, or max(1, Σ targets)" },
    formula: String.raw`-\alpha_t\,(1-p_t)^{\gamma} \log p_t`,
    traps: [
      "Taking it of the batch's mean cross entropy is a widespread mistake: the mean is modulated, not the examples.",
      "alpha weighs the positives; with the usual 0.25 they weigh less than the negatives.",
      'Detectors divide by the number of positives: normalizer "positives".',
    ],
    references: [
      {
        text: "Lin, Goyal, Girshick, He and Dollár, Focal Loss for Dense Object Detection, ICCV 2017",
        url: "https://arxiv.org/abs/1708.02002",
      },
    ],
  },
  {
    appliesUpstream: "sum",
    countsWeights: true,
    divisor: ([logits, { pointer, size }], { normalizer }, { kernel, weights }) => {
      if (normalizer === "elements") return weights ? weights.total : elements([logits]);
      return Math.max(
        1,
        weights ? kernel.weighedSum(pointer, weights.pointer, size, nowhere) : kernel.sum(pointer, size),
      );
    },
    run: ([x, t], { alpha, gamma, labelSmoothing }, pass) => {
      const weights = spread(
        pass,
        x.shape,
        alpha ?? 1,
        (a) => a,
        (a) => (alpha === null ? 1 : 1 - a),
      );
      return pass.kernel.focal(
        x.pointer,
        smoothed(pass, t, labelSmoothing),
        x.size,
        weights.period,
        weights.pointer,
        gamma,
        pass.values,
        pass.grads.logits,
        pass.scale,
        pass.upstream,
      );
    },
  },
);
