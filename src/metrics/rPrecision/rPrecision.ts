import { checkEach, readNumbers } from "../../contract/numbers.ts";
import { type FunctionSpecOf, frozen } from "../../contract/spec.ts";
import { LossaryRangeError } from "../../lossaryError.ts";
import type { FloatInput, IndexInput } from "../../tensor/tensor.ts";

type Inputs = [scores: FloatInput, relevant: IndexInput];
type Options = Record<never, never>;

const spec = frozen<FunctionSpecOf<Inputs, Options>>({
  name: "rPrecision",
  family: "score",
  title: { en: "R-precision", zh: "R 精确率" },
  summary: "The share of relevant documents among the top R, R being how many are relevant.",
  arguments: [
    { name: "scores", shape: "Q D", kind: "float", differentiable: false, doc: "Score of each document per query." },
    { name: "relevant", shape: "Q D", kind: "index", doc: "1 for relevant documents, else 0." },
  ],
  options: {},
});

/**
 * R-precision of a retrieval: the share of relevant documents among the top R, where R is the query's number of them.
 *
 * Shapes     scores, relevant: [Q, D]; relevant holds 0 and 1. One number in [0, 1]: the mean over queries that have a
 *            relevant document.
 * Errors     relevant other than 0 and 1; no query with a relevant document; shapes that differ.
 * Edges      Of equal scores any may come first: the result is the mean over all their orders, so a constant score gives the
 *            share of relevant documents, wherever they stand. A query with a NaN score makes the result NaN.
 * Relation   Two queries whose top R hold 17 of 50 and 7 of 10 give (0.34 + 0.7) / 2 = 0.52. Not differentiable.
 *            matchingRPrecision is what text-to-image papers call R-precision.
 * Source     C. Manning, P. Raghavan, H. Schütze, Introduction to Information Retrieval, 2008, section 8.4.
 */
export function rPrecision(scores: FloatInput, relevant: IndexInput): number;
export function rPrecision(...args: unknown[]): number {
  const [{ data: ranking, shape }, truth] = readNumbers<Inputs, Options>(spec, args).inputs;
  checkEach("rPrecision: relevant", truth, (x) => x === 0 || x === 1, "expected 0 or 1");
  const documents = shape[1] as number;
  let [sum, queries] = [0, 0];
  for (let at = 0; at < ranking.length; at += documents) {
    const [own, relevance] = [ranking, truth.data].map((data) => data.subarray(at, at + documents));
    const wanted = relevance?.reduce((count, x) => count + x, 0) ?? 0;
    if (wanted === 0) continue;
    queries++;
    sum += own?.some(Number.isNaN)
      ? Number.NaN
      : found(own as Float64Array, relevance as Float64Array, wanted) / wanted;
  }
  if (queries === 0) throw new LossaryRangeError("rPrecision: relevant", "has no 1; no query has a relevant document");
  return sum / queries;
}
rPrecision.spec = spec;

/** Relevant documents among the `wanted` best, on average over all orders of equal scores. */
function found(scores: Float64Array, relevance: Float64Array, wanted: number): number {
  const last = scores.slice().sort()[scores.length - wanted] as number;
  let [above, hits, tied, tiedHits] = [0, 0, 0, 0];
  for (let i = 0; i < scores.length; i++) {
    const [score, relevant] = [scores[i] as number, relevance[i] as number];
    if (score > last) {
      above++;
      hits += relevant;
    } else if (score === last) {
      tied++;
      tiedHits += relevant;
    }
  }
  return hits + ((wanted - above) * tiedHits) / tied;
}
