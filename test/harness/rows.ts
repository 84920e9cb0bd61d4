/** Helpers for references over rows of classes, in plain f64. */
import type { Sample } from "./samples.ts";

/** The classes of each position of an [N, C, ...] sample, as rows: [N, ...] rows of C numbers. */
export function classRows({ data, shape }: Sample): number[][] {
  const [n = 0, classes = 0, ...rest] = shape;
  const inner = rest.reduce((product, length) => product * length, 1);
  return Array.from({ length: n * inner }, (_, k) => {
    const start = Math.floor(k / inner) * classes * inner + (k % inner);
    return Array.from({ length: classes }, (_, c) => data[start + c * inner] as number);
  });
}

/** −log softmax(row)_c, as the sum of the others' odds. */
export const surprise = (row: readonly number[], c: number): number =>
  Math.log1p(row.reduce((sum, x, k) => sum + (k === c ? 0 : Math.exp(x - (row[c] as number))), 0));

/** log(1 + exp(x)). */
export const softplus = (x: number): number => (x > 0 ? x + Math.log1p(Math.exp(-x)) : Math.log1p(Math.exp(x)));
