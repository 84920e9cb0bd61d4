import { defineLoss } from "../../../contract/loss.ts";
import type { Pointer } from "../../../kernel/kernels.ts";
import { viewOf } from "../../../tensor/stage.ts";
import type { FloatInput } from "../../../tensor/tensor.ts";
import {
  type BlockKernel,
  clearAll,
  contrastBlocks,
  contrastTargets,
  directions,
  finishDirections,
  indices,
} from "../contrast.ts";
import { type RowMaskOption, rowMaskOption, underMask } from "../rows.ts";

export interface InfoNceOptions extends RowMaskOption {
  /** Divides the cosines; > 0. Default 0.1. */
  temperature?: number;
  /** Averages both directions, queries to keys and keys to queries, as CLIP does. Default false. */
  symmetric?: boolean;
  /** Which keys (columns) are right for which query (row), [N, N] of 0 and 1. Default: each query's own. */
  positives?: FloatInput;
}

/**
 * InfoNCE: each query must pick its own key among all keys of the batch.
 *
 *     L_i = −log (exp(cos(q_i, k_i)/τ) / Σ_j exp(cos(q_i, k_j)/τ))
 *
 * With `positives` it is the mean of that over the right keys, each against all keys, as in supConLoss.
 *
 * Shapes     queries, keys: [N, D], partners in the same row. Unreduced value: [N]. The mean divides by N; with `positives` by the
 *            number of queries that have one (with `symmetric`: of rows that have one as a query or as a key).
 * Gradient   Both, through the cosines.
 * Errors     temperature ≤ 0; `positives` other than 0 and 1; shapes that differ.
 * Edges      A query without a positive costs nothing; no positives at all: 0 with gradient 0. A zero vector has cosine 0 with
 *            everything, and gradient 0. One pair alone: 0.
 *            A row that `mask` leaves out is in no pair, whatever it holds; its value and gradient are 0.
 * Relation   `symmetric` is CLIP's loss. ntXentLoss also sets the queries against each other.
 * Source     A. van den Oord, Y. Li, O. Vinyals, Representation Learning with Contrastive Predictive Coding, 2018.
 */
export const infoNceLoss = defineLoss<[queries: FloatInput, keys: FloatInput], InfoNceOptions, "queries" | "keys">(
  {
    name: "infoNceLoss",
    family: "embedding",
    title: { en: "InfoNCE loss", zh: "InfoNCE损失" },
    aliases: { en: ["CLIP loss"], zh: ["CLIP损失"] },
    summary: "Makes every query recognise its own key among the batch's.",
    arguments: [
      { name: "queries", shape: "N D", kind: "float", differentiable: true, doc: "Embeddings that ask." },
      { name: "keys", shape: "N D", kind: "float", differentiable: true, doc: "Their partners, row by row." },
    ],
    options: {
      temperature: { type: "number", default: 0.1, range: "(0, ∞)", doc: "Divides the cosines." },
      symmetric: {
        type: "boolean",
        default: false,
        doc: "Averages both directions, queries to keys and keys to queries.",
      },
      positives: {
        type: "tensor",
        shape: "N N",
        default: undefined,
        range: "{0, 1}",
        doc: "Which keys (columns) are right for which query (row).",
      },
      ...rowMaskOption,
    },
    unreduced: {
      shape: "N",
      mean: "the number of pairs; with positives that of the rows that have one (symmetric: as a query or as a key)",
      acrossRows: true,
    },
    formula: String.raw`-\log \frac{\exp(\cos(q_i, k_i)/\tau)}{\sum_j \exp(\cos(q_i, k_j)/\tau)}`,
    traps: ["Two equal keys in a batch are set against each other: remove duplicates."],
    references: [
      {
        text: "van den Oord, Li and Vinyals, Representation Learning with Contrastive Predictive Coding, arXiv 2018",
        url: "https://arxiv.org/abs/1807.03748",
      },
      {
        text: "Radford et al., Learning Transferable Visual Models From Natural Language Supervision, ICML 2021",
        url: "https://arxiv.org/abs/2103.00020",
      },
    ],
  },
  underMask({
    countsWeights: true,
    divisor: (_inputs, { positives, symmetric }, { dims, dtype, weights }) => {
      if (!positives) return weights?.total ?? dims.N;
      const each = weights && viewOf(weights.pointer, weights.size, dtype);
      return rowsWithPositives(viewOf(positives.pointer, positives.size, dtype), symmetric, each);
    },
    run: ([queries, keys], { temperature, symmetric, positives }, pass) => {
      const { kernel, dims, values, grads, scale, upstream } = pass;
      const [n, d] = [dims.N as number, dims.D as number];
      const [q, k] = [directions(pass, queries.pointer, n, d), directions(pass, keys.pointer, n, d)];
      clearAll(pass, [grads.queries, n * d], [grads.keys, n * d], [values, n]);
      const [factor, share] = [1 / temperature, symmetric ? 0.5 : 1];
      const masked =
        (mask: Pointer, rowStep: number, columnStep: number): BlockKernel =>
        (block, first, rows) =>
          kernel.contrastMask(block, mask, first, rows, n, rowStep, columnStep, factor, share, values, upstream);
      const own = () =>
        contrastTargets(pass, n, { targets: indices(pass, n, (i) => i), scale: factor, share }, values, upstream);
      const there = positives ? masked(positives.pointer, n, 1) : own();
      let sum = contrastBlocks(pass, q, k, grads.queries, grads.keys, there);
      if (symmetric) {
        const back = positives ? masked(positives.pointer, 1, n) : there;
        sum += contrastBlocks(pass, k, q, grads.keys, grads.queries, back);
      }
      finishDirections(pass, q, grads.queries, scale);
      finishDirections(pass, k, grads.keys, scale);
      return sum;
    },
    appliesUpstream: true,
  }),
);

/** Rows i of a square mask that have a positive, or with `both` whose column has one. */
function rowsWithPositives(mask: ArrayLike<number>, both: boolean, weights: ArrayLike<number> | null): number {
  const n = Math.sqrt(mask.length);
  const found = new Uint8Array(n);
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++) {
      if (mask[i * n + j] === 0) continue;
      found[i] = 1;
      if (both) found[j] = 1;
    }
  return found.reduce((sum, has, i) => sum + (has && weights ? (weights[i] as number) : has), 0);
}
