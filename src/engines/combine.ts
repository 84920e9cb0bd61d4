/** Sums of an engine's losses over the same predictions. */

import { countOf, hasLossSpec, type ReadPart, readCombined, readParts } from "../combine/parts.ts";
import type { LossSpec } from "../contract/spec.ts";

/** A loss on arrays of type `X` in a combination, and what becomes of it there. */
export interface NativePart<X> {
  readonly loss: NativeLoss<X>;
  /** Factor on its value. Default 1. */
  readonly weight?: number;
  /** What the predictions pass before they reach it. Default: nothing. */
  readonly activation?: (predictions: X) => X;
  /** Its own options; its reduction is "mean" unless they say "sum". */
  readonly options?: object;
  /** What it takes after the predictions, made of what the combination takes there. Default: the same. */
  readonly targets?: (...rest: X[]) => readonly unknown[];
}

/** Any loss of an engine. */
export interface NativeLoss<X> {
  (...args: never): X;
  readonly spec: LossSpec;
}

export type NativeParts<X> = Readonly<Record<string, NativeLoss<X> | NativePart<X>>>;

/** Losses added up; `K` are the names of the parts, `O` the options of a call. */
export interface NativeCombined<X, K extends string, O> {
  /** Σ weight · loss. Arguments: the predictions, what the losses take after them, options. */
  (predictions: X, ...rest: readonly (X | O | undefined)[]): X;
  /** The value, and that of each loss before it is weighed. */
  parts(
    predictions: X,
    ...rest: readonly (X | O | undefined)[]
  ): { readonly value: X; readonly parts: { readonly [N in K]: X } };
}

type AnyLoss<X> = (...args: unknown[]) => X;

/** A part as it was read. */
export type NativeRead<X> = ReadPart<AnyLoss<X>, AnyLoss<X>>;

type Options = Readonly<Record<string, unknown>>;

/** What an engine brings. */
export interface Adder<X> {
  /** The options of a combination's call. */
  readonly names: readonly string[];
  /** Those of them that a function takes, by its specification. */
  taken(options: Options, spec: LossSpec): Options;
  /** An argument as it is handed to a function, which may consume it. */
  lend(x: X): X;
  /** Keeps hold of what a function gave until all is done. */
  keep(x: X): X;
  /** Σ weight · value; of nothing, 0. */
  sum(terms: readonly { readonly weight: number; readonly value: X }[], like: X): X;
}

export interface Combination<X> {
  /** How many arguments a call takes beside its options. */
  readonly count: number;
  readonly read: readonly NativeRead<X>[];
  run(args: readonly unknown[], adder: Adder<X>): { readonly value: X; readonly parts: Readonly<Record<string, X>> };
}

/** The core's own, which take no arrays of an engine. */
const isCore = (value: unknown): boolean => typeof value === "function" && "valueAndGrad" in value;

/** Reads the arguments of an engine's `combine`; `extra` are options that its losses take. */
export function combination<X>(args: readonly unknown[], extra: readonly string[]): Combination<X> {
  const read = readParts<AnyLoss<X>, AnyLoss<X>>(args, {
    isLoss: (value): value is AnyLoss<X> & { spec: LossSpec } => hasLossSpec(value) && !isCore(value),
    isActivation: (value): value is AnyLoss<X> => typeof value === "function" && !isCore(value),
    activations: "a function of the engine's arrays",
    extra,
  });
  const count = countOf(read);
  return {
    count,
    read,
    run(args, adder) {
      const common = readCombined(args, count, adder.names);
      const [predictions, ...rest] = args.slice(0, count) as [X, ...X[]];
      const activated = new Map<AnyLoss<X> | undefined, X>([[undefined, predictions]]);
      const terms = read.map((part) => {
        const { activation } = part;
        if (activation && !activated.has(activation)) {
          const { spec } = activation as Partial<NativeLoss<X>>;
          const own = spec ? [adder.taken(common, spec)] : [];
          activated.set(activation, adder.keep(activation(adder.lend(predictions), ...own)));
        }
        const options = { ...part.options, ...adder.taken(common, part.loss.spec) };
        const input = adder.lend(activated.get(activation) as X);
        const value = adder.keep(part.loss(input, ...part.targets(rest, adder.lend), options));
        return { name: part.name, weight: part.weight, value };
      });
      return {
        value: adder.sum(
          terms.filter(({ weight }) => weight !== 0),
          predictions,
        ),
        parts: Object.fromEntries(terms.map(({ name, value }) => [name, value])),
      };
    },
  };
}
