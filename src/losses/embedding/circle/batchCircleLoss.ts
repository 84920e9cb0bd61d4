import { defineLoss } from "../../../contract/loss.ts";
import { nowhere } from "../../../kernel/kernels.ts";
import { matrix, multiplier } from "../../../linear/matrix.ts";
import { squareRows } from "../../../linear/points.ts";
import type { FloatInput, IndexInput } from "../../../tensor/tensor.ts";
import { anchorsWithTriplets } from "../batch.ts";
import { clearAll, contrastBlocks, contrastSelf, directions, finishDirections, upperCosines } from "../contrast.ts";
import { type CircleOptions, circleOptions, circleReferences } from "./circleLoss.ts";

export interface BatchCircleOptions extends CircleOptions {
  /** All pairs of the batch in one value, or one value an anchor. Default "batch". */
  pooling?: "batch" | "anchor";
}

/**
 * Circle loss on the cosines of a labelled batch.
 *
 *     L = softplus(log Σ exp(γ a_n (s_n − m)) + log Σ exp(−γ a_p (s_p − 1 + m)))        as in circleLoss
 *
 * Shapes     embeddings: [N, D]; labels: [N], any whole numbers. "batch": all pairs i < j in one number, which every
 *            reduction but "none" gives. "anchor": an anchor's pairs, unreduced value [N], 0 for an anchor without both
 *            kinds; the mean divides by the number of the others.
 * Gradient   Embeddings, through the cosines; the weights a are held constant.
 * Errors     scale ≤ 0; margin outside [−1, 1]; "batch" with reduction "none".
 * Edges      Without pairs of both kinds: 0 with gradient 0. A zero vector has cosine 0, and gradient 0.
 * Relation   The paper and most libraries pool by anchor, its widespread first port over the batch.
 * Source     Y. Sun et al., Circle Loss: A Unified Perspective of Pair Similarity Optimization, 2020.
 */
export const batchCircleLoss = defineLoss<
  [embeddings: FloatInput, labels: IndexInput],
  BatchCircleOptions,
  "embeddings"
>(
  {
    name: "batchCircleLoss",
    family: "embedding",
    title: { en: "Batch circle loss", zh: "批内圆损失" },
    aliases: [],
    summary: "Circle loss over the pairs of a labelled batch.",
    arguments: [
      { name: "embeddings", shape: "N D", kind: "float", differentiable: true, doc: "Embeddings of the batch." },
      { name: "labels", shape: "N", kind: "index", doc: "Identity of each embedding." },
    ],
    options: {
      ...circleOptions,
      pooling: { type: "choice", default: "batch", choices: ["batch", "anchor"], doc: "One value, or one an anchor." },
    },
    unreduced: {
      shape: "N",
      mean: "the number of anchors with pairs of both kinds; 1 for one value",
      when: { option: "pooling", is: "batch", shape: "" },
    },
    formula: String.raw`\log\Bigl(1 + \sum e^{\gamma a_n (s_n - m)} \sum e^{-\gamma a_p (s_p - 1 + m)}\Bigr)`,
    traps: ["Pooled over the batch, the hardest pairs of all anchors outweigh everything else."],
    references: circleReferences,
  },
  {
    divisor: ([, labels], { pooling }, { values }) => {
      if (pooling === "anchor") return anchorsWithTriplets(labels);
      if (values)
        throw new RangeError(
          'batchCircleLoss: reduction is "none", but pooling "batch" gives one number; use pooling "anchor"',
        );
      return 1;
    },
    run: ([x, labels], { margin, scale: gamma, pooling }, pass) => {
      const { kernel, dims, dtype, take, values, grads, scale, upstream } = pass;
      const [n, d] = [dims.N as number, dims.D as number];
      const u = directions(pass, x.pointer, n, d);
      const state = take(dtype, 8);
      const gradient = grads.embeddings;
      clearAll(pass, [gradient, n * d]);
      const y = labels.pointer;
      let sum = 0;
      if (pooling === "anchor")
        sum = contrastSelf(pass, u, gradient, (block, first, rows) =>
          kernel.circleAnchors(block, first, rows, n, y, margin, gamma, values, upstream, state),
        );
      else if (squareRows(n, dtype) === n) {
        const block = upperCosines(pass, u);
        sum = kernel.gatherWhole(block, n, y, margin, gamma, state);
        if (gradient) {
          kernel.scaleWhole(block, n, state);
          kernel.mirror(block, n);
          multiplier(pass)(matrix(block, n, n), u, gradient);
        }
      } else {
        contrastBlocks(pass, u, u, nowhere, nowhere, (block, first, rows) => {
          sum = kernel.gatherPool(block, first, rows, n, y, margin, gamma, state);
          return 0;
        });
        // Each pair stands in the gradient's matrix twice, so that one product serves both of its embeddings.
        if (gradient)
          contrastBlocks(pass, u, u, gradient, nowhere, (block, first, rows) => {
            kernel.poolGradient(block, first, rows, n, y, margin, gamma, state);
            return 0;
          });
      }
      finishDirections(pass, u, gradient, scale);
      return sum;
    },
    appliesUpstream: true,
  },
);
