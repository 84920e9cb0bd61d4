import { expect, it } from "vitest";
import { expectClose } from "../../../test/harness/expectClose.ts";
import { type GoldenCase, goldenCases, type Stored } from "../../../test/harness/golden.ts";
import { seeded } from "../../../test/harness/random.ts";
import { frechetDistance } from "./frechetDistance.ts";

it("agrees with the root of the product by SciPy, to 1e-9", () => {
  const cases = goldenCases<GoldenCase & { value: number }>(`${import.meta.dirname}/frechetDistance.golden.json`);
  expect(cases.length).toBeGreaterThan(0);
  for (const { inputs, value } of cases) {
    const { mean1, covariance1, mean2, covariance2 } = inputs as Record<string, Stored>;
    const args = [mean1, covariance1, mean2, covariance2] as [Stored, Stored, Stored, Stored];
    expectClose([frechetDistance(...args)], [value], 1e-9);
    expectClose([frechetDistance(args[2], args[3], args[0], args[1])], [value], 1e-9);
  }
});

/** B Bᵀ of a random B [d, rank]. */
function covariance(d: number, rank: number, seed: number, scale = 1) {
  const random = seeded(seed);
  const b = Array.from({ length: d }, () => Array.from({ length: rank }, () => scale * random.normal()));
  return b.map((row) => b.map((other) => row.reduce((sum, x, k) => sum + x * (other[k] as number), 0)));
}

const zeros = (d: number) => new Float64Array(d);

it("of diagonal covariances: Σ (√a − √b)²", () => {
  const diagonal = (...entries: number[]) => entries.map((x, i) => entries.map((_, j) => (i === j ? x : 0)));
  const value = frechetDistance([1, 2, 3], diagonal(4, 9, 0), [1, 2, 5], diagonal(1, 25, 16));
  expect(value).toBeCloseTo(4 + 1 + 4 + 16, 12);
});

it("of equal covariances is 0 at any rank, and scales with the square of the unit", () => {
  for (const [d, rank] of [
    [1, 1],
    [6, 6],
    [6, 2],
    [90, 90],
    [90, 30],
  ] as const) {
    const s = covariance(d, rank, d);
    const trace = s.reduce((sum, row, i) => sum + (row[i] as number), 0);
    const value = frechetDistance(zeros(d), s, zeros(d), s);
    expect(value).toBeGreaterThanOrEqual(0);
    expect(value).toBeLessThan(1e-9 * trace);
  }
  const [a, b] = [covariance(5, 5, 1), covariance(5, 5, 2)];
  const plain = frechetDistance(zeros(5), a, zeros(5), b);
  for (const unit of [1e-90, 1e-8, 1e8, 1e90]) {
    const by = (m: number[][]) => m.map((row) => row.map((x) => x * unit));
    expectClose([frechetDistance(zeros(5), by(a), zeros(5), by(b))], [plain * unit], 1e-12);
  }
});

it("of covariances that share no direction is the sum of traces; of nothing and something, its trace", () => {
  const block = (from: number) =>
    Array.from({ length: 4 }, (_, i) =>
      Array.from({ length: 4 }, (_, j) =>
        i >= from && i < from + 2 && j >= from && j < from + 2 ? (i === j ? 2 : 1) : 0,
      ),
    );
  expect(frechetDistance(zeros(4), block(0), zeros(4), block(2))).toBeCloseTo(8, 12);
  const nothing = { data: zeros(16), shape: [4, 4] };
  expect(frechetDistance(zeros(4), nothing, zeros(4), block(2))).toBe(4);
  expect(frechetDistance(zeros(4), block(2), zeros(4), nothing)).toBe(4);
  expect(frechetDistance(zeros(4), nothing, [0, 0, 0, 2], nothing)).toBe(4);
});

it("NaN or infinity gives NaN", () => {
  for (const bad of [Number.NaN, Number.POSITIVE_INFINITY]) {
    expect(frechetDistance([bad], [[1]], [0], [[1]])).toBeNaN();
    expect(
      frechetDistance(
        [0, 0],
        [
          [1, bad],
          [bad, 1],
        ],
        [0, 0],
        [
          [1, 0],
          [0, 1],
        ],
      ),
    ).toBeNaN();
    expect(
      frechetDistance(
        [0, 0],
        [
          [1, 0],
          [0, 1],
        ],
        [0, 0],
        [
          [bad, 0],
          [0, 1],
        ],
      ),
    ).toBeNaN();
  }
});

it("refuses what is no covariance, and shapes that differ", () => {
  const call = (covariance2: number[][]) => () =>
    frechetDistance(
      [0, 0],
      [
        [1, 0],
        [0, 1],
      ],
      [0, 0],
      covariance2,
    );
  expect(
    call([
      [1, 2],
      [3, 1],
    ]),
  ).toThrow("covariance2 is not symmetric: [1, 0] is 3, but [0, 1] is 2");
  expect(
    call([
      [1, 0],
      [0, -1],
    ]),
  ).toThrow("covariance2[1, 1] is -1, but a variance is never negative");
  expect(call([[1]])).toThrow(/^frechetDistance: covariance2 is \[1, 1\], expected \[2, 2\]/);
  expect(() => frechetDistance([0], [[1]], [0], undefined as never)).toThrow("frechetDistance: covariance2 is missing");
});
