/** Environments with numbered states and actions, and the textbook's two. */
import type { Random } from "../../../random.ts";

/** What an action led to. */
export interface Transition {
  /** The state reached; not looked at when `done`. */
  readonly state: number;
  readonly reward: number;
  /** The episode is over: nothing can follow. A mere time limit is not that. */
  readonly done: boolean;
}

/** A world of states 0…states − 1. All its chance comes from the `random` it is handed. */
export interface Environment {
  readonly states: number;
  /** Begins an episode; returns its first state. */
  reset(random: Random): number;
  step(state: number, action: number, random: Random): Transition;
}

/** A world in which the actions 0…actions − 1 can be chosen, as control needs it. */
export interface ControlEnvironment extends Environment {
  readonly actions: number;
}

/** Chooses an action. */
export type Policy = (state: number, random: Random) => number;

/**
 * A random walk along a row of states, begun in the middle: action 0 goes left, 1 right. Leaving on the right pays
 * `right`, on the left `left`. With five states, 0 and 1, the true values are 1/6…5/6 (Sutton and Barto, example 6.2);
 * their nineteen-state walk pays −1 and 1.
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

/**
 * Cliff walking on a grid of 4 rows and 12 columns (Sutton and Barto, example 6.6): from the bottom left corner to the
 * bottom right one, −1 a step. Between them lies the cliff, which costs −100 and leads back to the start. Actions: 0 up,
 * 1 right, 2 down, 3 left. State = 12 row + column, rows from the top.
 */
export function cliffWalking(): ControlEnvironment {
  const [rows, columns] = [4, 12];
  const start = (rows - 1) * columns;
  const clamp = (value: number, most: number) => Math.min(Math.max(value, 0), most);
  return {
    states: rows * columns,
    actions: 4,
    reset: () => start,
    step(state, action) {
      const row = clamp(Math.floor(state / columns) + (action === 2 ? 1 : action === 0 ? -1 : 0), rows - 1);
      const column = clamp((state % columns) + (action === 1 ? 1 : action === 3 ? -1 : 0), columns - 1);
      const next = row * columns + column;
      if (next === rows * columns - 1) return { state: next, reward: -1, done: true };
      return next > start ? { state: start, reward: -100, done: false } : { state: next, reward: -1, done: false };
    },
  };
}
