import { expect, it } from "vitest";
import { describeLoss } from "../../../../test/harness/describeLoss.ts";
import { difference, one, testDigits } from "../../../../test/harness/digits.ts";
import { slopesAtInfinity } from "../../../../test/harness/infinity.ts";
import type { Sample } from "../../../../test/harness/samples.ts";
import { multiply } from "../../../../test/maths/doubleDouble.ts";
import { l2Loss } from "./l2Loss.ts";

describeLoss(l2Loss, {
  atInfinity: slopesAtInfinity(() => [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]),
  reference: ([p, t]) => (p as Sample).data.map((x, i) => (x - ((t as Sample).data[i] as number)) ** 2),
  options: [{}],
  accuracy: { float32: 3e-7, float64: 5e-16 },
});

testDigits(l2Loss, {
  accuracy: 5e-16,
  draw: (random) => [random.normal(), random.normal()],
  value: (p, t) => multiply(difference(p, t), difference(p, t)),
  slope: (p, t) => multiply(one(2), difference(p, t)),
});

it("l2Loss: known values, without a factor of one half", () => {
  const { value, grads } = l2Loss.valueAndGrad([1, -2, 3], [1, 0, 1], { reduction: "none" });
  expect([...value.data]).toEqual([0, 4, 4]);
  expect([...grads.predictions.data]).toEqual([0, -4, 4]);
  expect(l2Loss([1, -2, 3], [1, 0, 1])).toBe(8 / 3);
});

it("l2Loss is not robust: its best constant is the mean, which the outlier drags along", () => {
  const data = [1, 2, 3, 4, 1000];
  const at = (constant: number) => l2Loss(new Float64Array(5).fill(constant), data);
  for (const other of [3, 201.9, 202.1, 500]) expect(at(other)).toBeGreaterThan(at(202));
});
