import { expect, it } from "vitest";
import { describeLoss } from "../../../../test/harness/describeLoss.ts";
import { drawDistribution, eachRow, plainKl } from "../../../../test/harness/distributions.ts";
import { seeded } from "../../../../test/harness/random.ts";
import { jensenShannonDivergence } from "./jensenShannonDivergence.ts";

// Terms of either sign cancel in a row, so the error is measured against the largest row's value.
describeLoss(jensenShannonDivergence, {
  reference: (samples) =>
    eachRow(samples, (p, q) => {
      const m = p.map((x, c) => (x + (q[c] as number)) / 2);
      return plainKl(p, m) / 2 + plainKl(q, m) / 2;
    }),
  options: [{}],
  accuracy: { float32: 2e-6, float64: 4e-15, floor: 0.5 },
});

it("jensenShannonDivergence: symmetric, log 2 for disjoint distributions, 0 for equal ones", () => {
  const [p, q] = [[[0.1, 0.2, 0.7]], [[0.6, 0.4, 0]]];
  expect(jensenShannonDivergence(p, q)).toBeCloseTo(jensenShannonDivergence(q, p), 15);
  expect(jensenShannonDivergence([[1, 0]], [[0, 1]])).toBeCloseTo(Math.LN2, 15);
  expect(jensenShannonDivergence(p, p)).toBe(0);
});

it("jensenShannonDivergence: every case of zero has a finite value and gradient", () => {
  const { value, grads } = jensenShannonDivergence.valueAndGrad([[0, 0, 1]], [[0, 1, 0]]);
  expect(value).toBeCloseTo(Math.LN2, 15);
  expect([...grads.p.data]).toEqual([0, 0, expect.closeTo(Math.LN2 / 2, 15)]);
  expect([...grads.q.data]).toEqual([0, expect.closeTo(Math.LN2 / 2, 15), 0]);
});

it("jensenShannonDivergence: its root is a metric", () => {
  const random = seeded(14);
  const root = (a: number[], b: number[]) => Math.sqrt(jensenShannonDivergence([a], [b]));
  for (let n = 2; n < 30; n++) {
    const [a, b, c] = [1, 2, 3].map(() => drawDistribution(random, n)) as [number[], number[], number[]];
    expect(root(a, c)).toBeLessThanOrEqual(root(a, b) + root(b, c));
    expect(root(a, c)).toBeLessThanOrEqual(Math.sqrt(Math.LN2));
  }
});
