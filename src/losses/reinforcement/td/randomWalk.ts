import { readNumbers } from "../../../contract/numbers.ts";
import { checkCount } from "../../../contract/options.ts";
import { type FunctionSpec, frozen } from "../../../contract/spec.ts";
import type { ControlEnvironment } from "./environment.ts";

export interface RandomWalkOptions {
  /** Reward for leaving on the left; finite. Default 0. */
  left?: number;
  /** Reward for leaving on the right; finite. Default 1. */
  right?: number;
}

const spec: FunctionSpec = frozen({
  name: "randomWalk",
  family: "reinforcement",
  title: { en: "Random walk", zh: "随机游走" },
  summary: "An environment: a row of states that is left on the right or on the left.",
  arguments: [
    {
      name: "states",
      shape: "",
      kind: "value",
      default: 5,
      doc: "Length of the row.",
      check: checkCount,
    },
  ],
  options: {
    left: { type: "number", default: 0, range: "(−∞, ∞)", doc: "Reward for leaving on the left." },
    right: { type: "number", default: 1, range: "(−∞, ∞)", doc: "Reward for leaving on the right." },
  },
});

/**
 * A random walk along a row of states, begun in the middle: action 0 goes left, 1 right. Leaving on the right pays
 * `right`, on the left `left`. With five states, 0 and 1, the true values are 1/6…5/6 (Sutton and Barto, example 6.2);
 * their nineteen-state walk (example 7.1) pays −1 and 1. It is the policy that walks at random.
 */
export function randomWalk(states?: number, options?: RandomWalkOptions): ControlEnvironment;
export function randomWalk(...args: unknown[]): ControlEnvironment {
  const { inputs, options } = readNumbers<[states: unknown], RandomWalkOptions>(spec, args);
  const states = inputs[0] as unknown as number;
  const { left, right } = options;
  return {
    states,
    actions: 2,
    reset: () => Math.floor(states / 2),
    step(state, action) {
      const next = state + (action === 1 ? 1 : -1);
      if (next < 0) return { state, reward: left, done: true };
      if (next >= states) return { state, reward: right, done: true };
      return { state: next, reward: 0, done: false };
    },
  };
}
randomWalk.spec = spec;
