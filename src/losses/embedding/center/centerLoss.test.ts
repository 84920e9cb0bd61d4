import { expect, it } from "vitest";
import { describeLoss } from "../../../../test/harness/describeLoss.ts";
import { rowsOf } from "../../../../test/harness/points.ts";
import type { Sample } from "../../../../test/harness/samples.ts";
import { centerLoss } from "./centerLoss.ts";
import { updateCenters } from "./updateCenters.ts";

describeLoss<Record<never, never>>(centerLoss, {
  reference: ([x, y, c]) => {
    const centers = rowsOf(c as Sample);
    return rowsOf(x as Sample).map((row, i) =>
      row.reduce((sum, v, k) => sum + (v - (centers[(y as Sample).data[i] as number]?.[k] as number)) ** 2 / 2, 0),
    );
  },
  options: [{}],
  accuracy: { float32: 4e-7, float64: 2e-15 },
  spreads: true,
});

it("centerLoss: NaN reaches its own row and center only", () => {
  const { value, grads } = centerLoss.valueAndGrad([[1], [Number.NaN], [3]], [0, 1, 0], [[2], [5]], {
    reduction: "none",
  });
  expect([...value.data]).toEqual([0.5, Number.NaN, 0.5]);
  expect([...grads.features.data, ...grads.centers.data]).toEqual([-1, Number.NaN, 1, 0, Number.NaN]);
});

it("centerLoss: labels outside the centers are refused", () => {
  expect(() => centerLoss([[1, 2]], [3], [[0, 0]])).toThrow("centerLoss: labels[0] is 3, outside 0…0");
});

it("centerLoss: features close to a far center keep their digits in f32", () => {
  const centers = { data: new Float32Array(8).fill(1e4), shape: [1, 8] };
  const features = { data: new Float32Array(8).fill(1e4 + 0.0625), shape: [1, 8] };
  expect(centerLoss(features, [0], centers)).toBe((8 * 0.0625 ** 2) / 2);
});

it("updateCenters: a stream of batches moves centers as the paper's rule does", () => {
  let centers: number[][] = [
    [0, 0],
    [1, 1],
    [5, 5],
  ];
  let ours: Parameters<typeof updateCenters>[0] = centers;
  for (let batch = 0; batch < 5; batch++) {
    const x = [
      [batch, 1],
      [2, -batch],
      [0.5, batch],
    ];
    const y = [0, 1, 0];
    ours = updateCenters(ours, x, y, { rate: 0.3 });
    centers = centers.map((c, j) => {
      const own = x.filter((_, i) => y[i] === j);
      return c.map((v, k) => v - (0.3 * own.reduce((sum, row) => sum + v - (row[k] as number), 0)) / (1 + own.length));
    });
    for (const [i, v] of centers.flat().entries()) expect(ours.data[i]).toBeCloseTo(v, 13);
  }
  expect([...(ours as { data: Float64Array }).data].slice(4)).toEqual([5, 5]);
});

it("updateCenters: leaves the centers given untouched and refuses what does not fit", () => {
  const centers = Float32Array.of(1, 2);
  updateCenters({ data: centers, shape: [1, 2] }, [[3, 4]], [0]);
  expect([...centers]).toEqual([1, 2]);
  expect(() => updateCenters([[1, 2]], [[3, 4]], [1])).toThrow(/^updateCenters: labels\[0\] is 1/);
  expect(() => updateCenters([[1, 2]], [[3, 4, 5]], [0])).toThrow(/^updateCenters: features is \[1, 3\]/);
  expect(() => updateCenters([[1, 2]], [[3, 4]], [0], { rate: 2 })).toThrow(/^updateCenters: rate is 2/);
});
