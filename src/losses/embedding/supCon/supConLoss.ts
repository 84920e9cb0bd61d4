import { defineLoss } from "../../../contract/loss.ts";
import type { FloatInput, IndexInput } from "../../../tensor/tensor.ts";
import { anchorsWithPositives } from "../batch.ts";
import { clearAll, contrastSelf, directions, finishDirections, labelStrips } from "../contrast.ts";
import { type RowMaskOption, rowMaskOption, underMask } from "../rows.ts";

export interface SupConOptions extends RowMaskOption {
  /** Divides the cosines; > 0. Default 0.1. */
  temperature?: number;
}

/**
 * Supervised contrastive loss: each anchor must pick all others of its class among the batch.
 *
 *     L_a = mean over p of −log (exp(cos(a, p)/τ) / Σ_{j ≠ a} exp(cos(a, j)/τ))
 *
 * Shapes     embeddings: [N, D]; labels: [N], any whole numbers. Unreduced value: [N], 0 for an anchor without a positive.
 *            The mean divides by the number of the others.
 * Gradient   Embeddings, through the cosines.
 * Errors     temperature ≤ 0; shapes that differ.
 * Edges      No anchor with a positive: 0 with gradient 0. A zero vector has cosine 0, and gradient 0.
 *            A row that `mask` leaves out is in no pair, whatever it holds; its value and gradient are 0.
 * Relation   With two samples of each class it is ntXentLoss. The logarithm stands inside the mean (the paper's "out").
 * Source     P. Khosla et al., Supervised Contrastive Learning, 2020.
 */
export const supConLoss = defineLoss<[embeddings: FloatInput, labels: IndexInput], SupConOptions, "embeddings">(
  {
    name: "supConLoss",
    family: "embedding",
    title: { en: "Supervised contrastive loss", zh: "监督对比损失" },
    aliases: { en: ["SupCon"], zh: [] },
    summary: "Gathers each class in one direction and parts it from the others.",
    arguments: [
      { name: "embeddings", shape: "N D", kind: "float", differentiable: true, doc: "Embeddings of the batch." },
      { name: "labels", shape: "N", kind: "index", doc: "Class of each embedding." },
    ],
    options: {
      temperature: { type: "number", default: 0.1, range: "(0, ∞)", doc: "Divides the cosines." },
      ...rowMaskOption,
    },
    unreduced: { shape: "N", mean: "the number of anchors that have a positive", acrossRows: true },
    formula: String.raw`-\frac{1}{|P(a)|} \sum_{p \in P(a)} \log \frac{\exp(\cos(a, p)/\tau)}{\sum_{j \ne a} \exp(\cos(a, j)/\tau)}`,
    traps: ["It does not reach 0: with several positives no softmax can be certain of each."],
    references: [
      { text: "Khosla et al., Supervised Contrastive Learning, NeurIPS 2020", url: "https://arxiv.org/abs/2004.11362" },
    ],
  },
  underMask({
    countsWeights: true,
    divisor: ([, labels], _options, pass) => anchorsWithPositives(labels, pass),
    run: ([x, labels], { temperature }, pass) => {
      const { kernel, dims, values, grads, scale, upstream } = pass;
      const [n, d] = [dims.N as number, dims.D as number];
      const u = directions(pass, x.pointer, n, d);
      clearAll(pass, [grads.embeddings, n * d]);
      const sum = contrastSelf(
        pass,
        u,
        grads.embeddings,
        (block, first, rows) =>
          kernel.contrastLabels(block, labels.pointer, first, rows, n, 1 / temperature, values, upstream),
        () => labelStrips(pass, n, labels, { scale: 1 / temperature }, values, upstream),
      );
      finishDirections(pass, u, grads.embeddings, scale);
      return sum;
    },
    appliesUpstream: true,
  }),
);
