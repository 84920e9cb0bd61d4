import { expect } from "vitest";
import { errorOf, isClose } from "../../src/checking/closeness.ts";

/**
 * Expects numbers to agree to `relative` of their size; below `floor` of the largest of them the difference is measured
 * against that floor, since a sum of terms is only as good as its largest term. No difference is measured against less
 * than `least`: the size of terms that may cancel altogether. NaN agrees with NaN.
 */
export function expectClose(
  came: ArrayLike<number>,
  wanted: ArrayLike<number>,
  relative: number,
  floor = 0,
  hint = "",
  least = 1e-37,
): void {
  expect(came.length, `${hint} length`).toBe(wanted.length);
  const finite = Array.from(wanted).filter(Number.isFinite).map(Math.abs);
  const largest = finite.reduce((a, b) => Math.max(a, b), 0);
  for (let i = 0; i < wanted.length; i++) {
    const [a, b] = [came[i] as number, wanted[i] as number];
    const size = Math.max(floor * largest, least);
    if (isClose(a, b, relative, size)) continue;
    const error = errorOf(a, b, size).toExponential(2);
    expect.fail(`${hint} [${i}]: came ${a}, wanted ${b}, relative error ${error} > ${relative}`);
  }
}
