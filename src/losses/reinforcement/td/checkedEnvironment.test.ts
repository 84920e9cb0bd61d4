/** What is said of an environment or a policy that is not what it should be. */
import { expect, it } from "vitest";
import type { Environment, Transition } from "./environment.ts";
import { randomWalk } from "./randomWalk.ts";
import { sarsa } from "./sarsa.ts";
import { tdPolicyEvaluation } from "./tdPolicyEvaluation.ts";

const good: Environment = { states: 2, reset: () => 0, step: () => ({ state: 1, reward: 1, done: true }) };
const evaluate =
  (environment: unknown, policy: unknown = () => 0) =>
  () =>
    tdPolicyEvaluation({ environment, policy, stepSize: 0.5, episodes: 1 } as never);
const answering = (answer: unknown) => evaluate({ ...good, step: () => answer });

it.each<[unknown, string]>([
  [undefined, "tdPolicyEvaluation: environment is missing; expected { states, reset, step }"],
  [{ ...good, states: 1.5 }, "tdPolicyEvaluation: environment.states is the number 1.5, expected a whole number ≥ 1"],
  [{ ...good, states: undefined }, "environment.states is undefined"],
  [{ ...good, reset: undefined }, "tdPolicyEvaluation: environment.reset is undefined, expected a function"],
  [{ ...good, step: 3 }, "tdPolicyEvaluation: environment.step is the number 3, expected a function"],
])("an incomplete environment: %o", (environment, message) => {
  expect(evaluate(environment)).toThrow(message);
  expect(evaluate(environment)).toThrow(TypeError);
});

it("a first state outside the states", () => {
  for (const state of [-1, 2, 0.5, Number.NaN, undefined]) {
    expect(evaluate({ ...good, reset: () => state })).toThrow(RangeError);
    expect(evaluate({ ...good, reset: () => state })).toThrow(
      `tdPolicyEvaluation: environment.reset gave state ${state}, outside 0…1`,
    );
  }
});

it.each<[unknown, string]>([
  [null, "gave null, expected { state, reward, done }"],
  [Promise.resolve(), "gave reward undefined, expected a number"],
  [{ state: 1, done: true }, "gave reward undefined, expected a number"],
  [{ state: 1, reward: Number.NaN, done: true }, "gave reward NaN, expected a finite number"],
  [{ state: 1, reward: Number.POSITIVE_INFINITY, done: true }, "gave reward Infinity, expected a finite number"],
  [{ state: 1, reward: 1, done: 1 }, "gave done the number 1, expected true or false"],
  [{ state: 1, reward: 1, done: false, truncated: "no" }, 'gave truncated "no", expected true or false'],
  [{ state: 2, reward: 1, done: false }, "gave state 2, outside 0…1"],
  [{ state: undefined, reward: 1, done: false, truncated: true }, "gave state undefined, outside 0…1"],
])("a step that is none: %o", (answer, message) => {
  expect(answering(answer)).toThrow(`tdPolicyEvaluation: environment.step(0, 0) ${message}`);
});

it("the state reached by a final step is not looked at", () => {
  const final = { state: 99, reward: 1, done: true } satisfies Transition;
  expect([...(answering(final)().values.data as Float64Array)]).toEqual([0.5, 0]);
});

it("an action that is none", () => {
  expect(evaluate(good, () => Number.NaN)).toThrow(
    "tdPolicyEvaluation: policy gave action NaN in state 0, expected a whole number ≥ 0",
  );
  expect(evaluate(randomWalk(), () => 2)).toThrow("policy gave action 2 in state 2, expected one of 0…1");
  // Without a count of actions any of them may be meant.
  expect(evaluate(good, () => 7)).not.toThrow();
});

it("faults within an environment's own code come through as they are", () => {
  const broken = { ...randomWalk(), step: () => (null as unknown as { state: number }).state as never };
  expect(() => sarsa({ environment: broken, stepSize: 0.5, episodes: 1 })).toThrow("reading 'state'");
});

it("randomWalk: begins in the middle, ends on both sides, refuses to have no states", () => {
  const { states, reset, step } = randomWalk(19, { left: -1 });
  const chance = { uniform: () => 0, normal: () => 0, below: () => 0 };
  expect([states, reset(chance)]).toEqual([19, 9]);
  expect(step(0, 0, chance)).toMatchObject({ reward: -1, done: true });
  expect(step(18, 1, chance)).toMatchObject({ reward: 1, done: true });
  expect(step(9, 1, chance)).toEqual({ state: 10, reward: 0, done: false });
  expect(() => randomWalk(0)).toThrow("randomWalk: states is 0, expected a whole number ≥ 1");
});
