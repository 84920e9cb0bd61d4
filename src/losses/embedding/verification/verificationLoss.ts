import { defineLoss } from "../../../contract/loss.ts";
import type { FloatInput } from "../../../tensor/tensor.ts";

/**
 * Verification loss: decides from the squared difference of two embeddings whether they are of one identity.
 *
 *     f = (first − second)²        coordinate by coordinate
 *     p = softmax(W f + b)         class 1 = same identity
 *     L = −y log p_1 − (1 − y) log p_0
 *
 * Shapes     first, second: [N, D]; same: [N], 0 or 1; weight: [2, D]; bias: [2]. Unreduced value: [N]. The mean divides by N.
 * Gradient   r = p_1 − y: first: 2 r (W_1 − W_0)(first − second); second: its negative; weight: ∓Σ r f; bias: ∓Σ r.
 * Errors     `same` outside [0, 1]; shapes that differ.
 * Edges      No overflow at any finite logits; equal embeddings are decided by the bias alone.
 * Relation   p is the probability of "same" given f; a formula that reads it the other way flips the negatives.
 * Source     Z. Zheng, L. Zheng, Y. Yang, A Discriminatively Learned CNN Embedding for Person Re-identification, 2017.
 */
export const verificationLoss = defineLoss<
  [first: FloatInput, second: FloatInput, same: FloatInput, weight: FloatInput, bias: FloatInput],
  Record<never, never>,
  "first" | "second" | "weight" | "bias"
>(
  {
    name: "verificationLoss",
    family: "embedding",
    title: { en: "Verification loss", zh: "验证损失" },
    aliases: { en: ["person re-identification verification loss"], zh: ["行人重识别验证损失"] },
    summary: "Learns to tell whether two embeddings belong to one identity.",
    arguments: [
      { name: "first", shape: "N D", kind: "float", differentiable: true, doc: "Embeddings of the first partners." },
      { name: "second", shape: "N D", kind: "float", differentiable: true, doc: "Embeddings of the second partners." },
      { name: "same", shape: "N", kind: "probability", differentiable: false, doc: "1 for a pair of one identity." },
      { name: "weight", shape: "2 D", kind: "float", differentiable: true, doc: "Weights of different and same." },
      { name: "bias", shape: "2", kind: "float", differentiable: true, doc: "Biases of different and same." },
    ],
    options: {},
    unreduced: { shape: "N", mean: "the number of pairs" },
    formula: String.raw`-y \log p_1 - (1 - y) \log p_0, \quad p = \operatorname{softmax}(W (a - b)^2 + b)`,
    traps: [
      "Class 1 of the two logits means the same identity; a classifier trained the other way round must be flipped.",
    ],
    references: [
      {
        text: "Zheng, Zheng and Yang, A Discriminatively Learned CNN Embedding for Person Re-identification, ACM TOMM 14, 2017",
        url: "https://arxiv.org/abs/1611.05666",
      },
    ],
  },
  {
    divisor: (_inputs, _options, { dims }) => dims.N as number,
    run: ([a, b, y, weight, bias], _options, { kernel, dims, values, grads, scale, upstream, take }) =>
      kernel.verification(
        a.pointer,
        b.pointer,
        y.pointer,
        weight.pointer,
        bias.pointer,
        dims.N as number,
        dims.D as number,
        values,
        grads.first,
        grads.second,
        grads.weight,
        grads.bias,
        scale,
        upstream,
        take("bytes", kernel.verificationWorkspace(dims.D as number)),
      ),
    appliesUpstream: true,
  },
);
