import { defineLoss } from "../../../contract/loss.ts";
import type { FloatInput } from "../../../tensor/tensor.ts";
import { type Distance, distanceOption, kindOf } from "../distances.ts";

export interface QuadrupletOptions {
  /** Lead of the positive over the anchor's negative; ≥ 0. Default 1. */
  margin?: number;
  /** Lead of the positive over the pair of negatives; ≥ 0. Default 0.5. */
  margin2?: number;
  /** ‖a − b‖, its square, or 1 − cos. Default "squared". */
  distance?: Distance;
}

/**
 * Quadruplet loss on given quadruplets: a triplet's demand, and that two others lie farther apart than the positive pair.
 *
 *     L = max(0, d(a, p) − d(a, n) + m) + max(0, d(a, p) − d(n2, n) + m2)
 *
 * Shapes     anchor, positive, negative, negative2: [N, D], three identities a row. Unreduced value: [N]. The mean divides by N.
 * Gradient   All four, each hinge where it is positive; 0 on a margin and for a distance of 0.
 * Errors     A margin < 0; shapes that differ.
 * Edges      Identical embeddings give m + m2 with gradient 0 (euclidean and squared).
 * Relation   Two hinges with two margins: one maximum over both terms is another loss. tripletLoss is the first hinge.
 * Source     W. Chen, X. Chen, J. Zhang, K. Huang, Beyond Triplet Loss, 2017.
 */
export const quadrupletLoss = defineLoss<
  [anchor: FloatInput, positive: FloatInput, negative: FloatInput, negative2: FloatInput],
  QuadrupletOptions,
  "anchor" | "positive" | "negative" | "negative2"
>(
  {
    name: "quadrupletLoss",
    family: "embedding",
    title: { en: "Quadruplet loss", zh: "四元组损失" },
    aliases: { en: [], zh: [] },
    summary: "Makes every distance within an identity smaller than any between identities.",
    arguments: [
      { name: "anchor", shape: "N D", kind: "float", differentiable: true, doc: "Embeddings of the anchors." },
      { name: "positive", shape: "N D", kind: "float", differentiable: true, doc: "Of the anchor's identity." },
      { name: "negative", shape: "N D", kind: "float", differentiable: true, doc: "Of another identity." },
      { name: "negative2", shape: "N D", kind: "float", differentiable: true, doc: "Of a third identity." },
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
    },
    unreduced: { shape: "N", mean: "the number of quadruplets" },
    formula: String.raw`\max(0, d(a,p) - d(a,n) + m) + \max(0, d(a,p) - d(n_2,n) + m_2)`,
    traps: ["The two negatives must be of different identities, neither the anchor's."],
    references: [
      {
        text: "Chen, Chen, Zhang and Huang, Beyond Triplet Loss: A Deep Quadruplet Network for Person Re-identification, CVPR 2017",
        url: "https://arxiv.org/abs/1704.01719",
      },
    ],
  },
  {
    divisor: (_inputs, _options, { dims }) => dims.N as number,
    run: ([a, p, n, q], { margin, margin2, distance }, { kernel, dims, values, grads, scale }) =>
      kernel.quadruplet(
        a.pointer,
        p.pointer,
        n.pointer,
        q.pointer,
        dims.N as number,
        dims.D as number,
        kindOf(distance),
        margin,
        margin2,
        values,
        grads.anchor,
        grads.positive,
        grads.negative,
        grads.negative2,
        scale,
      ),
  },
);
