import { defineLoss } from "../../../contract/loss.ts";
import { preparePoints } from "../../../linear/points.ts";
import type { FloatInput, IndexInput } from "../../../tensor/tensor.ts";
import { anchorsWithTriplets, clear } from "../batch.ts";
import { type Distance, distanceOption, kindOf } from "../distances.ts";
import { type RowMaskOption, rowMaskOption, underMask } from "../rows.ts";

export interface BatchHardTripletOptions extends RowMaskOption {
  /** How much farther than the positive the negative must be; ≥ 0. Default 0.3. */
  margin?: number;
  /** softplus(d_ap − d_an) instead of the hinge, without margin. Default false. */
  soft?: boolean;
  /** ‖a − b‖, its square, or 1 − cos. Default "euclidean". */
  distance?: Distance;
}

/**
 * Batch-hard triplet loss: each anchor against the farthest of its own identity and the nearest of another.
 *
 *     L_a = max(0, max_p d(a, p) − min_n d(a, n) + m)        soft: log(1 + exp(max_p d(a, p) − min_n d(a, n)))
 *
 * Shapes     embeddings: [N, D]; labels: [N], any whole numbers. Unreduced value: [N], 0 for an anchor without a positive
 *            or a negative. The mean divides by the number of the others.
 * Gradient   Embeddings, through the two distances; of equal distances the lower index. 0 on the margin.
 * Errors     margin < 0; shapes that differ.
 * Edges      An anchor is never its own positive. No anchor with a triplet: 0 with gradient 0.
 *            A row that `mask` leaves out is in no pair, whatever it holds; its value and gradient are 0.
 * Relation   tripletLoss on the triplets mined here. A collapsed batch shows as the margin (soft: ln 2).
 * Source     A. Hermans, L. Beyer, B. Leibe, In Defense of the Triplet Loss for Person Re-Identification, 2017.
 */
export const batchHardTripletLoss = defineLoss<
  [embeddings: FloatInput, labels: IndexInput],
  BatchHardTripletOptions,
  "embeddings"
>(
  {
    name: "batchHardTripletLoss",
    family: "embedding",
    title: { en: "Batch-hard triplet loss", zh: "批内最难三元组损失" },
    aliases: { en: ["TriHard loss", "hard mining triplet loss"], zh: ["TriHard损失"] },
    summary: "Trains on the hardest triplet that a batch holds for each anchor.",
    arguments: [
      { name: "embeddings", shape: "N D", kind: "float", differentiable: true, doc: "Embeddings of the batch." },
      { name: "labels", shape: "N", kind: "index", doc: "Identity of each embedding." },
    ],
    options: {
      margin: {
        type: "number",
        default: 0.3,
        range: "[0, ∞)",
        doc: "How much farther than the positive the negative must be.",
      },
      soft: { type: "boolean", default: false, doc: "softplus(d_ap − d_an) instead of the hinge, without margin." },
      distance: distanceOption("euclidean"),
      ...rowMaskOption,
    },
    unreduced: { shape: "N", mean: "the number of anchors that have a positive and a negative", acrossRows: true },
    formula: String.raw`\max\bigl(0,\, \max_{p} d(a, p) - \min_{n} d(a, n) + m\bigr)`,
    traps: [
      "A batch needs several samples of each identity: with one of each there is nothing to learn from.",
      "Wrong labels are always among the hardest: clean the data, or start with a softer mining.",
    ],
    references: [
      {
        text: "Hermans, Beyer and Leibe, In Defense of the Triplet Loss for Person Re-Identification, arXiv 2017",
        url: "https://arxiv.org/abs/1703.07737",
      },
    ],
  },
  underMask({
    countsWeights: true,
    divisor: ([, labels], _options, pass) => anchorsWithTriplets(labels, pass),
    run: ([x, labels], { margin, soft, distance }, pass) => {
      const { kernel, dims, dtype, take, values, grads, scale, upstream } = pass;
      const [n, d] = [dims.N as number, dims.D as number];
      const points = preparePoints(pass, x.pointer, n, d, kindOf(distance));
      const [far, near, positives, negatives] = [take(dtype, n), take(dtype, n), take(dtype, n), take(dtype, n)];
      points.eachUpperBlock((block, first, rows) =>
        kernel.mineHardest(block, labels.pointer, first, rows, n, far, near, positives, negatives),
      );
      clear(grads.embeddings, n * d, pass);
      const { pointer, norms, lengths, kind } = points;
      const sum = kernel.minedTriplets(
        pointer,
        norms,
        positives,
        negatives,
        n,
        d,
        kind,
        soft,
        margin,
        values,
        grads.embeddings,
        upstream,
      );
      if (grads.embeddings) kernel.finishPoints(pointer, lengths, n, d, kind, grads.embeddings, scale);
      return sum;
    },
    appliesUpstream: true,
  }),
);
