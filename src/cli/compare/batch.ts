/** The kernel memory of one batch size, and a loss's value and gradient in it. */
import { resident } from "../../index.ts";
import type { Candidate, Encoding, Targets } from "./candidates.ts";

/** What is to be learnt: class indices, or scaled numbers. */
export type Values = Float64Array | Int32Array;

export interface Batch {
  readonly size: number;
  /** The network writes its scores here. */
  readonly scores: Float32Array;
  /** The gradient of those scores after `evaluate`. */
  readonly gradient: Float32Array;
  /** The mean loss of the scores for the chosen rows of `values`. */
  evaluate(values: Values, rows: Int32Array): number;
  dispose(): void;
}

/** Writes the targets of some rows as the loss wants them. One output stands for class 1 of two. */
export function encode(encoding: Encoding, values: Values, rows: Int32Array, into: Targets["data"]): void {
  if (encoding === "labels" || encoding === "numbers") {
    for (let i = 0; i < rows.length; i++) into[i] = values[rows[i] as number] as number;
    return;
  }
  const outputs = into.length / rows.length;
  into.fill(encoding === "signs" ? -1 : 0);
  for (let i = 0; i < rows.length; i++) {
    const label = values[rows[i] as number] as number;
    if (outputs > 1) into[i * outputs + label] = 1;
    else if (label === 1) into[i] = 1;
  }
}

/** Scores of two classes from the one logit between them. */
export function asTwoClasses(logits: Float32Array, into = new Float32Array(2 * logits.length)): Float32Array {
  for (let i = 0; i < logits.length; i++) {
    into[2 * i] = 0;
    into[2 * i + 1] = logits[i] as number;
  }
  return into;
}

export function createBatch({ evaluate, encoding }: Candidate, size: number, outputs: number): Batch {
  // A loss of whole rows needs a score a class: with one logit z these are 0 and z.
  const two = (encoding === "labels" || encoding === "rows") && outputs === 1;
  const shape = encoding === "numbers" ? [size] : [size, two ? 2 : outputs];
  const scores = resident(shape);
  const gradient = resident(shape);
  const targets = encoding === "labels" ? resident([size], "int32") : resident(shape);
  const logits = new Float32Array(two ? size : 0);
  const slopes = new Float32Array(two ? size : 0);
  return {
    size,
    get scores() {
      return two ? logits : scores.data;
    },
    get gradient() {
      return two ? slopes : gradient.data;
    },
    evaluate: (values, rows) => {
      encode(encoding, values, rows, targets.data);
      if (!two) return evaluate(scores, targets, gradient);
      asTwoClasses(logits, scores.data);
      const value = evaluate(scores, targets, gradient);
      for (let i = 0; i < size; i++) slopes[i] = gradient.data[2 * i + 1] as number;
      return value;
    },
    dispose: () => {
      for (const tensor of [scores, gradient, targets]) tensor.dispose();
    },
  };
}
