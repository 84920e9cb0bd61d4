import { defineLoss } from "../../../contract/loss.ts";
import { preparePoints } from "../../../linear/points.ts";
import type { FloatInput, IndexInput } from "../../../tensor/tensor.ts";
import { anchorsWithTriplets, clear } from "../batch.ts";
import { distanceOption, kindOf } from "../distances.ts";
import { type RowMaskOption, rowMaskOption, underMask } from "../rows.ts";
import type { QuadrupletOptions } from "./quadrupletLoss.ts";

export interface BatchHardQuadrupletOptions extends QuadrupletOptions, RowMaskOption {}

/**
 * Batch-hard quadruplet loss: each anchor's hardest triplet, and the closest two others of different identities.
 *
 *     L_a = max(0, max_p d(a, p) − min_n d(a, n) + m) + max(0, max_p d(a, p) − min_{q, r} d(q, r) + m2)
 *
 * Shapes     embeddings: [N, D]; labels: [N], any whole numbers. q and r are of two identities, neither the anchor's.
 *            Unreduced value: [N], 0 for an anchor without a positive or a negative. The mean divides by the number of the others.
 * Gradient   Embeddings, through the distances; of equal distances the lower index. 0 on a margin.
 * Errors     A margin < 0; shapes that differ.
 * Edges      With fewer than three identities the second hinge is left out. No anchor with a triplet: 0 with gradient 0.
 *            A row that `mask` leaves out is in no pair, whatever it holds; its value and gradient are 0.
 * Relation   quadrupletLoss on the quadruplets mined here.
 * Source     W. Chen, X. Chen, J. Zhang, K. Huang, Beyond Triplet Loss, 2017.
 */
export const batchHardQuadrupletLoss = defineLoss<
  [embeddings: FloatInput, labels: IndexInput],
  BatchHardQuadrupletOptions,
  "embeddings"
>(
  {
    name: "batchHardQuadrupletLoss",
    family: "embedding",
    title: { en: "Batch-hard quadruplet loss", zh: "批内最难四元组损失" },
    aliases: { en: [], zh: [] },
    summary: "Trains on the hardest quadruplet that a batch holds for each anchor.",
    arguments: [
      { name: "embeddings", shape: "N D", kind: "float", differentiable: true, doc: "Embeddings of the batch." },
      { name: "labels", shape: "N", kind: "index", doc: "Identity of each embedding." },
    ],
    options: {
      margin: { type: "number", default: 1, range: "[0, ∞)", doc: "Lead of the positive over the anchor's negative." },
      margin2: {
        type: "number",
        default: 0.5,
        range: "[0, ∞)",
        doc: "Lead of the positive over the pair of negatives.",
      },
      distance: distanceOption("squared"),
      ...rowMaskOption,
    },
    unreduced: { shape: "N", mean: "the number of anchors that have a positive and a negative", acrossRows: true },
    formula: String.raw`\bigl[\max_p d(a,p) - \min_n d(a,n) + m\bigr]_+ + \bigl[\max_p d(a,p) - \min_{q,r} d(q,r) + m_2\bigr]_+`,
    traps: ["One pair of close negatives serves nearly all anchors: it gathers a large gradient."],
    references: [
      {
        text: "Chen, Chen, Zhang and Huang, Beyond Triplet Loss: A Deep Quadruplet Network for Person Re-identification, CVPR 2017",
        url: "https://arxiv.org/abs/1704.01719",
      },
    ],
  },
  underMask({
    countsWeights: true,
    divisor: ([, labels], _options, pass) => anchorsWithTriplets(labels, pass),
    run: ([x, labels], { margin, margin2, distance }, pass) => {
      const { kernel, dims, dtype, take, values, grads, scale, upstream } = pass;
      const [n, d] = [dims.N as number, dims.D as number];
      const points = preparePoints(pass, x.pointer, n, d, kindOf(distance));
      const { pointer, norms, lengths, kind } = points;
      const [far, near, positives, negatives] = [take(dtype, n), take(dtype, n), take(dtype, n), take(dtype, n)];
      const pairs = take("bytes", kernel.closestPairsWorkspace());
      const y = labels.pointer;
      points.eachUpperBlock((block, first, rows) => {
        kernel.mineHardest(block, y, first, rows, n, far, near, positives, negatives);
        kernel.closestPairs(block, y, near, first, rows, n, pairs);
      });
      clear(grads.embeddings, n * d, pass);
      const sum = kernel.minedQuadruplets(
        pointer,
        norms,
        y,
        positives,
        negatives,
        pairs,
        n,
        d,
        kind,
        margin,
        margin2,
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
