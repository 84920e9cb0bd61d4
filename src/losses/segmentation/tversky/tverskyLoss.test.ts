import { expect, it } from "vitest";
import { describeLoss } from "../../../../test/harness/describeLoss.ts";
import type { Sample } from "../../../../test/harness/samples.ts";
import { type TverskyOptions, tverskyLoss } from "./tverskyLoss.ts";

describeLoss<TverskyOptions>(tverskyLoss, {
  reference: ([p, t], { alpha = 0.5, beta = 0.5, smooth = 1 }) => {
    const { data, shape } = p as Sample;
    const [N, C] = shape as [number, number];
    const positions = data.length / (N * C);
    return Array.from({ length: N * C }, (_, row) => {
      let [hit, alarm, miss] = [smooth, 0, 0];
      for (let i = row * positions; i < (row + 1) * positions; i++) {
        const [x, y] = [data[i] as number, (t as Sample).data[i] as number];
        hit += x * y;
        alarm += x * (1 - y);
        miss += (1 - x) * y;
      }
      const wrong = alpha * alarm + beta * miss;
      return wrong / (hit + wrong);
    });
  },
  options: [{}, { alpha: 0.3, beta: 0.7 }, { alpha: 1, beta: 0, smooth: 0.5 }],
  accuracy: { float32: 4e-7, float64: 4e-15 },
  gradientAccuracy: { float32: 2e-5, float64: 4e-14 },
});

it("tverskyLoss: known values of one hit, one false alarm and two misses", () => {
  const [p, t] = [[[[1, 1, 0, 0]]], [[[1, 0, 1, 1]]]];
  expect(tverskyLoss(p, t, { smooth: 0 })).toBeCloseTo(1.5 / 2.5, 15);
  expect(tverskyLoss(p, t, { alpha: 1, beta: 0, smooth: 0 })).toBeCloseTo(1 / 2, 15);
  expect(tverskyLoss(p, t, { alpha: 0, beta: 1, smooth: 0 })).toBeCloseTo(2 / 3, 15);
});

it("tverskyLoss: a perfect mask gives 0, and so does an empty one, without NaN when nothing smooths", () => {
  expect(tverskyLoss([[[1, 0, 1]]], [[[1, 0, 1]]])).toBe(0);
  const { value, grads } = tverskyLoss.valueAndGrad([[[0, 0, 0]]], [[[0, 0, 0]]], { smooth: 0 });
  expect([value, ...grads.probabilities.data]).toEqual([0, 0, 0, 0]);
  expect(tverskyLoss([[[0, 0.5, 0]]], [[[0, 0, 0]]], { smooth: 0 })).toBe(1);
});

it("tverskyLoss: the mean of 2^20 copies of 0.1f keeps every digit", () => {
  const shape = [1, 1, 2 ** 20];
  const [p, t] = [0.1, 1].map((x) => ({ data: new Float32Array(2 ** 20).fill(x), shape })) as [
    { data: Float32Array; shape: number[] },
    { data: Float32Array; shape: number[] },
  ];
  const tenth = Math.fround(0.1);
  expect(tverskyLoss(p, t, { alpha: 0, beta: 1, smooth: 0 })).toBeCloseTo(1 - tenth, 6);
});
