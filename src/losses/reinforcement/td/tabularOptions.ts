/** Options of the tabular methods, checked and with their defaults. */

import { checkNames, isOptions, resolveOptions } from "../../../contract/options.ts";
import type { NumberOption } from "../../../contract/spec.ts";
import { LossaryTypeError } from "../../../lossaryError.ts";
import { describe } from "../../../tensor/read.ts";
import { zeros } from "../../../tensor/tensor.ts";
import type { Environment } from "./environment.ts";

/** Options of every tabular method. */
export interface EpisodeOptions<E extends Environment> {
  environment: E;
  /** Discount γ of what follows, in [0, 1]. Default 1. */
  discount?: number;
  /** Step size α, in (0, 1]. */
  stepSize: number;
  /** Episodes at most, a whole number in [1, 4294967295]; each is recorded, 8 bytes per number. */
  episodes: number;
  /** Seed of all chance, a whole number in [0, 4294967295]. Default 0. */
  seed?: number;
}

const specs = {
  discount: { type: "number", default: 1, range: "[0, 1]", doc: "Discount of what follows." },
  stepSize: { type: "number", default: undefined, range: "(0, 1]", doc: "Step size." },
  // Every episode is recorded: no more than the longest array holds.
  episodes: { type: "number", default: undefined, range: "[1, 4294967295]", integer: true, doc: "Episodes at most." },
  seed: { type: "number", default: 0, range: "[0, 4294967295]", integer: true, doc: "Seed." },
  // Below every error: all episodes are run.
  tolerance: { type: "number", default: -1, range: "[0, ∞)", doc: "Largest error of a converged episode." },
  lambda: { type: "number", default: undefined, range: "[0, 1]", doc: "Decay of the traces." },
  epsilon: { type: "number", default: 0.1, range: "[0, 1]", doc: "Share of random actions." },
} as const satisfies Readonly<Record<string, NumberOption>>;

const common = ["discount", "stepSize", "episodes", "seed"] as const;
type Common = (typeof common)[number];

/** What a method takes beside the options of all. */
export interface Taken<N extends keyof typeof specs> {
  readonly numbers: readonly N[];
  readonly functions: readonly { readonly key: string; readonly required: boolean }[];
  readonly others: readonly string[];
}

/** Checks a method's options, all but its environment, and fills in the defaults of the numbers. */
export function readTabularOptions<O extends object, N extends keyof typeof specs>(
  name: string,
  options: O,
  taken: Taken<N>,
): O & Readonly<Record<Common | N, number>> {
  if (!isOptions(options))
    throw new LossaryTypeError(`${name}: options`, `is ${describe(options)}, expected an object`);
  const given: O & Readonly<Record<string, unknown>> = options;
  const numbers = [...common, ...taken.numbers] as const;
  const functions = taken.functions.map(({ key }) => key);
  checkNames(name, given, ["environment", ...functions, ...numbers, ...taken.others]);
  const resolved = resolveOptions(name, given, Object.fromEntries(numbers.map((key) => [key, specs[key]])));
  for (const key of numbers)
    if (resolved[key] === undefined)
      throw new LossaryTypeError(`${name}: ${key}`, `is missing; expected a number in ${specs[key].range}`);
  for (const { key, required } of taken.functions)
    if (typeof given[key] !== "function" && (required || given[key] !== undefined))
      throw new LossaryTypeError(`${name}: ${key}`, `is ${describe(given[key])}, expected a function`);
  return { ...given, ...(resolved as Record<Common | N, number>) };
}

/** Room for a number per episode, taken before the first one runs: a record that cannot be held is refused at once. */
export const episodeRecord = (name: string, episodes: number): Float64Array =>
  zeros(`${name}: a record of ${episodes} episodes`, "float64", episodes);
