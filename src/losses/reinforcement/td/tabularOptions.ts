/** Options of the tabular methods, as their specifications have them. */
import { checkFunction } from "../../../contract/options.ts";
import type { NumberOption, ValueOption } from "../../../contract/spec.ts";
import { zeros } from "../../../tensor/tensor.ts";
import { checkEnvironment } from "./checkedEnvironment.ts";
import type { Environment } from "./environment.ts";

/** Options of every tabular method. */
export interface EpisodeOptions<E extends Environment> {
  /** The environment: how many states it has, where an episode begins, and what an action leads to. */
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

const environmentOption = (...needs: readonly ("states" | "actions")[]): ValueOption => ({
  type: "value",
  default: undefined,
  required: true,
  expected: `{ ${needs.join(", ")}, reset, step }`,
  check: (where, value) => checkEnvironment(where, value, needs),
  doc: "The environment: how many states it has, where an episode begins, and what an action leads to.",
});

export const functionOption = (doc: string, required = false): ValueOption => ({
  type: "value",
  default: undefined,
  required,
  expected: "a function",
  check: checkFunction,
  doc,
});

export const numberOption = <D extends number | undefined>(range: string, def: D, doc: string, integer = false) =>
  ({
    type: "number",
    default: def,
    range,
    ...(integer && { integer }),
    ...(def === undefined && { required: true }),
    doc,
  }) as NumberOption<D> & { readonly required: true };

/** Those of every method, for a world that has what is needed. */
export const episodeOptions = (...needs: readonly ("states" | "actions")[]) => ({
  environment: environmentOption(...needs),
  discount: numberOption("[0, 1]", 1, "Discount γ of what follows."),
  stepSize: numberOption("(0, 1]", undefined, "Step size α."),
  // Every episode is recorded: no more than the longest array holds.
  episodes: numberOption("[1, 4294967295]", undefined, "Episodes at most.", true),
  seed: numberOption("[0, 4294967295]", 0, "Seed of all chance.", true),
});

/** Room for a number per episode, taken before the first one runs: a record that cannot be held is refused at once. */
export const episodeRecord = (name: string, episodes: number): Float64Array =>
  zeros(`${name}: a record of ${episodes} episodes`, "float64", episodes);
