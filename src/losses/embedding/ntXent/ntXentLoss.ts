import { defineLoss } from "../../../contract/loss.ts";
import { memory } from "../../../kernel/arena.ts";
import { nowhere } from "../../../kernel/kernels.ts";
import { viewOf } from "../../../tensor/stage.ts";
import { bytesPerElement, type FloatInput } from "../../../tensor/tensor.ts";
import {
  clearAll,
  contrastSelf,
  contrastTargets,
  directions,
  finishDirections,
  indices,
  labelStrips,
} from "../contrast.ts";
import { type RowMaskOption, rowMaskOption, underMask } from "../rows.ts";

export interface NtXentOptions extends RowMaskOption {
  /** Divides the cosines; > 0. Default 0.5. */
  temperature?: number;
}

/**
 * NT-Xent, SimCLR's loss: each view must pick the other view of its sample among all other views of the batch.
 *
 *     l(z) = −log (exp(cos(z, z⁺)/τ) / Σ_{z' ≠ z} exp(cos(z, z')/τ)),   L_i = ½ (l(first_i) + l(second_i))
 *
 * Shapes     first, second: [N, D], two views of the same samples. Unreduced value: [N], the mean of a sample's two
 *            anchors. The mean divides by N, so it is the mean over 2N anchors.
 * Gradient   Both, through the cosines.
 * Errors     temperature ≤ 0; shapes that differ.
 * Edges      The anchor itself is not in its denominator; one sample alone: 0. A zero vector has cosine 0, gradient 0.
 *            A sample that `mask` leaves out is in no pair, whatever its views hold; its value and gradient are 0.
 * Relation   infoNceLoss with `symmetric`, and the views of the same side among the negatives.
 * Source     T. Chen, S. Kornblith, M. Norouzi, G. Hinton, SimCLR, 2020.
 */
export const ntXentLoss = defineLoss<[first: FloatInput, second: FloatInput], NtXentOptions, "first" | "second">(
  {
    name: "ntXentLoss",
    family: "embedding",
    title: { en: "NT-Xent loss", zh: "NT-Xent损失" },
    aliases: { en: ["SimCLR loss", "normalized temperature-scaled cross entropy"], zh: ["SimCLR损失"] },
    summary: "Makes two views of a sample recognise each other among all views.",
    arguments: [
      { name: "first", shape: "N D", kind: "float", differentiable: true, doc: "Embeddings of the first views." },
      { name: "second", shape: "N D", kind: "float", differentiable: true, doc: "Embeddings of the second views." },
    ],
    options: {
      temperature: { type: "number", default: 0.5, range: "(0, ∞)", doc: "Divides the cosines." },
      ...rowMaskOption,
    },
    unreduced: { shape: "N", mean: "the number of samples", acrossRows: true },
    formula: String.raw`-\log \frac{\exp(\cos(z, z^+)/\tau)}{\sum_{z' \ne z} \exp(\cos(z, z')/\tau)}`,
    traps: ["The best temperature depends on the batch: more negatives ask for a higher one."],
    references: [
      {
        text: "Chen, Kornblith, Norouzi and Hinton, A Simple Framework for Contrastive Learning of Visual Representations, ICML 2020",
        url: "https://arxiv.org/abs/2002.05709",
      },
    ],
  },
  underMask({
    countsWeights: true,
    divisor: (_inputs, _options, { dims, weights }) => weights?.total ?? (dims.N as number),
    run: ([first, second], { temperature }, pass) => {
      const { dims, dtype, take, values, grads, scale, upstream } = pass;
      const [n, d] = [dims.N as number, dims.D as number];
      const half = n * d * bytesPerElement(dtype);
      const row = n * bytesPerElement(dtype);
      const [both, gradient, each, weights] = [
        take(dtype, 2 * n * d),
        take(dtype, 2 * n * d),
        take(dtype, 2 * n),
        take(dtype, 2 * n),
      ];
      const copy = (to: number, from: number, size: number) =>
        new Uint8Array(memory.buffer).copyWithin(to, from, from + size);
      for (const [i, { pointer }] of [first, second].entries()) {
        copy(both + i * half, pointer, half);
        if (upstream) copy(weights + i * row, upstream, row);
      }
      const z = directions(pass, both, 2 * n, d);
      const wanted = grads.first || grads.second ? gradient : nowhere;
      clearAll(pass, [wanted, 2 * n * d], [each, 2 * n]);
      const target = {
        targets: indices(pass, 2 * n, (i) => (i + n) % (2 * n)),
        others: true,
        scale: 1 / temperature,
        share: 0.5,
      };
      const kernel = contrastTargets(pass, 2 * n, target, each, upstream && weights);
      // A sample's two views are the one positive of each other.
      const strips = () => {
        const samples = { pointer: indices(pass, 2 * n, (i) => i % n), size: 2 * n };
        return labelStrips(pass, 2 * n, samples, target, each, upstream && weights);
      };
      const sum = contrastSelf(pass, z, wanted, kernel, strips);
      finishDirections(pass, z, wanted, scale);
      if (grads.first) copy(grads.first, gradient, half);
      if (grads.second) copy(grads.second, gradient + half, half);
      if (values) {
        const parts = viewOf(each, 2 * n, dtype);
        viewOf(values, n, dtype).set(parts.subarray(0, n).map((value, i) => value + (parts[n + i] as number)));
      }
      return sum;
    },
    appliesUpstream: true,
  }),
);
