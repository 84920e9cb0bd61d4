import { expect, it } from "vitest";
import { describeLoss } from "../../../../test/harness/describeLoss.ts";
import type { Sample } from "../../../../test/harness/samples.ts";
import { huberLoss } from "../../regression/huber/huberLoss.ts";
import { type TdLossOptions, tdLoss } from "./tdLoss.ts";

describeLoss<TdLossOptions>(tdLoss, {
  kinks: ({ row, sample, options: { discount, huber } }) => {
    const [r, next, d] = ["rewards", "nextValues", "dones"].map((name) => sample(name).data[row] as number) as [
      number,
      number,
      number,
    ];
    const target = r + discount * (1 - d) * next;
    return huber === undefined ? [target] : [target - huber, target + huber];
  },
  atInfinity: ({ argument, sign, options: { huber } }) => [
    Number.POSITIVE_INFINITY,
    argument === "values" ? sign * (huber ?? Number.POSITIVE_INFINITY) : null,
  ],
  reference: (inputs, { discount, huber }) => {
    const [v, r, next, d] = inputs.map(({ data }) => data) as [number[], number[], number[], number[]];
    return v.map((value, i) => {
      const target = (r[i] as number) + discount * (1 - (d[i] as number)) * (next[i] as number);
      const e = Math.abs(target - value);
      return huber !== undefined && e > huber ? huber * (e - huber / 2) : (e * e) / 2;
    });
  },
  options: [{}, { discount: 0.5, huber: 1 }, { discount: 1e-3 }],
  // Twice the relative error of δ, which is a sum of three numbers and cancels: hence the floor.
  accuracy: { float32: 5e-7, float64: 1e-15, floor: 0.1 },
});

it("tdLoss: known values; nothing follows a final step; the target has no gradient", () => {
  const { value, grads } = tdLoss.valueAndGrad([1, 1], [2, 2], [10, 10], [0, 1], { discount: 0.5, reduction: "none" });
  expect([...value.data]).toEqual([18, 0.5]);
  expect([...grads.values.data]).toEqual([-6, -1]);
  expect(Object.keys(grads)).toEqual(["values"]);
});

it("tdLoss: with huber it is the Huber loss of values and targets", () => {
  const v = { data: [1, 5, -3], shape: [3] } satisfies Sample;
  const targets = [2 + 0.9 * 4, 0.5, 1 - 0.9];
  expect(tdLoss(v, [2, 0.5, 1], [4, 7, -1], [0, 1, 0], { discount: 0.9, huber: 2 })).toBeCloseTo(
    huberLoss(v, targets, { delta: 2 }),
    14,
  );
});

it("tdLoss: values, rewards and next values scaled by 4 scale it by 16, to the bit", () => {
  const [v, r, next, dones] = [
    [1, 5, -3],
    [2, 0.5, 1],
    [4, 7, -1],
    [0, 1, 0],
  ] as const;
  const by4 = (numbers: readonly number[]) => numbers.map((x) => 4 * x);
  expect(tdLoss(by4(v), by4(r), by4(next), [...dones])).toBe(16 * tdLoss([...v], [...r], [...next], [...dones]));
});

it.each([Float32Array, Float64Array])(
  "tdLoss: NaN stays in its own step, and a final one does not look ahead (%o)",
  (type) => {
    const [values, rewards, dones] = [type.of(1, 1, 1, 2, 1), type.of(0, 0, 1, 0, 3), type.of(0, 0, 1, 1, 1)];
    const next = type.of(1, Number.NaN, Number.NaN, Number.POSITIVE_INFINITY, 7);
    const { value, grads } = tdLoss.valueAndGrad(values, rewards, next, dones, { discount: 0.5, reduction: "none" });
    expect([...value.data]).toEqual([0.125, Number.NaN, 0, 2, 2]);
    expect([...grads.values.data].map((g) => g + 0)).toEqual([0.5, Number.NaN, 0, 2, -2]);
    expect(tdLoss(values, rewards, next, dones, { discount: 0 })).toBe((0.5 + 0.5 + 0 + 2 + 2) / 5);
  },
);

it("tdLoss: refuses a share of an end outside [0, 1]", () => {
  expect(() => tdLoss([1], [1], [1], [1.5])).toThrow("tdLoss: dones[0] is 1.5, outside [0, 1]");
  expect(() => tdLoss([1], [1], [1], [1], { discount: 2 })).toThrow("tdLoss: discount is 2, outside [0, 1]");
});
