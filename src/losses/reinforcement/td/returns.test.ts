import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { generalizedAdvantage, lambdaReturns } from "./returns.ts";

const rewards = [1, -2, 3, 0.5, 2];
const nextValues = [0.3, 0.7, -1, 4, 5];
const values = [2, 0.3, 0.7, -1, 4];
const dones = [0, 0, 1, 0, 0];

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

it("generalizedAdvantage: λ-returns less values, where the next value is the next step's", () => {
  const options = { discount: 0.9, lambda: 0.7 };
  const returns = lambdaReturns(rewards, nextValues, dones, options).data;
  const advantages = generalizedAdvantage(values, rewards, nextValues, dones, options).data;
  expect([...advantages].map((a, t) => a + (values[t] as number))).toEqual(
    [...returns].map((g) => expect.closeTo(g, 12)),
  );
});

it("both agree with a loop in PyTorch, and give the inputs' float type", () => {
  const stored = JSON.parse(readFileSync(`${import.meta.dirname}/returns.golden.json`, "utf8"));
  for (const { inputs, options, returns, advantages } of stored.cases) {
    const { values: v, rewards: r, nextValues: n, dones: d } = inputs;
    expect([...lambdaReturns(r, n, d, options).data]).toEqual(returns.map((x: number) => expect.closeTo(x, 11)));
    expect([...generalizedAdvantage(v, r, n, d, options).data]).toEqual(
      advantages.map((x: number) => expect.closeTo(x, 11)),
    );
    const single = lambdaReturns(Float32Array.from(r), Float32Array.from(n), Uint8Array.from(d), options).data;
    expect(single).toBeInstanceOf(Float32Array);
    expect([...single]).toEqual(returns.map((x: number) => expect.closeTo(x, 4)));
  }
});

it("refuse what they cannot use, naming function and argument", () => {
  const options = { discount: 0.9, lambda: 0.7 };
  const call =
    (...args: unknown[]) =>
    () =>
      (lambdaReturns as (...args: unknown[]) => unknown)(...args);
  expect(call(rewards, nextValues, dones)).toThrow(
    "lambdaReturns: options is undefined, expected { discount, lambda }",
  );
  expect(call(rewards, nextValues, dones, { discount: 0.9 })).toThrow("lambdaReturns: lambda is undefined");
  expect(call(rewards, nextValues, dones, { ...options, lambda: 1.1 })).toThrow("lambda is 1.1, outside [0, 1]");
  expect(call(rewards, nextValues, dones, { ...options, gamma: 1 })).toThrow('unknown option "gamma"');
  expect(call(rewards, nextValues, [0, 0, 2, 0, 0], options)).toThrow("lambdaReturns: dones[2] is 2, outside [0, 1]");
  expect(call(rewards, [1], dones, options)).toThrow("lambdaReturns: nextValues is [1], expected [5] (rewards is [5]");
  expect(call([], [], [], options)).toThrow("rewards is empty");
});
