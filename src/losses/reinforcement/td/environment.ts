/** Environments with numbered states and actions: what a user writes. */
import type { Random } from "../../../random.ts";

/** What an action led to. */
export interface Transition {
  /** The state reached; not looked at when `done`. */
  readonly state: number;
  readonly reward: number;
  /** The state reached is terminal: nothing can follow, and its value is 0. */
  readonly done: boolean;
  /**
   * The episode is cut off here, by a time limit say, though something could follow: it ends, and the state reached
   * keeps its value in the target. Default false.
   */
  readonly truncated?: boolean;
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

/** Chooses an action, a whole number ≥ 0. */
export type Policy = (state: number, random: Random) => number;
