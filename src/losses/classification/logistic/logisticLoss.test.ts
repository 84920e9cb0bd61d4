import { expect, it } from "vitest";
import { describeLoss } from "../../../../test/harness/describeLoss.ts";
import { one, sigmoid, softplus as softplusDigits, testDigits } from "../../../../test/harness/digits.ts";
import { softplus } from "../../../../test/harness/rows.ts";
import type { Sample } from "../../../../test/harness/samples.ts";
import { multiply } from "../../../../test/maths/doubleDouble.ts";
import { binaryCrossEntropy } from "../crossEntropy/binaryCrossEntropy.ts";
import { type LogisticOptions, logisticLoss } from "./logisticLoss.ts";

describeLoss<LogisticOptions>(logisticLoss, {
  // A score far on the side of its sign costs nothing.
  atInfinity: ({ sign, of }) => (sign * of("targets") > 0 ? [0, 0] : [Number.POSITIVE_INFINITY, sign]),
  reference: ([f, y]) => (f as Sample).data.map((x, i) => softplus(-x * ((y as Sample).data[i] as number))),
  options: [{}],
  accuracy: { float32: 3e-7, float64: 6e-16 },
});

testDigits(logisticLoss, {
  accuracy: 6e-16,
  draw: (random) => [8 * random.normal(), Math.sign(random.normal())],
  value: (f, y) => softplusDigits(-f * y),
  slope: (f, y) => multiply(one(-y), sigmoid(-f * y)),
});

it("logisticLoss: log 2 at 0, no overflow at ±1e4, binary cross entropy in other words", () => {
  expect(logisticLoss([0], [1])).toBeCloseTo(Math.LN2, 15);
  const { value, grads } = logisticLoss.valueAndGrad([1e4, -1e4], [1, 1], { reduction: "none" });
  expect([...value.data]).toEqual([0, 1e4]);
  expect([...grads.scores.data].map((g) => g + 0)).toEqual([0, -1]);
  expect(logisticLoss([1.5, -2], [1, -1])).toBeCloseTo(binaryCrossEntropy([1.5, -2], [1, 0]), 15);
});

it("logisticLoss: refuses targets 0 and 1 and says what to do", () => {
  expect(() => logisticLoss([1, 2], [1, 0])).toThrow(
    "logisticLoss: targets[1] is 0, expected -1 or 1 (from 0 and 1: 2 * target - 1)",
  );
});

it.each([Float32Array, Float64Array])(
  "logisticLoss: an infinite score costs 0 or +Infinity, with gradient 0 or −y (%o)",
  (type) => {
    const infinite = Number.POSITIVE_INFINITY;
    const scores = type.of(infinite, -infinite, -infinite, infinite);
    const { value, grads } = logisticLoss.valueAndGrad(scores, type.of(1, -1, 1, -1), { reduction: "none" });
    expect([...value.data]).toEqual([0, 0, infinite, infinite]);
    expect([...grads.scores.data].map((g) => g + 0)).toEqual([0, 0, -1, 1]);
  },
);
