/** An environment whose every answer is checked, so that a fault in it is named where it happens. */
import { LossaryRangeError, LossaryTypeError } from "../../../lossaryError.ts";
import { type Random, seededRandom } from "../../../random.ts";
import { describe } from "../../../tensor/read.ts";
import type { ControlEnvironment, Environment, Policy, Transition } from "./environment.ts";

export interface CheckedEnvironment {
  readonly random: Random;
  reset(): number;
  act(policy: Policy, state: number): number;
  step(state: number, action: number): Required<Transition>;
}

/** `where` names it, `needs` are the counts it must have: states, and actions for control. */
export function checkEnvironment(where: string, environment: unknown, needs: readonly ("states" | "actions")[]): void {
  if (typeof environment !== "object" || environment === null)
    throw new LossaryTypeError(where, `is ${describe(environment)}, expected { ${needs.join(", ")}, reset, step }`);
  const given = environment as Readonly<Record<string, unknown>>;
  for (const key of needs)
    if (!Number.isInteger(given[key]) || (given[key] as number) < 1)
      throw new LossaryTypeError(`${where}.${key}`, `is ${describe(given[key])}, expected a whole number ≥ 1`);
  for (const key of ["reset", "step"])
    if (typeof given[key] !== "function")
      throw new LossaryTypeError(`${where}.${key}`, `is ${describe(given[key])}, expected a function`);
}

const isBelow = (value: unknown, count: number) =>
  Number.isInteger(value) && (value as number) >= 0 && (value as number) < count;

/** `what` names the call, and is only asked for when something is wrong. */
function checkTransition(what: () => string, transition: Transition, states: number): Required<Transition> {
  if (typeof transition !== "object" || transition === null)
    throw new LossaryTypeError(what(), `gave ${describe(transition)}, expected { state, reward, done }`);
  const { state, reward, done, truncated = false } = transition;
  if (typeof reward !== "number")
    throw new LossaryTypeError(what(), `gave reward ${describe(reward)}, expected a number`);
  if (!Number.isFinite(reward)) throw new LossaryRangeError(what(), `gave reward ${reward}, expected a finite number`);
  for (const [key, flag] of [
    ["done", done],
    ["truncated", truncated],
  ] as const)
    if (typeof flag !== "boolean")
      throw new LossaryTypeError(what(), `gave ${key} ${describe(flag)}, expected true or false`);
  if (!done && !isBelow(state, states))
    throw new LossaryRangeError(what(), `gave state ${String(state)}, outside 0…${states - 1}`);
  return { state, reward, done, truncated };
}

/** One stream of chance serves the environment and the policy. */
export function checkedEnvironment(name: string, environment: Environment, seed: number): CheckedEnvironment {
  const random = seededRandom(seed);
  const { states, actions = Number.POSITIVE_INFINITY } = environment as Environment & Partial<ControlEnvironment>;
  return {
    random,
    reset() {
      const state = environment.reset(random);
      if (isBelow(state, states)) return state;
      throw new LossaryRangeError(`${name}: environment.reset`, `gave state ${String(state)}, outside 0…${states - 1}`);
    },
    act(policy, state) {
      const action = policy(state, random);
      if (isBelow(action, actions)) return action;
      const expected = actions === Number.POSITIVE_INFINITY ? "a whole number ≥ 0" : `one of 0…${actions - 1}`;
      throw new LossaryRangeError(
        `${name}: policy`,
        `gave action ${String(action)} in state ${state}, expected ${expected}`,
      );
    },
    step: (state, action) =>
      checkTransition(
        () => `${name}: environment.step(${state}, ${action})`,
        environment.step(state, action, random),
        states,
      ),
  };
}
