import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { lambdaReturns } from "./lambdaReturns.ts";
import { tdLoss } from "./tdLoss.ts";

const rewards = [1, -2, 3, 0.5, 2];
const nextValues = [0.3, 0.7, -1, 4, 5];
const dones = [0, 0, 1, 0, 0];
const near = (numbers: ArrayLike<number>, digits = 12) => Array.from(numbers, (x) => expect.closeTo(x, digits));

/** The λ-return by its definition: (1 − λ) Σ λ^(n−1) G^(n), each n-step return summed forwards. */
function byDefinition(t: number, discount: number, lambda: number): number {
  const end = dones.findIndex((done, i) => i >= t && done === 1);
  const last = end < 0 ? rewards.length - 1 : end;
  const steps = last - t + 1;
  const nStep = (n: number) => {
    let sum = 0;
    for (let k = 0; k < n; k++) sum += discount ** k * (rewards[t + k] as number);
    return t + n - 1 === end ? sum : sum + discount ** n * (nextValues[t + n - 1] as number);
  };
  let total = lambda ** (steps - 1) * nStep(steps);
  for (let n = 1; n < steps; n++) total += (1 - lambda) * lambda ** (n - 1) * nStep(n);
  return total;
}

it("lambdaReturns: the definition as a sum over n-step returns", () => {
  for (const [discount, lambda] of [
    [0.9, 0.8],
    [1, 1],
    [0.5, 0],
    [0, 0.3],
  ] as const) {
    const { data, shape } = lambdaReturns(rewards, nextValues, dones, { discount, lambda });
    expect(shape).toEqual([5]);
    for (const [t, value] of data.entries()) expect(value).toBeCloseTo(byDefinition(t, discount, lambda), 13);
  }
});

it("lambdaReturns: PyTorch's solution as a linear system, to 1e-11 in f64; f32 in, f32 out, to 4e-7 of its size", () => {
  const stored = JSON.parse(readFileSync(`${import.meta.dirname}/returns.golden.json`, "utf8"));
  for (const { inputs, options, returns } of stored.cases) {
    const { rewards: r, nextValues: n, dones: d } = inputs;
    expect([...lambdaReturns(r, n, d, options).data]).toEqual(near(returns, 11));
    const single = lambdaReturns(Float32Array.from(r), Float32Array.from(n), Uint8Array.from(d), options).data;
    expect(single).toBeInstanceOf(Float32Array);
    const largest = Math.max(...returns.map(Math.abs));
    for (const [t, value] of single.entries()) expect(Math.abs(value - returns[t])).toBeLessThan(4e-7 * largest);
  }
});

it("lambdaReturns: λ = 0 is the target of tdLoss, λ = 1 the discounted sum of rewards to the end", () => {
  const target = lambdaReturns(rewards, nextValues, dones, { discount: 0.9, lambda: 0 });
  expect(tdLoss(target, rewards, nextValues, dones, { discount: 0.9 })).toBeLessThan(1e-30);
  const sums = lambdaReturns(rewards, [7, 7, 7, 7, 0], dones, { discount: 0.5, lambda: 1 });
  expect([...sums.data]).toEqual([1 - 1 + 0.75, -2 + 1.5, 3, 0.5 + 1, 2]);
});

it("lambdaReturns: rewards and next values scaled by 4 scale it by 4, to the bit", () => {
  const options = { discount: 0.9, lambda: 0.7 };
  const by4 = (numbers: number[]) => numbers.map((x) => 4 * x);
  const plain = lambdaReturns(rewards, nextValues, dones, options).data;
  expect([...lambdaReturns(by4(rewards), by4(nextValues), dones, options).data]).toEqual(by4([...plain]));
});

it("lambdaReturns: episodes behind each other give what they give alone; a cut-off one must stand alone", () => {
  const options = { discount: 0.9, lambda: 0.7 };
  const alone = (from: number, to?: number) => [
    ...lambdaReturns(rewards.slice(from, to), nextValues.slice(from, to), dones.slice(from, to), options).data,
  ];
  const all = [...lambdaReturns(rewards, nextValues, dones, options).data];
  expect(all).toEqual([...alone(0, 3), ...alone(3)]);
  expect(all.slice(0, 2)).not.toEqual(alone(0, 2));
});

