/** Statistics against known numbers; tails of Student's t are SciPy's. */
import { expect, it } from "vitest";
import { deviation, foldTest, quantileOf, studentTail } from "../../src/cli/statistics.ts";

it.each([
  [2.5, 1, 0.24223788318168682],
  [2.5, 2, 0.12961172022151082],
  [1.3, 3, 0.28446750872789706],
  [-2, 4, 0.11611652351681556],
  [5, 4, 0.007490433881274525],
  [3.1, 5, 0.026853184190035198],
  [0.4, 9, 0.6984840916713654],
  [2, 10, 0.07338803477074037],
])("P(|T| > |%d|) with %d degrees of freedom", (t, freedom, tail) => {
  expect(studentTail(t, freedom)).toBeCloseTo(tail, 14);
});

it("the corrected resampled t-test widens the variance by the ratio of test to training rows", () => {
  const first = [0.91, 0.93, 0.9, 0.95, 0.92];
  const second = [0.89, 0.9, 0.89, 0.91, 0.91];
  expect(foldTest(first, second, 1 / 4)).toBeCloseTo(0.06568410650302771, 12);
  expect(foldTest(second, first, 1 / 4)).toBeCloseTo(0.06568410650302771, 12);
  // The plain paired test would call this difference real.
  expect(foldTest(first, second, 0)).toBeLessThan(0.03);
});

it("equal scores are no difference, a constant gap is one", () => {
  expect(foldTest([1, 2, 3], [1, 2, 3], 0.5)).toBe(1);
  expect(foldTest([2, 3, 4], [1, 2, 3], 0.5)).toBe(0);
});

it("deviation and quantiles", () => {
  expect(deviation([2, 4, 4, 4, 5, 5, 7, 9])).toBeCloseTo(Math.sqrt(32 / 7), 14);
  expect(deviation([3])).toBe(0);
  const sorted = Float64Array.of(1, 2, 3, 10);
  expect([0, 0.25, 0.5, 1].map((level) => quantileOf(sorted, level))).toEqual([1, 1.75, 2.5, 10]);
});
