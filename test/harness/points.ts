/** Plain f64 arithmetic on rows, for the references in the tests. */

import type { Distance } from "../../src/losses/embedding/distances.ts";
import type { Sample } from "./samples.ts";

export const rowsOf = ({ data, shape }: Sample): number[][] =>
  Array.from({ length: shape[0] as number }, (_, i) =>
    data.slice(i * (shape[1] as number), (i + 1) * (shape[1] as number)),
  );

export const plainDot = (a: readonly number[], b: readonly number[]): number =>
  a.map((x, k) => x * (b[k] as number)).reduce((sum, x) => sum + x, 0);

export function plainCosine(a: readonly number[], b: readonly number[]): number {
  const norms = Math.hypot(...a) * Math.hypot(...b);
  return norms === 0 ? 0 : plainDot(a, b) / norms;
}

export function plainDistance(kind: Distance, a: readonly number[], b: readonly number[]): number {
  if (kind === "cosine") return 1 - plainCosine(a, b);
  const length = Math.hypot(...a.map((x, k) => x - (b[k] as number)));
  return kind === "squared" ? length * length : length;
}
