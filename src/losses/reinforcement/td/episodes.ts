/** What the tabular methods share: checked options, checked steps, episodes until done. */
import { checkNames, resolveOptions } from "../../../options.ts";
import { type Random, seededRandom } from "../../../random.ts";
import type { OptionSpec } from "../../../spec.ts";
import { describe } from "../../../tensor/read.ts";
import type { Environment, Transition } from "./environment.ts";

/** Options of every tabular method. */
export interface EpisodeOptions<E extends Environment> {
  environment: E;
  /** Discount γ of what follows, in [0, 1]. Default 1. */
  discount?: number;
  /** Step size α, in (0, 1]. */
  stepSize: number;
  /** Episodes at most. */
  episodes: number;
  /** Seed of all chance. Default 0. */
  seed?: number;
}

const specs: Readonly<Record<string, OptionSpec>> = {
  discount: { type: "number", default: 1, range: "[0, 1]", doc: "Discount of what follows." },
  stepSize: { type: "number", default: undefined, range: "(0, 1]", doc: "Step size." },
  episodes: { type: "number", default: undefined, range: "[1, ∞)", integer: true, doc: "Episodes at most." },
  seed: { type: "number", default: 0, range: "[0, 4294967295]", integer: true, doc: "Seed." },
  tolerance: { type: "number", default: 0, range: "[0, ∞)", doc: "Largest error of a converged episode." },
  lambda: { type: "number", default: undefined, range: "[0, 1]", doc: "Decay of the traces." },
  epsilon: { type: "number", default: 0.1, range: "[0, 1]", doc: "Share of random actions." },
};

/** Checks a method's options and fills in the defaults. `numbers` are its numeric ones, `others` the rest. */
export function readOptions<O extends object>(
  name: string,
  options: O,
  numbers: readonly string[],
  others: readonly string[],
): O & Required<Pick<O, keyof O>> {
  if (typeof options !== "object" || options === null)
    throw new TypeError(`${name}: options is ${describe(options)}, expected an object`);
  const given = options as Readonly<Record<string, unknown>>;
  const all = ["discount", "stepSize", "episodes", "seed", ...numbers];
  checkNames(name, given, ["environment", "onEpisode", ...all, ...others]);
  const resolved = resolveOptions(name, given, Object.fromEntries(all.map((key) => [key, specs[key] as OptionSpec])));
  for (const key of all)
    if (resolved[key] === undefined)
      throw new TypeError(
        `${name}: ${key} is missing; expected a number in ${(specs[key] as { range: string }).range}`,
      );
  checkEnvironment(name, given.environment, others.includes("policy") ? [] : ["actions"]);
  const functions = others.includes("policy") ? ["policy", "onEpisode"] : ["onEpisode"];
  for (const key of functions)
    if (typeof given[key] !== "function" && (given[key] !== undefined || key === "policy"))
      throw new TypeError(`${name}: ${key} is ${describe(given[key])}, expected a function`);
  return { ...given, ...resolved } as O & Required<Pick<O, keyof O>>;
}

function checkEnvironment(name: string, environment: unknown, more: readonly string[]): void {
  const given = environment as Record<string, unknown> | null | undefined;
  for (const key of ["states", ...more]) {
    const count = given?.[key];
    if (!Number.isInteger(count) || (count as number) < 1)
      throw new TypeError(`${name}: environment.${key} is ${describe(count)}, expected a whole number ≥ 1`);
  }
  for (const key of ["reset", "step"])
    if (typeof given?.[key] !== "function")
      throw new TypeError(`${name}: environment.${key} is ${describe(given?.[key])}, expected a function`);
}

function checkState(name: string, from: string, state: unknown, states: number): number {
  if (Number.isInteger(state) && (state as number) >= 0 && (state as number) < states) return state as number;
  throw new RangeError(`${name}: environment.${from} gave state ${String(state)}, outside 0…${states - 1}`);
}

/** The environment with its answers checked, and one stream of chance. */
export function checked(name: string, { environment, seed = 0 }: { environment: Environment; seed?: number }) {
  const random: Random = seededRandom(seed);
  const { states } = environment;
  return {
    random,
    reset: (): number => checkState(name, "reset", environment.reset(random), states),
    step(state: number, action: number): Transition {
      const transition = environment.step(state, action, random);
      if (typeof transition?.reward !== "number" || typeof transition.done !== "boolean")
        throw new TypeError(`${name}: environment.step gave ${describe(transition)}, expected { state, reward, done }`);
      if (!transition.done) checkState(name, "step", transition.state, states);
      return transition;
    },
  };
}
