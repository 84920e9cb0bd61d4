import { expect, it } from "vitest";
import { describeLoss } from "../../../../test/harness/describeLoss.ts";
import { difference, minus, one, testDigits } from "../../../../test/harness/digits.ts";
import { slopesAtInfinity } from "../../../../test/harness/infinity.ts";
import { bendsAt } from "../../../../test/harness/kinks.ts";
import type { Sample } from "../../../../test/harness/samples.ts";
import { l1Loss } from "./l1Loss.ts";

describeLoss(l1Loss, {
  kinks: bendsAt(() => [0]),
  atInfinity: slopesAtInfinity(() => [1, 1]),
  reference: ([p, t]) => (p as Sample).data.map((x, i) => Math.abs(x - ((t as Sample).data[i] as number))),
  options: [{}],
  accuracy: { float32: 1e-7, float64: 2e-16 },
});

testDigits(l1Loss, {
  accuracy: 2e-16,
  draw: (random) => [random.normal(), random.normal()],
  value: (p, t) => (p > t ? difference(p, t) : minus(difference(p, t))),
  slope: (p, t) => one(Math.sign(p - t)),
});

it("l1Loss: known values; the gradient is the sign, 0 where nothing is wrong, ±1 at infinities", () => {
  const { value, grads } = l1Loss.valueAndGrad(
    [1, -2, 3, -0, 1e-300, Number.POSITIVE_INFINITY, 0],
    [1, 0, 1, 0, 0, 0, Number.POSITIVE_INFINITY],
    { reduction: "none" },
  );
  expect([...value.data]).toEqual([0, 2, 2, 0, 1e-300, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]);
  expect([...grads.predictions.data]).toEqual([0, -1, 1, 0, 1, 1, -1]);
});

it("l1Loss is robust: the median of the data is its best constant, wherever the outlier lies", () => {
  const data = [1, 2, 3, 4, 1000];
  const at = (constant: number) => l1Loss(new Float64Array(5).fill(constant), data);
  for (const other of [2, 2.9, 3.1, 4, 202]) expect(at(other)).toBeGreaterThan(at(3));
});
