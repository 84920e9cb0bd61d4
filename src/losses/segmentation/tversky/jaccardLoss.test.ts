import { expect, it } from "vitest";
import { describeLoss } from "../../../../test/harness/describeLoss.ts";
import type { Sample } from "../../../../test/harness/samples.ts";
import { type JaccardOptions, jaccardLoss } from "./jaccardLoss.ts";
import { tverskyLoss } from "./tverskyLoss.ts";

describeLoss<JaccardOptions>(jaccardLoss, {
  reference: ([p, t], { smooth = 1 }) => {
    const { data, shape } = p as Sample;
    const [N, C] = shape as [number, number];
    const positions = data.length / (N * C);
    return Array.from({ length: N * C }, (_, row) => {
      let [onlyOne, union] = [0, smooth];
      for (let i = row * positions; i < (row + 1) * positions; i++) {
        const [x, y] = [data[i] as number, (t as Sample).data[i] as number];
        onlyOne += x * (1 - y) + (1 - x) * y;
        union += x + y - x * y;
      }
      return onlyOne / union;
    });
  },
  options: [{}, { smooth: 0.5 }],
  accuracy: { float32: 4e-7, float64: 4e-15 },
  gradientAccuracy: { float32: 2e-5, float64: 4e-14 },
});

it("jaccardLoss: known values, and 2d / (1 + d) of the Dice loss d", () => {
  const [p, t] = [[[[1, 1, 0, 0]]], [[[1, 0, 1, 1]]]];
  expect(jaccardLoss(p, t, { smooth: 0 })).toBe(3 / 4);
  const dice = tverskyLoss(p, t, { smooth: 0 });
  expect(jaccardLoss(p, t, { smooth: 0 })).toBeCloseTo((2 * dice) / (1 + dice), 15);
});

it("jaccardLoss: disjoint masks give 1, equal ones 0, empty ones 0 with gradient 0", () => {
  expect(jaccardLoss([[[1, 0]]], [[[0, 1]]], { smooth: 0 })).toBe(1);
  expect(jaccardLoss([[[1, 0]]], [[[1, 0]]])).toBe(0);
  const { value, grads } = jaccardLoss.valueAndGrad([[[0, 0]]], [[[0, 0]]], { smooth: 0 });
  expect([value, ...grads.probabilities.data]).toEqual([0, 0, 0]);
});
