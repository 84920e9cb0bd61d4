import { defineLoss } from "../../../contract/loss.ts";
import { after, nowhere } from "../../../kernel/kernels.ts";
import { eachRows } from "../../../linear/planes.ts";
import { bytesPerElement, type FloatInput } from "../../../tensor/tensor.ts";

export interface SoftCrossEntropyOptions {
  /** One weight per class, ≥ 0. Default: 1 for all. */
  weight?: FloatInput;
}

/**
 * Cross entropy of logits against target probabilities: −Σ t log softmax(x).
 *
 *     L = −Σ_c w_c t_c log p_c,   p = softmax(logits)
 *
 * Shapes     logits, targets: [N, C, ...], equal. Unreduced value: [N, ...]. The mean divides by N times the positions.
 * Gradient   p_c Σ w t − w_c t_c for logits; −w_c log p_c for targets.
 * Errors     targets outside [0, 1]; weights that are negative or not one per class; shapes that differ; an empty batch.
 * Edges      0 · (−∞) is 0: a logit of −Infinity where target or weight is 0 costs nothing; where the weight is 0 the
 *            target's gradient is 0 as well. A NaN stays in its row. Targets need not sum to 1.
 * Relation   crossEntropy with one-hot targets; its mean divides by weights, this one's never.
 * Source     C. M. Bishop, Pattern Recognition and Machine Learning, 2006, section 4.3.
 */
export const softCrossEntropy = defineLoss<
  [logits: FloatInput, targets: FloatInput],
  SoftCrossEntropyOptions,
  "logits" | "targets"
>(
  {
    name: "softCrossEntropy",
    family: "classification",
    title: { en: "Cross entropy with soft targets", zh: "软目标交叉熵" },
    aliases: { en: ["categorical cross entropy"], zh: ["分类交叉熵"] },
    summary: "Makes the predicted distribution that of the targets.",
    arguments: [
      { name: "logits", shape: "N C ...", kind: "float", differentiable: true, doc: "Scores before the softmax." },
      {
        name: "targets",
        shape: "N C ...",
        kind: "probability",
        differentiable: true,
        doc: "Probability of each class.",
      },
    ],
    options: {
      weight: { type: "tensor", shape: "C", default: undefined, range: "[0, ∞)", doc: "One weight per class." },
    },
    unreduced: { shape: "N ...", mean: "N times the number of positions" },
    formula: String.raw`-\sum_c w_c\, t_c \log p_c, \quad p = \operatorname{softmax}(x)`,
    traps: [
      "With class weights its mean is not that of crossEntropy on the same one-hot data: it divides by rows, not by weights.",
      "Targets are used as they are: if they do not sum to 1, neither does the softmax's pull.",
    ],
    references: [
      {
        text: "Hinton, Vinyals and Dean, Distilling the Knowledge in a Neural Network, arXiv 2015",
        url: "https://arxiv.org/abs/1503.02531",
      },
    ],
  },
  {
    appliesUpstream: "sum",
    divisor: (_, __, { dims }) => (dims.N as number) * (dims["..."] as number),
    run: ([logits, targets], { weight }, pass) => {
      const { kernel, dtype, dims, values, grads, scale, upstream } = pass;
      const size = bytesPerElement(dtype);
      const inputs = [logits.pointer, targets.pointer] as const;
      return eachRows(pass, inputs, [grads.logits, grads.targets], (rows, [x, t], [dx, dt], first) =>
        kernel.softCrossEntropy(
          x,
          t,
          rows,
          dims.C as number,
          weight?.pointer ?? nowhere,
          after(values, size * first),
          dx,
          dt,
          scale,
          after(upstream, size * first),
        ),
      );
    },
  },
);
