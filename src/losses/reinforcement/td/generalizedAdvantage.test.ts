import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { generalizedAdvantage } from "./generalizedAdvantage.ts";
import { lambdaReturns } from "./lambdaReturns.ts";

const rewards = [1, -2, 3, 0.5, 2];
const nextValues = [0.3, 0.7, -1, 4, 5];
const values = [2, 0.3, 0.7, -1, 4];
const dones = [0, 0, 1, 0, 0];
const options = { discount: 0.9, lambda: 0.7 };
const near = (numbers: ArrayLike<number>, digits = 12) => Array.from(numbers, (x) => expect.closeTo(x, digits));

it("generalizedAdvantage: λ-returns less values, where the next value is the next step's", () => {
  for (const lambda of [0, 0.7, 1]) {
    const returns = lambdaReturns(rewards, nextValues, dones, { ...options, lambda }).data;
    const advantages = generalizedAdvantage(values, rewards, nextValues, dones, { ...options, lambda }).data;
    expect([...advantages].map((a, t) => a + (values[t] as number))).toEqual(near(returns));
  }
});

it("generalizedAdvantage: PyTorch's solution as a linear system, to 1e-11 in f64; f32 in, f32 out, to 4e-7 of its size", () => {
  const stored = JSON.parse(readFileSync(`${import.meta.dirname}/returns.golden.json`, "utf8"));
  for (const { inputs, options: given, advantages } of stored.cases) {
    const { values: v, rewards: r, nextValues: n, dones: d } = inputs;
    expect([...generalizedAdvantage(v, r, n, d, given).data]).toEqual(near(advantages, 11));
    const f32 = (numbers: number[]) => Float32Array.from(numbers);
    const single = generalizedAdvantage(f32(v), f32(r), f32(n), Uint8Array.from(d), given).data;
    expect(single).toBeInstanceOf(Float32Array);
    const largest = Math.max(...advantages.map(Math.abs));
    for (const [t, value] of single.entries()) expect(Math.abs(value - advantages[t])).toBeLessThan(4e-7 * largest);
  }
});

it("generalizedAdvantage: λ = 0 is δ; λ = 1 the discounted rewards to the end less the value", () => {
  const delta = generalizedAdvantage([1, 2], [3, 4], [5, 6], [0, 1], { discount: 0.5, lambda: 0 });
  expect([...delta.data]).toEqual([4.5, 2]);
  const sums = generalizedAdvantage([1, 2], [3, 4], [2, 6], [0, 1], { discount: 0.5, lambda: 1 });
  expect([...sums.data]).toEqual([3 + 0.5 * 4 - 1, 2]);
});

it("generalizedAdvantage: scaled by 4 with values and rewards, to the bit; true values make it 0", () => {
  const by4 = (numbers: number[]) => numbers.map((x) => 4 * x);
  const plain = generalizedAdvantage(values, rewards, nextValues, dones, options).data;
  expect([...generalizedAdvantage(by4(values), by4(rewards), by4(nextValues), dones, options).data]).toEqual(
    by4([...plain]),
  );
  const exact = generalizedAdvantage([2.5, 3, 2], [1, 2, 2], [3, 2, 9], [0, 0, 1], { discount: 0.5, lambda: 0.3 });
  expect([...exact.data]).toEqual([0, 0, 0]);
});

it("generalizedAdvantage: episodes behind each other give what they give alone", () => {
  const all = [values, rewards, nextValues, dones] as const;
  const alone = (from: number, to?: number) => {
    const [v, r, n, d] = all.map((column) => column.slice(from, to)) as [number[], number[], number[], number[]];
    return [...generalizedAdvantage(v, r, n, d, options).data];
  };
  expect([...generalizedAdvantage(...all, options).data]).toEqual([...alone(0, 3), ...alone(3)]);
});

it("generalizedAdvantage: NaN reaches the steps before it up to the end of the episode before, and none where γλ = 0", () => {
  const bad = [2, 0.3, 0.7, -1, Number.NaN];
  const nans = (lambda: number) =>
    [...generalizedAdvantage(bad, rewards, nextValues, dones, { discount: 0.9, lambda }).data].map(Number.isNaN);
  expect(nans(0.7)).toEqual([false, false, false, true, true]);
  expect(nans(0)).toEqual([false, false, false, false, true]);
});

it("generalizedAdvantage: refuses what it cannot use, naming function and argument", () => {
  expect(() => generalizedAdvantage([1], rewards, nextValues, dones, options)).toThrow(
    "generalizedAdvantage: rewards is [5], expected [1] (values is [1]",
  );
  expect(() => generalizedAdvantage([1], [1], [1], [-1], options)).toThrow("dones[0] is -1, outside [0, 1]");
});

it("generalizedAdvantage: the next value of a final step may be NaN or infinite", () => {
  for (const nothing of [Number.NaN, Number.POSITIVE_INFINITY]) {
    const { data } = generalizedAdvantage([1, 2], [1, 3], [2, nothing], [0, 1], { discount: 0.5, lambda: 0.5 });
    // δ = 1 + ½ · 2 − 1 and 3 − 2; A = δ + ¼ A of the step after.
    expect([...data]).toEqual([1.25, 1]);
  }
});
