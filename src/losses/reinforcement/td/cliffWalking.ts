import { readNumbers } from "../../../contract/numbers.ts";
import { type FunctionSpecOf, frozen } from "../../../contract/spec.ts";
import type { ControlEnvironment } from "./environment.ts";

const [ROWS, COLUMNS] = [4, 12];
const START = (ROWS - 1) * COLUMNS;
const GOAL = ROWS * COLUMNS - 1;

const clamp = (value: number, most: number) => Math.min(Math.max(value, 0), most);

const spec = frozen<FunctionSpecOf<[], Record<never, never>>>({
  name: "cliffWalking",
  family: "reinforcement",
  title: { en: "Cliff walking", zh: "悬崖行走" },
  summary: "An environment: a grid whose shortest way leads along a cliff.",
  arguments: [],
  options: {},
});

/**
 * Cliff walking on a grid of 4 rows and 12 columns (Sutton and Barto, example 6.6): from the bottom left corner to the
 * bottom right one, −1 per step. Between them lies the cliff, which costs −100 and leads back to the start. Actions: 0 up,
 * 1 right, 2 down, 3 left; a step against the border stays where it is. State = 12 row + column, rows from the top.
 */
export function cliffWalking(): ControlEnvironment;
export function cliffWalking(...args: unknown[]): ControlEnvironment {
  readNumbers(spec, args);
  return {
    states: ROWS * COLUMNS,
    actions: 4,
    reset: () => START,
    step(state, action) {
      const row = clamp(Math.floor(state / COLUMNS) + (action === 2 ? 1 : action === 0 ? -1 : 0), ROWS - 1);
      const column = clamp((state % COLUMNS) + (action === 1 ? 1 : action === 3 ? -1 : 0), COLUMNS - 1);
      const next = row * COLUMNS + column;
      if (next > START && next < GOAL) return { state: START, reward: -100, done: false };
      return { state: next, reward: -1, done: next === GOAL };
    },
  };
}
cliffWalking.spec = spec;
