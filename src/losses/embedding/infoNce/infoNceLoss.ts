import { defineLoss } from "../../../contract/loss.ts";
import type { FloatInput } from "../../../tensor/tensor.ts";
import { clearAll, contrastBlocks, contrastTargets, directions, finishDirections, indices } from "../contrast.ts";

export interface InfoNceOptions {
  /** Divides the cosines; > 0. Default 0.1. */
  temperature?: number;
  /** Averages both directions, queries to keys and keys to queries, as CLIP does. Default false. */
  symmetric?: boolean;
}

/**
 * InfoNCE: each query must pick its own key among all keys of the batch.
 *
 *     L_i = −log (exp(cos(q_i, k_i)/τ) / Σ_j exp(cos(q_i, k_j)/τ))
 *
 * Shapes     queries, keys: [N, D], partners in the same row. Unreduced value: [N]. The mean divides by N.
 * Gradient   Both, through the cosines.
 * Errors     temperature ≤ 0; shapes that differ.
 * Edges      A zero vector has cosine 0 with everything, and gradient 0. One pair alone: 0.
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
    },
    unreduced: { shape: "N", mean: "the number of pairs", acrossRows: true },
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
  {
    divisor: (_inputs, _options, { dims }) => dims.N as number,
    run: ([queries, keys], { temperature, symmetric }, pass) => {
      const { dims, values, grads, scale, upstream } = pass;
      const [n, d] = [dims.N as number, dims.D as number];
      const [q, k] = [directions(pass, queries.pointer, n, d), directions(pass, keys.pointer, n, d)];
      clearAll(pass, [grads.queries, n * d], [grads.keys, n * d], [values, n]);
      const target = { targets: indices(pass, n, (i) => i), scale: 1 / temperature, share: symmetric ? 0.5 : 1 };
      const kernel = contrastTargets(pass, n, target, values, upstream);
      let sum = contrastBlocks(pass, q, k, grads.queries, grads.keys, kernel);
      if (symmetric) sum += contrastBlocks(pass, k, q, grads.keys, grads.queries, kernel);
      finishDirections(pass, q, grads.queries, scale);
      finishDirections(pass, k, grads.keys, scale);
      return sum;
    },
    appliesUpstream: true,
  },
);
