/** Plain f64 arithmetic on rows of probabilities and logits, for the references in the tests. */
import { classRows } from "./rows.ts";
import type { Sample } from "./samples.ts";

export const plainSum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

/** KL(p ‖ q) by its definition. */
export const plainKl = (p: readonly number[], q: readonly number[]): number =>
  plainSum(p.map((a, c) => (a === 0 ? 0 : a * Math.log(a / (q[c] as number)))));

export function logSoftmax(x: readonly number[], temperature = 1): number[] {
  const most = Math.max(...x);
  const z = Math.log(plainSum(x.map((a) => Math.exp((a - most) / temperature))));
  return x.map((a) => (a - most) / temperature - z);
}

/** One number per row of classes of two samples [N, C, ...]. */
export function eachRow([first, second]: readonly Sample[], use: (p: number[], q: number[]) => number): number[] {
  const others = classRows(second as Sample);
  return classRows(first as Sample).map((row, i) => use(row, others[i] as number[]));
}

/** A row of positive numbers that sum to 1. */
export function drawDistribution(random: { uniform(): number }, n: number): number[] {
  const masses = Array.from({ length: n }, () => -Math.log(1 - random.uniform()));
  const total = plainSum(masses);
  return masses.map((mass) => mass / total);
}
