import { expect, it } from "vitest";
import { describeLoss } from "../../../../test/harness/describeLoss.ts";
import { difference, minus, one, testDigits } from "../../../../test/harness/digits.ts";
import { seeded } from "../../../../test/harness/random.ts";
import { classRows } from "../../../../test/harness/rows.ts";
import type { Sample } from "../../../../test/harness/samples.ts";
import { add, log, log1p, multiply, relativeError } from "../../../../test/maths/doubleDouble.ts";
import { binaryLogLoss, type LogLossOptions, logLoss } from "./logLoss.ts";

describeLoss<LogLossOptions>(logLoss, {
  reference: ([p, labels]) =>
    classRows(p as Sample).map((row, i) => -Math.log(row[(labels as Sample).data[i] as number] as number)),
  options: [{}],
  accuracy: { float32: 3e-7, float64: 5e-16 },
  spreads: true,
});

describeLoss<LogLossOptions>(binaryLogLoss, {
  reference: ([p, t]) =>
    (p as Sample).data.map((x, i) => {
      const y = (t as Sample).data[i] as number;
      return -(y * Math.log(x) + (1 - y) * Math.log1p(-x));
    }),
  options: [{}],
  accuracy: { float32: 3e-7, float64: 5e-16 },
  gradientAccuracy: { float32: 2e-5, float64: 1e-14 },
});

testDigits(binaryLogLoss, {
  accuracy: 5e-16,
  draw: (random) => [random.uniform() < 0.5 ? random.uniform() : 10 ** (-12 * random.uniform()), random.uniform()],
  value: (p, t) => minus(add(multiply(one(t), log(p)), multiply(difference(1, t), p <= 0.5 ? log1p(-p) : log(1 - p)))),
});

it("logLoss: float64 is right to 5e-16, against 32 digits", () => {
  const random = seeded(4);
  const p = Float64Array.from({ length: 2000 }, () => random.uniform() || 0.5);
  const values = logLoss({ data: p, shape: [1000, 2] }, new Int32Array(1000), { reduction: "none" }).data;
  for (const [i, value] of values.entries())
    expect(relativeError(value, minus(log(p[2 * i] as number)))).toBeLessThanOrEqual(5e-16);
});

it("logLoss: exact predictions cost 0, a certain miss +Infinity, and a NaN stays where it counts", () => {
  expect(
    logLoss(
      [
        [1, 0],
        [0, 1],
      ],
      [0, 1],
    ),
  ).toBe(0);
  expect(logLoss([[1, 0]], [1])).toBe(Number.POSITIVE_INFINITY);
  const { value, grads } = logLoss.valueAndGrad(
    [
      [0.5, 0.5],
      [Number.NaN, 0.25],
      [Number.NaN, 1],
    ],
    [0, 1, 0],
    { reduction: "none" },
  );
  expect([...value.data]).toEqual([Math.LN2, 2 * Math.LN2, Number.NaN]);
  expect([...grads.probabilities.data]).toEqual([-2, 0, 0, -4, Number.NaN, 0]);
});

it("logLoss: refuses what is no probability", () => {
  expect(() => logLoss([[2, 0.5]], [1])).toThrow("logLoss: probabilities[0, 0] is 2, outside [0, 1]");
});

it("binaryLogLoss: exact predictions cost 0 with gradient 0 or ∓1, a certain miss +Infinity", () => {
  const { value, grads } = binaryLogLoss.valueAndGrad([1, 0], [1, 0], { reduction: "none" });
  expect([...value.data]).toEqual([0, 0]);
  expect([...grads.probabilities.data]).toEqual([-1, 1]);
  expect(binaryLogLoss([1, 0.5], [0, 1])).toBe(Number.POSITIVE_INFINITY);
  expect(binaryLogLoss(Float32Array.of(1e-7), Float32Array.of(0)) / 1e-7).toBeCloseTo(1, 5);
});

it.each([Float32Array, Float64Array])(
  "log losses: a probability beyond 0 or 1 by a rounding is as 0 or 1, and −0 is 0 (%o)",
  (type) => {
    const infinite = Number.POSITIVE_INFINITY;
    const p = type.of(1 + 2 ** -23, -1e-9, 1 + 2 ** -23, -1e-9, -0);
    const { value, grads } = binaryLogLoss.valueAndGrad(p, type.of(1, 1, 0, 0, 1), { reduction: "none" });
    expect([...value.data]).toEqual([0, infinite, infinite, 0, infinite]);
    expect([...grads.probabilities.data]).toEqual([-1, -infinite, infinite, 1, -infinite]);
    const soft = binaryLogLoss.valueAndGrad(type.of(0, 0.5), type.of(-1e-9, 1 + 2 ** -23), { reduction: "none" });
    expect(soft.value.data[0]).toBe(0);
    expect([...soft.grads.probabilities.data]).toEqual([1, -2]);
    for (const miss of [-1e-9, -0]) {
      const rows = logLoss.valueAndGrad({ data: type.of(miss, 1, 0, 1 + 2 ** -23), shape: [2, 2] }, [0, 1], {
        reduction: "none",
      });
      expect([...rows.value.data]).toEqual([infinite, 0]);
      expect([...rows.grads.probabilities.data]).toEqual([-infinite, 0, 0, -1]);
    }
  },
);
