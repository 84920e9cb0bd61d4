import { expect, it } from "vitest";
import { describeLoss } from "../../../test/harness/describeLoss.ts";
import { rowsOf } from "../../../test/harness/points.ts";
import { seeded } from "../../../test/harness/random.ts";
import type { Sample } from "../../../test/harness/samples.ts";
import { chamferDistance } from "./chamferDistance.ts";

function reference(x: Sample, y: Sample): number {
  const oneWay = (from: number[][], to: number[][]) =>
    from
      .map((a) => Math.min(...to.map((b) => a.reduce((sum, v, k) => sum + (v - (b[k] as number)) ** 2, 0))))
      .reduce((sum, v) => sum + v / from.length, 0);
  return oneWay(rowsOf(x), rowsOf(y)) + oneWay(rowsOf(y), rowsOf(x));
}

describeLoss(chamferDistance, {
  reference: ([x, y]) => [reference(x as Sample, y as Sample)],
  options: [{}],
  accuracy: { float32: 1e-6, float64: 1e-14 },
});

it("chamferDistance: known values; of equally near points the first takes the gradient", () => {
  expect(chamferDistance([[0, 0]], [[3, 4]])).toBe(50);
  const { value, grads } = chamferDistance.valueAndGrad([[0]], [[1], [-1]]);
  expect(value).toBe(2);
  expect([...grads.x.data]).toEqual([-2]);
  expect([...grads.y.data]).toEqual([3, -1]);
  const many = new Float32Array(37).fill(5);
  const first = chamferDistance.valueAndGrad([[0]], { data: many, shape: [37, 1] }).grads.y.data;
  expect(first[0]).toBeCloseTo(10 + 10 / 37, 5);
  expect(first[36]).toBeCloseTo(10 / 37, 5);
});

it("chamferDistance: the same points in another order give 0 with gradient 0; both directions count alike", () => {
  const random = seeded(1);
  const x = Array.from({ length: 30 }, () => [random.normal(), random.normal()]);
  const y = Array.from({ length: 20 }, () => [random.normal(), random.normal()]);
  const { value, grads } = chamferDistance.valueAndGrad(x, [...x].reverse());
  expect(value).toBe(0);
  expect([...grads.x.data, ...grads.y.data].every((g) => g === 0)).toBe(true);
  expect(chamferDistance(x, y)).toBeCloseTo(chamferDistance(y, x), 14);
});

it("chamferDistance: NaN gives NaN, an infinite point an infinite distance", () => {
  expect(chamferDistance([[Number.NaN], [1]], [[1], [2]])).toBeNaN();
  expect(chamferDistance([[1], [2]], [[1], [Number.NaN]])).toBeNaN();
  expect(chamferDistance([[Number.POSITIVE_INFINITY]], [[1], [2]])).toBe(Number.POSITIVE_INFINITY);
});
