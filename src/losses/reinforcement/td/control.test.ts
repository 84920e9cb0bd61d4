import { expect, it } from "vitest";
import { cliffWalking } from "./cliffWalking.ts";
import type { ControlEnvironment } from "./environment.ts";
import { qLearning } from "./qLearning.ts";
import { randomWalk } from "./randomWalk.ts";
import { sarsa } from "./sarsa.ts";
import { tdLambda } from "./tdLambda.ts";
import { tdPolicyEvaluation } from "./tdPolicyEvaluation.ts";

const chance = { uniform: () => 0, normal: () => 0, below: () => 0 };

it("cliffWalking: borders hold, the cliff leads back, the goal ends", () => {
  const { reset, step } = cliffWalking();
  expect(reset(chance)).toBe(36);
  expect(step(0, 0, chance)).toEqual({ state: 0, reward: -1, done: false });
  expect(step(0, 3, chance)).toEqual({ state: 0, reward: -1, done: false });
  expect(step(23, 1, chance)).toEqual({ state: 23, reward: -1, done: false });
  expect(step(36, 1, chance)).toEqual({ state: 36, reward: -100, done: false });
  expect(step(34, 2, chance)).toEqual({ state: 36, reward: -100, done: false });
  expect(step(35, 2, chance)).toEqual({ state: 47, reward: -1, done: true });
});

it("qLearning: with every action tried it finds the exact values of the shortest way", () => {
  const environment = cliffWalking();
  const { values } = qLearning({ environment, stepSize: 1, epsilon: 1, episodes: 500 });
  const best = (state: number) => Math.max(...values.data.slice(4 * state, 4 * state + 4));
  // From row r, column c: c' = 11 − c steps to the right and 3 − r down, by way of row 2 where it starts at the bottom.
  for (let row = 0; row < 3; row++)
    for (let column = 0; column < 12; column++) expect(best(12 * row + column)).toBe(-(11 - column + 3 - row));
  expect(best(36)).toBe(-13);
});

/** One state, two actions: 0 stays for 1, 1 ends for 2. */
const stayOrLeave: ControlEnvironment = {
  states: 1,
  actions: 2,
  reset: () => 0,
  step: (_, action) => ({ state: 0, reward: 1 + action, done: action === 1 }),
};

it("sarsa looks ahead to the action taken next, qLearning to the best: one episode by hand", () => {
  const common = { environment: stayOrLeave, stepSize: 0.5, discount: 0.5, epsilon: 1, episodes: 1 };
  for (const learn of [sarsa, qLearning])
    for (let seed = 0; seed < 8; seed++) {
      const taken: number[] = [];
      const watched: ControlEnvironment = {
        ...stayOrLeave,
        step: (state, action, random) => {
          taken.push(action);
          return stayOrLeave.step(state, action, random);
        },
      };
      const { values, rewards } = learn({ ...common, environment: watched, seed });
      const q = [0, 0];
      for (const [i, action] of taken.entries()) {
        const next = taken[i + 1];
        const ahead = next === undefined ? 0 : learn === sarsa ? (q[next] as number) : Math.max(...q);
        q[action] = (q[action] as number) + 0.5 * (1 + action + 0.5 * ahead - (q[action] as number));
      }
      expect([...values.data]).toEqual(q);
      expect(values.shape).toEqual([1, 2]);
      expect([...rewards]).toEqual([taken.length + 1]);
    }
});

it("a truncated episode ends and keeps the next state's value in the target", () => {
  const cut = (done: boolean): ControlEnvironment => ({
    states: 2,
    actions: 1,
    reset: () => 0,
    step: (state) => ({ state: 1, reward: 1, done: done && state === 1, truncated: state === 1 }),
  });
  for (const learn of [sarsa, qLearning]) {
    const learned = (done: boolean) => [
      ...learn({ environment: cut(done), stepSize: 1, discount: 0.5, episodes: 60 }).values.data,
    ];
    expect(learned(true)).toEqual([1.5, 1]);
    expect(learned(false)).toEqual([2, 2].map((v) => expect.closeTo(v, 12)));
  }
});

it("the same seed gives the same run, another seed another one; every episode is told of", () => {
  for (const learn of [sarsa, qLearning]) {
    const told: number[] = [];
    const run = (seed: number) =>
      learn({
        environment: cliffWalking(),
        stepSize: 0.5,
        episodes: 20,
        seed,
        onEpisode: ({ episode, reward }) => {
          told[episode - 1] = reward;
        },
      });
    expect(run(3)).toEqual(run(3));
    expect([...run(3).rewards]).toEqual(told);
    expect([...run(4).rewards]).not.toEqual([...run(3).rewards]);
  }
});

it("refuse what they cannot use, naming function and option", () => {
  const common = { environment: randomWalk(), stepSize: 0.5, episodes: 1 };
  expect(() => qLearning({ ...common, policy: () => 0 } as never)).toThrow('qLearning: unknown option "policy"');
  expect(() => sarsa({ ...common, epsilon: 2 })).toThrow("sarsa: epsilon is 2, outside [0, 1]");
  const { actions: _, ...actionless } = randomWalk();
  expect(() => sarsa({ ...common, environment: actionless } as never)).toThrow(
    "sarsa: environment.actions is undefined, expected a whole number ≥ 1",
  );
});

it("a record of episodes that cannot be held is refused before the first one runs", () => {
  const environment: ControlEnvironment = {
    states: 1,
    actions: 1,
    reset: () => {
      throw new Error("ran");
    },
    step: () => ({ state: 0, reward: 0, done: true }),
  };
  const common = { environment, stepSize: 0.5, episodes: 2 ** 33 };
  const onPolicy = { ...common, policy: () => 0 };
  const refused = "episodes is 8589934592, outside [1, 4294967295]";
  expect(() => sarsa(common)).toThrow(new RangeError(`sarsa: ${refused}`));
  expect(() => qLearning(common)).toThrow(new RangeError(`qLearning: ${refused}`));
  expect(() => tdPolicyEvaluation(onPolicy)).toThrow(new RangeError(`tdPolicyEvaluation: ${refused}`));
  expect(() => tdLambda({ ...onPolicy, lambda: 0.5 })).toThrow(new RangeError(`tdLambda: ${refused}`));
});
