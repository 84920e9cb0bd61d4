import { checkNoMore, readOptions } from "../../../contract/options.ts";
import { LossaryRangeError } from "../../../lossaryError.ts";
import type { ControlEnvironment } from "./environment.ts";

const specs = {
  left: { type: "number", default: 0, range: "(−∞, ∞)", doc: "Reward for leaving on the left." },
  right: { type: "number", default: 1, range: "(−∞, ∞)", doc: "Reward for leaving on the right." },
} as const;

/**
 * A random walk along a row of states, begun in the middle: action 0 goes left, 1 right. Leaving on the right pays
 * `right`, on the left `left`. With five states, 0 and 1, the true values are 1/6…5/6 (Sutton and Barto, example 6.2);
 * their nineteen-state walk (example 7.1) pays −1 and 1. It is the policy that walks at random.
 */
export function randomWalk(states = 5, options?: { left?: number; right?: number }, ...more: []): ControlEnvironment {
  checkNoMore("randomWalk(states, options)", more);
  const { left, right } = readOptions<{ left: number; right: number }>("randomWalk", options, specs);
  if (!Number.isInteger(states) || states < 1)
    throw new LossaryRangeError("randomWalk: states", `is ${String(states)}, expected a whole number ≥ 1`);
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
