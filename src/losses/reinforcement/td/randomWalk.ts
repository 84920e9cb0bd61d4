import type { ControlEnvironment } from "./environment.ts";

/**
 * A random walk along a row of states, begun in the middle: action 0 goes left, 1 right. Leaving on the right pays
 * `right`, on the left `left`. With five states, 0 and 1, the true values are 1/6…5/6 (Sutton and Barto, example 6.2);
 * their nineteen-state walk (example 7.1) pays −1 and 1. It is the policy that walks at random.
 */
export function randomWalk(
  states = 5,
  { left = 0, right = 1 }: { left?: number; right?: number } = {},
): ControlEnvironment {
  if (!Number.isInteger(states) || states < 1)
    throw new RangeError(`randomWalk: states is ${states}, expected a whole number ≥ 1`);
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