it("lambdaReturns: NaN reaches the steps before it up to the end of the episode before, and none where γλ = 0", () => {
  const nans = (r: number[], n: number[], d: number[], lambda = 0.7, discount = 0.9) =>
    [...lambdaReturns(r, n, d, { discount, lambda }).data].map(Number.isNaN);
  const poisoned = (list: number[], at: number) => list.map((x, i) => (i === at ? Number.NaN : x));
  expect(nans(poisoned(rewards, 1), nextValues, dones)).toEqual([true, true, false, false, false]);
  expect(nans(poisoned(rewards, 4), nextValues, dones)).toEqual([false, false, false, true, true]);
  expect(nans(rewards, poisoned(nextValues, 1), dones)).toEqual([true, true, false, false, false]);
  expect(nans(rewards, nextValues, poisoned(dones, 1))).toEqual([true, true, false, false, false]);
  expect(nans(poisoned(rewards, 4), nextValues, dones, 0)).toEqual([false, false, false, false, true]);
  expect(nans(poisoned(rewards, 4), nextValues, dones, 0.7, 0)).toEqual([false, false, false, false, true]);
});

it("lambdaReturns: dones of any kind of numbers", () => {
  const options = { discount: 0.9, lambda: 0.7 };
  const wanted = lambdaReturns(rewards, nextValues, dones, options);
  for (const given of [Uint8Array.from(dones), Int32Array.from(dones), Float32Array.from(dones)])
    expect(lambdaReturns(rewards, nextValues, given, options)).toEqual(wanted);
});

it("lambdaReturns: a share of an end counts as that share", () => {
  const { data } = lambdaReturns([0, 0], [0, 8], [0.25, 0.5], { discount: 1, lambda: 1 });
  expect([...data]).toEqual([3, 4]);
});

it("lambdaReturns: refuses what it cannot use, naming function and argument", () => {
  const options = { discount: 0.9, lambda: 0.7 };
  const call =
    (...args: unknown[]) =>
    () =>
      (lambdaReturns as (...args: unknown[]) => unknown)(...args);
  expect(call(rewards, nextValues, dones)).toThrow("lambdaReturns: discount is missing; expected a number in [0, 1]");
  expect(call(rewards, nextValues, dones, { discount: 0.9 })).toThrow("lambdaReturns: lambda is missing");
  expect(call(rewards, nextValues, dones, { ...options, lambda: 1.1 })).toThrow("lambda is 1.1, outside [0, 1]");
  expect(call(rewards, nextValues, dones, { ...options, gamma: 1 })).toThrow('unknown option "gamma"');
  expect(call(rewards, nextValues, [0, 0, 2, 0, 0], options)).toThrow("lambdaReturns: dones[2] is 2, outside [0, 1]");
  expect(call(rewards, [1], dones, options)).toThrow("lambdaReturns: nextValues is [1], expected [5] (rewards is [5]");
  expect(call([[1, 2]], [[1, 2]], [[0, 1]], options)).toThrow("lambdaReturns: rewards is [1, 2]");
  expect(call([], [], [], options)).toThrow("rewards is empty");
});

it("lambdaReturns: a next value that has no say may be NaN or infinite", () => {
  for (const nothing of [Number.NaN, Number.POSITIVE_INFINITY]) {
    expect([...lambdaReturns([1], [nothing], [1], { discount: 0.9, lambda: 0.95 }).data]).toEqual([1]);
    const longest = lambdaReturns([1, 2], [nothing, 4], [0, 0], { discount: 0.5, lambda: 1 });
    expect([...longest.data]).toEqual([1 + 0.5 * (2 + 0.5 * 4), 2 + 0.5 * 4]);
    expect([...lambdaReturns([1, 2], [nothing, nothing], [0, 0], { discount: 0, lambda: 1 }).data]).toEqual([1, 2]);
  }
});
