import { describe, expect, it } from "vitest";
import { withLengths } from "../../../test/harness/calls.ts";
import { beyondSquares, describeLoss } from "../../../test/harness/describeLoss.ts";
import { expectClose } from "../../../test/harness/expectClose.ts";
import { type Random, seeded } from "../../../test/harness/random.ts";
import type { Sample } from "../../../test/harness/samples.ts";
import { nuclearNorm } from "../../../test/harness/singularValues.ts";
import { frechetInceptionDistance } from "./frechetInceptionDistance.ts";

function centered({ data, shape }: Sample): { rows: number[][]; mean: number[] } {
  const [n, d] = shape as [number, number];
  const mean = Array.from({ length: d }, (_, k) => {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += data[i * d + k] as number;
    return sum / n;
  });
  const rows = Array.from({ length: n }, (_, i) =>
    mean.map((m, k) => ((data[i * d + k] as number) - m) / Math.sqrt(n - 1)),
  );
  return { rows, mean };
}

/** No covariance at all: the trace of the root is the sum of the singular values of the samples' products. */
function bySamples(real: Sample, generated: Sample): number {
  const [x, y] = [centered(real), centered(generated)];
  const products = x.rows.map((a) => y.rows.map((b) => a.reduce((sum, v, k) => sum + v * (b[k] as number), 0)));
  const squares = (rows: number[][]) => rows.flat().reduce((sum, v) => sum + v * v, 0);
  const apart = x.mean.reduce((sum, m, k) => sum + (m - (y.mean[k] as number)) ** 2, 0);
  return apart + squares(x.rows) + squares(y.rows) - 2 * nuclearNorm(products);
}

// D runs through 1…19: more and fewer samples than dimensions, on either side.
for (const lengths of [
  { N: 7, M: 12 },
  { N: 12, M: 5 },
  { N: 2, M: 3 },
])
  describeLoss(withLengths(frechetInceptionDistance, lengths), {
    extreme: beyondSquares,
    reference: ([real, generated]) => [bySamples(real as Sample, generated as Sample)],
    options: [{}],
    accuracy: { float32: 1e-12, float64: 1e-12, least: 1 },
    gradientAccuracy: { float32: 1e-6, float64: 1e-10 },
  });

const draw = (random: Random, n: number, d: number, scale = 1, shift = 0): Sample & { data: number[] } => ({
  data: Array.from({ length: n * d }, () => scale * random.normal() + shift),
  shape: [n, d],
});

describe("frechetInceptionDistance", () => {
  it("agrees with singular values of the samples at larger sizes, on both sides of N = D", () => {
    for (const [n, m, d] of [
      [150, 170, 40],
      [150, 30, 100],
      [30, 150, 100],
      [70, 80, 140],
      [80, 70, 300],
    ] as const) {
      const random = seeded(n + m);
      const [x, y] = [draw(random, n, d, 2), draw(random, m, d, 1, 0.5)];
      expectClose([frechetInceptionDistance(x, y)], [bySamples(x, y)], 1e-11);
      expectClose([frechetInceptionDistance(y, x)], [bySamples(x, y)], 1e-11);
    }
  });

  it("of a set and itself, repeated or in another order, is 0; of nearly equal sets tiny and never negative", () => {
    for (const [n, d] of [
      [6, 4],
      [4, 6],
      [80, 70],
      [70, 80],
    ] as const) {
      const x = draw(seeded(n), n, d);
      const twice = { data: [...x.data, ...x.data], shape: [2 * n, d] };
      expect(frechetInceptionDistance(x, x)).toBeLessThan(1e-11);
      // Repeated samples change the divisor n − 1, and with it the covariance.
      expect(frechetInceptionDistance(twice, twice)).toBeLessThan(1e-6);
      for (const step of [1e-3, 1e-8, 1e-15]) {
        const random = seeded(1);
        const near = { ...x, data: x.data.map((v) => v + step * random.normal()) };
        const value = frechetInceptionDistance(x, near);
        expect(value).toBeGreaterThanOrEqual(0);
        expect(value).toBeLessThan(1e-11 + 10 * step * step * n * d);
      }
    }
  });

  it("is the squared shift for shifted sets, and (a − 1)² times the trace for scaled ones", () => {
    const x = draw(seeded(2), 40, 6);
    const mean = centered(x).mean;
    const { rows } = centered(x);
    const trace = rows.flat().reduce((sum, v) => sum + v * v, 0);
    const shifted = { ...x, data: x.data.map((v) => v + 3) };
    expect(frechetInceptionDistance(x, shifted)).toBeCloseTo(9 * 6, 10);
    const scaled = { ...x, data: x.data.map((v, i) => (mean[i % 6] as number) + 2 * (v - (mean[i % 6] as number))) };
    expect(frechetInceptionDistance(x, scaled)).toBeCloseTo(trace, 10);
  });

  it("takes sets that lie in a plane, or in a point, and keeps their gradients finite", () => {
    const random = seeded(3);
    const plane = (n: number) => {
      const points = draw(random, n, 2);
      const data = Array.from({ length: n }, (_, i) => {
        const [a = 0, b = 0] = points.data.slice(2 * i, 2 * i + 2);
        return [a, b, a + b, a - b, 2 * a];
      }).flat();
      return { data, shape: [n, 5] };
    };
    const point = { data: new Array(15).fill(2), shape: [3, 5] };
    for (const [x, y] of [
      [plane(20), plane(30)],
      [plane(20), draw(random, 30, 5)],
      [draw(random, 30, 5), plane(20)],
      [point, draw(random, 9, 5)],
      [draw(random, 9, 5), point],
      [point, point],
    ] as const) {
      const { value, grads } = frechetInceptionDistance.valueAndGrad(x, y);
      expect(value).toBe(frechetInceptionDistance.valueAndGrad(x, y, { wrt: [] }).value);
      expectClose([value], [bySamples(x, y)], 1e-7, 0, "", 1e-6);
      expect([...grads.generated.data].every(Number.isFinite)).toBe(true);
    }
  });

  it("gradient steps draw generated samples to the real ones", () => {
    const random = seeded(4);
    const real = draw(random, 60, 5);
    let generated: Sample = draw(random, 40, 5, 3, 2);
    const start = frechetInceptionDistance(real, generated);
    for (let step = 0; step < 200; step++) {
      const { grads } = frechetInceptionDistance.valueAndGrad(real, generated);
      generated = { ...generated, data: generated.data.map((v, i) => v - 10 * (grads.generated.data[i] as number)) };
    }
    expect(frechetInceptionDistance(real, generated)).toBeLessThan(1e-6 * start);
  });

  it("NaN or infinity anywhere gives NaN everywhere; one sample is refused", () => {
    for (const bad of [Number.NaN, Number.POSITIVE_INFINITY]) {
      const { value, grads } = frechetInceptionDistance.valueAndGrad([[1], [bad], [3]], [[1], [2]]);
      expect(value).toBeNaN();
      expect([...grads.generated.data].every(Number.isNaN)).toBe(true);
    }
    expect(() => frechetInceptionDistance([[1, 2]], [[1, 2]])).toThrow(
      "frechetInceptionDistance: real has 1 sample, at least 2 are needed",
    );
  });
});
