import { defineLoss } from "../../../contract/loss.ts";
import type { FloatInput } from "../../../tensor/tensor.ts";
import { type Distance, distanceOption, kindOf } from "../distances.ts";

export interface TripletOptions {
  /** How much farther than the positive the negative must be; ≥ 0. Default 1. */
  margin?: number;
  /** ‖a − b‖, its square, or 1 − cos. Default "euclidean". */
  distance?: Distance;
  /** Takes the negative's distance to the positive where that is smaller than to the anchor. Default false. */
  swap?: boolean;
}

/**
 * Triplet loss on given triplets: an anchor must be closer to its positive than to its negative, by a margin.
 *
 *     L = max(0, d(a, p) − d(a, n) + m)
 *
 * Shapes     anchor, positive, negative: [N, D]. Unreduced value: [N]. The mean divides by N.
 * Gradient   All three, where the value is positive; 0 on the margin itself and for a distance of 0.
 * Errors     margin < 0; shapes that differ.
 * Edges      Identical embeddings give the margin with gradient 0 (euclidean and squared). The cosine with a zero vector is 0.
 * Relation   FaceNet's is "squared" with margin 0.2. PyTorch adds 1e-6 to each difference; this does not.
 * Source     F. Schroff, D. Kalenichenko, J. Philbin, FaceNet, 2015; swap: V. Balntas et al., 2016.
 */
export const tripletLoss = defineLoss<
  [anchor: FloatInput, positive: FloatInput, negative: FloatInput],
  TripletOptions,
  "anchor" | "positive" | "negative"
>(
  {
    name: "tripletLoss",
    family: "embedding",
    title: { en: "Triplet loss", zh: "三元组损失" },
    aliases: { en: ["triplet margin loss"], zh: [] },
    summary: "Keeps an anchor closer to its own kind than to others, by a margin.",
    arguments: [
      { name: "anchor", shape: "N D", kind: "float", differentiable: true, doc: "Embeddings of the anchors." },
      { name: "positive", shape: "N D", kind: "float", differentiable: true, doc: "Of the same identity." },
      { name: "negative", shape: "N D", kind: "float", differentiable: true, doc: "Of another identity." },
    ],
    options: {
      margin: {
        type: "number",
        default: 1,
        range: "[0, ∞)",
        doc: "How much farther than the positive the negative must be.",
      },
      distance: distanceOption("euclidean"),
      swap: {
        type: "boolean",
        default: false,
        doc: "Takes the negative's distance to the positive where that is smaller than to the anchor.",
      },
    },
    unreduced: { shape: "N", mean: "the number of triplets" },
    formula: String.raw`\max(0,\, d(a, p) - d(a, n) + m)`,
    traps: [
      "A value that settles at the margin means that all embeddings have collapsed into one point.",
      "The margin has the unit of the distance: for squared distances and cosines it must be chosen anew.",
    ],
    references: [
      {
        text: "Schroff, Kalenichenko and Philbin, FaceNet: A Unified Embedding for Face Recognition and Clustering, CVPR 2015",
        url: "https://arxiv.org/abs/1503.03832",
      },
      {
        text: "Balntas, Riba, Ponsa and Mikolajczyk, Learning Local Feature Descriptors with Triplets and Shallow Convolutional Neural Networks, BMVC 2016",
        url: "https://doi.org/10.5244/C.30.119",
      },
    ],
  },
  {
    appliesUpstream: "sum",
    divisor: (_inputs, _options, { dims }) => dims.N as number,
    run: ([a, p, n], { margin, distance, swap }, { kernel, dims, values, grads, scale, upstream }) =>
      kernel.triplet(
        a.pointer,
        p.pointer,
        n.pointer,
        dims.N as number,
        dims.D as number,
        kindOf(distance),
        margin,
        swap,
        values,
        grads.anchor,
        grads.positive,
        grads.negative,
        scale,
        upstream,
      ),
  },
);
