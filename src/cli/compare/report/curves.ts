/** The curve of a loss and of its gradient, as the library computes them. */
import { resident } from "../../../index.ts";
import type { Candidate } from "../candidates.ts";

export interface CurvePoint {
  readonly x: number;
  readonly loss: number;
  readonly gradient: number;
}

const REACH = 4;
const POINTS = 161;

/** What the horizontal axis is. */
export const axisOf = ({ encoding }: Candidate): string =>
  encoding === "numbers"
    ? "prediction − target"
    : encoding === "labels" || encoding === "rows"
      ? "right class's score − the other's"
      : "score of the right class";

/** One sample, its score moved over an interval: of two classes, the right one against a score of 0. */
export function lossCurve({ encoding, evaluate }: Candidate): CurvePoint[] {
  const shape = encoding === "numbers" ? [1] : encoding === "labels" || encoding === "rows" ? [1, 2] : [1, 1];
  const scores = resident(shape);
  const gradient = resident(shape);
  const targets = encoding === "labels" ? resident([1], "int32") : resident(shape);
  if (encoding !== "labels" && encoding !== "numbers") targets.data[0] = 1;
  try {
    return Array.from({ length: POINTS }, (_, i) => {
      const x = REACH * ((2 * i) / (POINTS - 1) - 1);
      scores.data[0] = x;
      const loss = evaluate(scores, targets, gradient);
      return { x, loss, gradient: gradient.data[0] as number };
    });
  } finally {
    for (const tensor of [scores, gradient, targets]) tensor.dispose();
  }
}
