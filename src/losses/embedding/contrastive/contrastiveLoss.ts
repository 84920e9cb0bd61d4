import { defineLoss } from "../../../contract/loss.ts";
import type { FloatInput } from "../../../tensor/tensor.ts";

export interface ContrastiveOptions {
  /** Distance beyond which a dissimilar pair is left alone; > 0. Default 1. */
  margin?: number;
}

/**
 * Contrastive loss: pulls similar pairs together and pushes dissimilar ones apart, up to a margin.
 *
 *     d = ‖first − second‖
 *     L = ½ ((1 − Y) d² + Y max(0, m − d)²)        Y = 1 for a dissimilar pair
 *
 * Shapes     first, second: [N, D]; different: [N], 0 or 1 (in between, the two sides mix). Unreduced value: [N]. The
 *            mean divides by N.
 * Gradient   first: ((1 − Y) − Y max(0, m − d)/d)(first − second); second: its negative. `different` is a constant.
 * Errors     margin ≤ 0; `different` outside [0, 1] or of shape [N, 1] (it would broadcast to N × N elsewhere).
 * Edges      A dissimilar pair at distance 0 has value m²/2 and gradient 0.
 * Relation   Half the world labels pairs the other way round (1 = similar): pass 1 − label then.
 * Source     R. Hadsell, S. Chopra, Y. LeCun, Dimensionality Reduction by Learning an Invariant Mapping, 2006.
 */
export const contrastiveLoss = defineLoss<
  [first: FloatInput, second: FloatInput, different: FloatInput],
  ContrastiveOptions,
  "first" | "second"
>(
  {
    name: "contrastiveLoss",
    family: "embedding",
    title: { en: "Contrastive loss", zh: "对比损失" },
    aliases: { en: ["pairwise contrastive loss"], zh: ["成对对比损失"] },
    summary: "Draws similar pairs together and holds dissimilar pairs at least a margin apart.",
    arguments: [
      { name: "first", shape: "N D", kind: "float", differentiable: true, doc: "Embeddings of the first partners." },
      { name: "second", shape: "N D", kind: "float", differentiable: true, doc: "Embeddings of the second partners." },
      {
        name: "different",
        shape: "N",
        kind: "probability",
        differentiable: false,
        doc: "1 where a pair is dissimilar.",
      },
    ],
    options: {
      margin: {
        type: "number",
        default: 1,
        range: "(0, ∞)",
        doc: "Distance beyond which a dissimilar pair is left alone.",
      },
    },
    unreduced: { shape: "N", mean: "the number of pairs" },
    formula: String.raw`\tfrac12 \left[ (1 - Y)\, d^2 + Y \max(0,\, m - d)^2 \right], \quad d = \lVert a - b \rVert`,
    traps: [
      "Labels: here 1 means dissimilar; many data sets mean similar by 1.",
      "The margin has the unit of the embeddings: normalise them, or choose it with their scale.",
    ],
    references: [
      {
        text: "Hadsell, Chopra and LeCun, Dimensionality Reduction by Learning an Invariant Mapping, CVPR 2006",
        url: "https://doi.org/10.1109/CVPR.2006.100",
      },
    ],
  },
  {
    divisor: (_inputs, _options, { dims }) => dims.N as number,
    run: ([a, b, y], { margin }, { kernel, dims, values, grads, scale }) =>
      kernel.contrastive(
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
