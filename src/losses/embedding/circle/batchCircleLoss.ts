import { defineLoss, type Pass } from "../../../contract/loss.ts";
import { memory } from "../../../kernel/arena.ts";
import type { Pointer } from "../../../kernel/kernels.ts";
import { matrix, multiplier } from "../../../linear/matrix.ts";
import { squareRows } from "../../../linear/points.ts";
import type { FloatInput, IndexInput } from "../../../tensor/tensor.ts";
import { anchorsWithTriplets } from "../batch.ts";
import {
  type BlockKernel,
  clearAll,
  contrastSelf,
  contrastStrips,
  directions,
  finishDirections,
  type StripKernels,
  upperCosines,
} from "../contrast.ts";
import { type RowMaskOption, rowMaskOption, underMask } from "../rows.ts";
import { type CircleOptions, circleOptions, circleReferences } from "./circleLoss.ts";

export interface BatchCircleOptions extends CircleOptions, RowMaskOption {
  /** All pairs of the batch in one value, or one value per anchor. Default "batch". */
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
 *            A row that `mask` leaves out is in no pair, whatever it holds; its value and gradient are 0.
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
    aliases: { en: [], zh: [] },
    summary: "Circle loss over the pairs of a labelled batch.",
    arguments: [
      { name: "embeddings", shape: "N D", kind: "float", differentiable: true, doc: "Embeddings of the batch." },
      { name: "labels", shape: "N", kind: "index", doc: "Identity of each embedding." },
    ],
    options: {
      ...circleOptions,
      pooling: {
        type: "choice",
        default: "batch",
        choices: ["batch", "anchor"],
        doc: "All pairs of the batch in one value, or one value per anchor.",
      },
      ...rowMaskOption,
    },
    unreduced: {
      shape: "N",
      mean: "the number of anchors with pairs of both kinds; 1 for one value",
      acrossRows: true,
      when: { option: "pooling", is: "batch", shape: "" },
    },
    formula: String.raw`\log\Bigl(1 + \sum e^{\gamma a_n (s_n - m)} \sum e^{-\gamma a_p (s_p - 1 + m)}\Bigr)`,
    traps: ["Pooled over the batch, the hardest pairs of all anchors outweigh everything else."],
    heldConstant: "the weights of the similarities",
    references: circleReferences,
  },
  underMask({
    countsWeights: true,
    divisor: ([, labels], { pooling }, pass) => {
      if (pooling === "anchor") return anchorsWithTriplets(labels, pass);
      return pass.weights?.total ?? 1;
    },
    run: ([x, labels], { margin, scale: gamma, pooling }, pass) => {
      const { kernel, dims, dtype, take, values, grads, scale, upstream } = pass;
      const [n, d] = [dims.N as number, dims.D as number];
      const u = directions(pass, x.pointer, n, d);
      const state = take("bytes", kernel.circleWorkspace());
      const gradient = grads.embeddings;
      clearAll(pass, [gradient, n * d]);
      const y = labels.pointer;
      let sum: number;
      if (pooling === "anchor") {
        const block: BlockKernel = (cosines, first, rows) =>
          kernel.circleAnchors(cosines, y, first, rows, n, margin, gamma, values, upstream, state);
        sum = contrastSelf(pass, u, gradient, block, () => anchorStrips(pass, n, y, margin, gamma, state));
      } else if (squareRows(n, dtype) === n) {
        const block = upperCosines(pass, u);
        const tops = take("float64", 2);
        sum = kernel.gatherPool(block, y, 0, n, n, margin, gamma, true, state, tops);
        if (gradient) {
          kernel.scalePool(block, state, tops, 0, n, n);
          kernel.mirror(block, n);
          multiplier(pass)(matrix(block, n, n), u, gradient);
        }
      } else sum = contrastStrips(pass, u, gradient, poolStrips(pass, n, y, margin, gamma, state));
      finishDirections(pass, u, gradient, scale);
      return sum;
    },
    appliesUpstream: true,
  }),
);

type Machine = Pick<Pass, "kernel" | "dtype" | "take" | "values" | "upstream">;

/** One value per anchor; see circleStrips.kernel.ts. */
function anchorStrips(
  { kernel, dtype, take, values, upstream }: Machine,
  n: number,
  labels: Pointer,
  margin: number,
  gamma: number,
  state: Pointer,
): StripKernels {
  const [tops, before, factors] = [take(dtype, 2 * n), take(dtype, 2 * n), take(dtype, 2 * n)];
  const sums = take("float64", 2 * n + 4);
  return {
    fold: (strip, first, rows) => kernel.foldCircles(strip, labels, first, rows, n, margin, gamma, tops, sums, before),
    finish: () => kernel.circleValues(tops, sums, n, values, factors, upstream, state),
    slopes: (strip, first, rows) => kernel.circleSlopes(strip, labels, tops, factors, first, rows, n, margin, gamma),
  };
}

/** One value of all pairs. */
function poolStrips(
  { kernel, take }: Machine,
  n: number,
  labels: Pointer,
  margin: number,
  gamma: number,
  state: Pointer,
): StripKernels {
  const tops = new Map<number, Pointer>();
  // Against the largest exponents of all strips, in a state of its own: the sums are known by then.
  const stateBytes = kernel.circleWorkspace();
  const second = take("bytes", stateBytes);
  let value = 0;
  const gather = (strip: Pointer, first: number, rows: number, anew: boolean, into: Pointer) => {
    const own = tops.get(first) ?? take("float64", 2);
    tops.set(first, own);
    return kernel.gatherPool(strip, labels, first, rows, n, margin, gamma, anew, into, own);
  };
  return {
    fold(strip, first, rows) {
      value = gather(strip, first, rows, first === 0, state);
    },
    finish: () => value,
    refold(strip, first, rows) {
      new Uint8Array(memory.buffer).copyWithin(second, state, state + stateBytes);
      gather(strip, first, rows, false, second);
    },
    slopes: (strip, first, rows) => kernel.scalePool(strip, state, tops.get(first) as Pointer, first, rows, n),
  };
}
