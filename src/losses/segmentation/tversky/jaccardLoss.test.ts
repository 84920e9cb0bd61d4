import { expect, it } from "vitest";
import { describeLoss } from "../../../../test/harness/describeLoss.ts";
import { eachGroup, groupsWeight } from "../../../../test/harness/masks.ts";
import { type JaccardOptions, jaccardLoss } from "./jaccardLoss.ts";
import { tverskyLoss } from "./tverskyLoss.ts";

describeLoss<JaccardOptions>(jaccardLoss, {
  reference: (inputs, options) =>
    eachGroup(inputs, options, (p, t) => {
      let [onlyOne, union] = [0, options.smooth ?? 1];
      for (const [i, x] of p.entries()) {
        const y = t[i] as number;
        onlyOne += x * (1 - y) + (1 - x) * y;
        union += x + y - x * y;
      }
      return onlyOne / union;
    }),
  divisor: groupsWeight,
  options: [{}, { smooth: 0.5 }, { perBatch: true, ignoreEmpty: true }],
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
