import { defineLoss } from "../../../contract/loss.ts";
import type { FloatInput } from "../../../tensor/tensor.ts";

export interface CosineEmbeddingOptions {
  /** Cosine below which a dissimilar pair is left alone; in [−1, 1]. Default 0. */
  margin?: number;
}

/**
 * Cosine embedding loss: turns similar pairs into one direction and dissimilar ones away from each other.
 *
 *     c = cos(first, second)
 *     L = 1 − c                  target 1
 *       = max(0, c − m)          target −1
 *
 * Shapes     first, second: [N, D]; targets: [N], ±1. Unreduced value: [N]. The mean divides by N.
 * Gradient   first and second, through the cosine; 0 on the margin. `targets` is a constant.
 * Errors     targets other than ±1; margin outside [−1, 1]; shapes that differ.
 * Edges      The cosine with a zero vector is 0, with gradient 0.
 * Relation   contrastiveLoss is its counterpart on distances.
 * Source     The pair loss of Torch 7, CosineEmbeddingCriterion.
 */
export const cosineEmbeddingLoss = defineLoss<
  [first: FloatInput, second: FloatInput, targets: FloatInput],
  CosineEmbeddingOptions,
  "first" | "second"
>(
  {
    name: "cosineEmbeddingLoss",
    family: "embedding",
    title: { en: "Cosine embedding loss", zh: "余弦嵌入损失" },
    aliases: { en: ["cosine loss"], zh: ["余弦损失"] },
    summary: "Aligns similar pairs and turns dissimilar pairs away from each other.",
    arguments: [
      { name: "first", shape: "N D", kind: "float", differentiable: true, doc: "Embeddings of the first partners." },
      { name: "second", shape: "N D", kind: "float", differentiable: true, doc: "Embeddings of the second partners." },
      { name: "targets", shape: "N", kind: "sign", differentiable: false, doc: "1 for a similar pair, −1 otherwise." },
    ],
    options: {
      margin: {
        type: "number",
        default: 0,
        range: "[−1, 1]",
        doc: "Cosine below which a dissimilar pair is left alone.",
      },
    },
    unreduced: { shape: "N", mean: "the number of pairs" },
    formula: String.raw`\begin{cases} 1 - \cos(a, b) & y = 1 \\ \max(0, \cos(a, b) - m) & y = -1 \end{cases}`,
    traps: ["Lengths do not matter to it: a network may shrink or blow up its embeddings unseen."],
    references: [
      {
        text: "Torch 7, CosineEmbeddingCriterion, documentation of torch/nn",
        url: "https://github.com/torch/nn/blob/master/doc/criterion.md",
      },
    ],
  },
  {
    divisor: (_inputs, _options, { dims }) => dims.N as number,
    run: ([a, b, y], { margin }, { kernel, dims, values, grads, scale }) =>
      kernel.cosineEmbedding(
        a.pointer,
        b.pointer,
        y.pointer,
        dims.N as number,
        dims.D as number,
        margin,
        values,
        grads.first,
        grads.second,
        scale,
      ),
  },
);
