import { expect, it } from "vitest";
import { describeLoss } from "../../../../test/harness/describeLoss.ts";
import { drawDistribution, eachRow, plainKl, plainSum } from "../../../../test/harness/distributions.ts";
import { seeded } from "../../../../test/harness/random.ts";
import { klDivergence } from "./klDivergence.ts";

// Terms of either sign cancel in a row, so the error is measured against the largest row's value.
describeLoss(klDivergence, {
  reference: (samples) => eachRow(samples, plainKl),
  options: [{}],
  accuracy: { float32: 2e-6, float64: 4e-15, floor: 0.5 },
});

it("klDivergence: every case of zero", () => {
  const p = [
    [0, 1],
    [0, 1],
    [1, 0],
    [0.5, 0.5],
  ];
  const q = [
    [0, 1],
    [1, 0],
    [0.5, 0.5],
    [1, 0],
  ];
  const { value, grads } = klDivergence.valueAndGrad(p, q, { reduction: "none" });
  expect([...value.data]).toEqual([0, Number.POSITIVE_INFINITY, Math.LN2, Number.POSITIVE_INFINITY]);
  expect([...grads.p.data]).toEqual([0, 1, 0, Number.POSITIVE_INFINITY, 1 + Math.LN2, 0, 1 - Math.LN2, Infinity]);
  expect([...grads.q.data].map((g) => g + 0)).toEqual([0, -1, 0, Number.NEGATIVE_INFINITY, -2, 0, -0.5, -Infinity]);
  expect(klDivergence([[0, 1]], [[Number.NaN, 1]])).toBeNaN();
  expect(klDivergence([[0, 1]], [[0, 1]])).toBe(0);
});

it("klDivergence: quotients beyond the range of f32 keep their logarithm", () => {
  const value = klDivergence(
    { data: Float32Array.of(1), shape: [1, 1] },
    { data: Float32Array.of(1e-42), shape: [1, 1] },
  );
  expect(value).toBeCloseTo(-Math.log(Math.fround(1e-42)), 4);
});

it("klDivergence: never below 0, 0 for equals only, and not symmetric", () => {
  const random = seeded(11);
  for (let n = 2; n < 40; n++) {
    const [p, q] = [drawDistribution(random, n), drawDistribution(random, n)];
    expect(klDivergence([p], [q])).toBeGreaterThan(0);
    expect(klDivergence([p], [p])).toBe(0);
    expect(Math.abs(klDivergence([p], [q]) - klDivergence([q], [p]))).toBeGreaterThan(1e-10);
  }
});

it("klDivergence: of products it is the sum, and merging outcomes never raises it", () => {
  const random = seeded(12);
  const [p, q, r, s] = [4, 4, 3, 3].map((n) => drawDistribution(random, n)) as [number[], number[], number[], number[]];
  const product = (a: number[], b: number[]) => a.flatMap((x) => b.map((y) => x * y));
  expect(klDivergence([product(p, r)], [product(q, s)])).toBeCloseTo(
    klDivergence([p], [q]) + klDivergence([r], [s]),
    13,
  );
  const merge = ([a = 0, b = 0, ...rest]: number[]) => [a + b, ...rest];
  expect(klDivergence([merge(p)], [merge(q)])).toBeLessThan(klDivergence([p], [q]));
  expect(plainSum(merge(p))).toBeCloseTo(1, 14);
});
