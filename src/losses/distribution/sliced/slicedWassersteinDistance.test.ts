import { expect, it } from "vitest";
import { beyondSquares, describeLoss } from "../../../../test/harness/describeLoss.ts";
import { seeded } from "../../../../test/harness/random.ts";
import type { Sample } from "../../../../test/harness/samples.ts";
import { earthMoverDistance } from "../earthMover/earthMoverDistance.ts";
import { wassersteinDistance } from "../wasserstein/wassersteinDistance.ts";
import { type SlicedWassersteinOptions, slicedWassersteinDistance } from "./slicedWassersteinDistance.ts";

/** The mean over directions of distances on the line, each by wassersteinDistance. */
function byProjections(x: Sample, y: Sample, { projections, p, seed }: Required<SlicedWassersteinOptions>): number {
  const d = x.shape[1] as number;
  const { normal } = seeded(seed);
  let sum = 0;
  for (let k = 0; k < projections; k++) {
    const theta = Array.from({ length: d }, normal);
    const length = Math.sqrt(theta.reduce((s, t) => s + t * t, 0));
    const onto = ({ data, shape }: Sample) =>
      Array.from({ length: shape[0] as number }, (_, i) =>
        theta.reduce((s, t, c) => s + (t * (data[i * d + c] as number)) / length, 0),
      );
    sum += wassersteinDistance(onto(x), onto(y), { p }) ** p;
  }
  return (sum / projections) ** (1 / p);
}

describeLoss<SlicedWassersteinOptions>(slicedWassersteinDistance, {
  extreme: beyondSquares,
  reference: ([x, y], options) => [byProjections(x as Sample, y as Sample, options)],
  options: [{ projections: 5 }, { projections: 3, p: 1, seed: 7 }, { projections: 2, p: 3 }],
  accuracy: { float32: 1e-6, float64: 1e-13 },
  gradientAccuracy: { float32: 1e-5, float64: 1e-12 },
});

it("slicedWassersteinDistance: in one dimension, and for a shift, whose mean square is its length's over D", () => {
  const random = seeded(1);
  const points = Array.from({ length: 30 }, () => [random.normal(), random.normal()]);
  const line = points.map(([a = 0]) => [a]);
  expect(slicedWassersteinDistance(line, [[1], [2]])).toBeCloseTo(
    wassersteinDistance(line.flat(), [1, 2], { p: 2 }),
    12,
  );
  const shifted = points.map(([a = 0, b = 0]) => [a + 3, b + 4]);
  const value = slicedWassersteinDistance(points, shifted, { projections: 4000 });
  expect(value ** 2).toBeGreaterThan(12.5 * 0.95);
  expect(value ** 2).toBeLessThan(12.5 * 1.05);
});

it("slicedWassersteinDistance: the seed chooses the directions; equal clouds have distance and gradient 0", () => {
  const [x, y] = [
    [
      [1, 2],
      [3, 4],
    ],
    [
      [0, 1],
      [5, 2],
      [1, 1],
    ],
  ];
  expect(slicedWassersteinDistance(x, y)).toBe(slicedWassersteinDistance(x, y, { seed: 0 }));
  expect(slicedWassersteinDistance(x, y)).not.toBe(slicedWassersteinDistance(x, y, { seed: 1 }));
  const { value, grads } = slicedWassersteinDistance.valueAndGrad(x, [...x].reverse());
  expect(value).toBe(0);
  expect([...grads.x.data].map((g) => g + 0)).toEqual([0, 0, 0, 0]);
});

it("slicedWassersteinDistance: a metric, never above the distance it slices, and scaling with the points", () => {
  const random = seeded(2);
  const cloud = (n: number) => Array.from({ length: n }, () => [random.normal(), random.normal(), random.normal()]);
  for (let k = 0; k < 10; k++) {
    const [a, b, c] = [cloud(8), cloud(8), cloud(5)];
    for (const p of [1, 2]) {
      const options = { p, projections: 40, seed: k };
      const direct = slicedWassersteinDistance(a, c, options);
      const round = slicedWassersteinDistance(a, b, options) + slicedWassersteinDistance(b, c, options);
      expect(direct).toBeLessThanOrEqual(round + 1e-14);
      expect(slicedWassersteinDistance(c, a, options)).toBeCloseTo(direct, 13);
      const whole = earthMoverDistance(a, c, { cost: p === 1 ? "euclidean" : "squared" }) ** (1 / p);
      expect(direct).toBeLessThanOrEqual(whole);
      const scaled = (points: number[][]) => points.map((point) => point.map((x) => -2 * x));
      expect(slicedWassersteinDistance(scaled(a), scaled(c), options)).toBeCloseTo(2 * direct, 12);
    }
  }
});

it("slicedWassersteinDistance: points of as many dimensions as an image has numbers", () => {
  const d = 200_000;
  const point = (value: number) => ({ data: new Float32Array(d).fill(value), shape: [1, d] });
  const value = slicedWassersteinDistance(point(0), point(1), { projections: 2 });
  expect(value).toBeGreaterThan(0);
  expect(value).toBeLessThan(5);
});
