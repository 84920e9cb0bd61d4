/** What a combination is made of, read and checked when it is made. */

import type { Activation } from "../activations/activation.ts";
import { checkOptions } from "../contract/call.ts";
import type { CommonOptions, Loss, ScalarLoss, WeightOptions } from "../contract/loss.ts";
import { isOptions, namedOptions, suggest } from "../contract/options.ts";
import type { Given } from "../contract/signature.ts";
import { type FunctionSpec, isLossSpec, type LossSpec } from "../contract/spec.ts";
import type { PlannedLoss } from "../formula/plan.ts";
import { LossaryRangeError, LossaryTypeError } from "../lossaryError.ts";
import { describe } from "../tensor/read.ts";
import type { FloatInput } from "../tensor/tensor.ts";

/** Any loss of the package, or one defined by its user. */
export interface AnyLoss {
  readonly spec: Pick<LossSpec, "name" | "unreduced">;
  valueAndGrad(...args: never): unknown;
}

/** A loss in a combination, and what becomes of it there. */
export interface LossPart {
  readonly loss: AnyLoss;
  /** Factor on its value. Default 1. */
  readonly weight?: number;
  /** What the predictions pass before they reach it. Default: nothing. */
  readonly activation?: Activation;
  /** Its own options; its reduction is "mean" unless they say "sum". */
  readonly options?: object;
  /** What it takes after the predictions, made of what the combination takes there. Default: the same. */
  readonly targets?: (...rest: FloatInput[]) => readonly unknown[];
}

export type LossParts = Readonly<Record<string, AnyLoss | LossPart>>;

/** What a part takes after the predictions. */
export type TargetsOf<P> = P extends { targets: (...rest: infer R) => unknown }
  ? R
  : P extends { loss: infer L }
    ? TargetsOf<L>
    : P extends PlannedLoss<[infer _First, ...infer R], infer _O, infer _G>
      ? R
      : P extends Loss<[infer _First, ...infer R], infer _O, infer _G>
        ? R
        : P extends ScalarLoss<[infer _First, ...infer R], infer _O, infer _G>
          ? R
          : readonly unknown[];

/** The options of a loss that is a part. */
export type PartOptionsOf<L> =
  L extends Loss<infer _A, infer O, infer _G, infer _S>
    ? Given<O & CommonOptions & WeightOptions & { reduction?: "mean" | "sum" }>
    : L extends ScalarLoss<infer _A, infer O, infer _G>
      ? Given<O & CommonOptions>
      : object;

/** Options that are a loss's own, and no others beside them. */
export type PartOptions<L, O> = PartOptionsOf<L> & { readonly [K in Exclude<keyof O, keyof PartOptionsOf<L>>]: never };

/** Parts whose options are those of their losses. */
export type CheckedParts<P> = {
  readonly [K in keyof P]: P[K] extends { readonly loss: infer L; readonly options: infer O }
    ? { readonly options: PartOptions<L, O> }
    : unknown;
};

/** What counts as a loss and as an activation, in the core and in each engine. */
export interface Kinds<L, F> {
  isLoss(value: unknown): value is L & { readonly spec: LossSpec };
  isActivation(value: unknown): value is F;
  /** What activations are, in words. */
  readonly activations: string;
  /** Options of losses beside those of their specifications. */
  readonly extra: readonly string[];
}

/** A part as it is used: `L` is a loss, `F` an activation. */
export interface ReadPart<L, F> {
  readonly name: string;
  readonly loss: L & { readonly spec: LossSpec };
  readonly weight: number;
  readonly activation: F | undefined;
  readonly options: Readonly<Record<string, unknown>>;
  /** How many arguments it takes after the predictions. */
  readonly count: number;
  /** Whether it takes them as they come, rather than what its own `targets` make of them. */
  readonly direct: boolean;
  /** What its loss takes after the predictions; `lend` hands an argument to a function. */
  targets<X>(rest: readonly X[], lend: (x: X) => X): readonly unknown[];
}

/** Whether a value describes itself as a loss. */
export const hasLossSpec = (value: unknown): boolean =>
  typeof value === "function" && "spec" in value && isLossSpec(value.spec as FunctionSpec);

const known = ["loss", "weight", "activation", "options", "targets"];

/** Reads the arguments of `combine`. */
export function readParts<L, F>(args: readonly unknown[], kinds: Kinds<L, F>): readonly ReadPart<L, F>[] {
  const [parts] = args;
  if (args.length > 1) throw new LossaryTypeError("combine", `got ${args.length} arguments, expected combine(parts)`);
  if (!isOptions(parts)) throw new LossaryTypeError("combine: parts", `is ${describe(parts)}, expected losses by name`);
  const read = Object.entries(parts).map(([name, part]) => readPart(name, part, kinds));
  if (read.length === 0) throw new LossaryRangeError("combine: parts", "is empty; at least one loss is needed");
  return read;
}

function readPart<L, F>(name: string, part: unknown, kinds: Kinds<L, F>): ReadPart<L, F> {
  const where = `combine: ${name}`;
  const given = isOptions(part) ? part : { loss: part };
  for (const key in given)
    if (!known.includes(key)) throw new LossaryTypeError(where, `has the unknown key "${key}"${suggest(key, known)}`);
  const { loss, weight = 1, activation, options = {}, targets } = given;
  const wrong = (key: string, value: unknown, expected: string) =>
    new LossaryTypeError(`${where}.${key}`, `is ${describe(value)}, expected ${expected}`);
  if (!kinds.isLoss(loss)) throw wrong("loss", loss, "a loss");
  if (typeof weight !== "number") throw wrong("weight", weight, "a number");
  if (!Number.isFinite(weight))
    throw new LossaryRangeError(`${where}.weight`, `is ${weight}, expected a finite number`);
  const active = activation === undefined || kinds.isActivation(activation) ? activation : null;
  if (active === null) throw wrong("activation", activation, kinds.activations);
  if (targets !== undefined && typeof targets !== "function") throw wrong("targets", targets, "a function");
  if (!isOptions(options)) throw wrong("options", options, "a plain object");
  checkOwn(`${where}.options`, options);
  checkOptions(loss.spec, options, kinds.extra);
  const others = othersOf(where, loss.spec);
  return {
    name,
    loss,
    weight,
    activation: active,
    options: { ...options },
    count: targets ? targets.length : others,
    direct: !targets,
    targets(rest, lend) {
      const lent = rest.slice(0, targets ? targets.length : others).map(lend);
      const made = targets ? madeTargets(where, targets as never, lent, others) : lent;
      return Array.from({ length: others }, (_, i) => made[i]);
    },
  };
}

/** The number of a loss's arguments after the predictions; throws where it has none to share. */
function othersOf(where: string, { name, arguments: [first, ...others] }: LossSpec): number {
  if (first && "differentiable" in first && first.differentiable && first.kind !== "list") return others.length;
  throw new LossaryTypeError(
    where,
    `is ${name}, which has no predictions to share: its first argument, ${first?.name}, is ${first?.kind === "list" ? "a list" : "constant"}`,
  );
}

/** Throws where the options of a part are not its own. */
function checkOwn(where: string, options: Readonly<Record<string, unknown>>): void {
  if (options.reduction === "none")
    throw new LossaryRangeError(where, 'has the reduction "none", but a combination adds up numbers');
  for (const key of ["upstream", "wrt", "out"])
    if (options[key] !== undefined)
      throw new LossaryTypeError(where, `has the option "${key}", which belongs to the combination's own call`);
}

function madeTargets(
  where: string,
  targets: (...rest: readonly unknown[]) => unknown,
  rest: readonly unknown[],
  count: number,
): readonly unknown[] {
  const made = targets(...rest);
  if (!Array.isArray(made))
    throw new LossaryTypeError(
      where,
      `has targets that give ${describe(made)}, expected an array of the loss's arguments after the first`,
    );
  if (made.length > count)
    throw new LossaryRangeError(where, `has targets that give ${made.length} arguments, expected ${count}`);
  return made;
}

/** How many arguments a combination takes, the predictions among them. */
export const countOf = (parts: readonly ReadPart<unknown, unknown>[]): number =>
  1 + Math.max(...parts.map(({ count }) => count));

/** The options of a combination's call, their names checked. */
export function readCombined(args: readonly unknown[], count: number, names: readonly string[]) {
  if (args.length > count + 1)
    throw new LossaryTypeError("combine", `got ${args.length} arguments, expected ${count} and options in one object`);
  return namedOptions("combine", args[count], names);
}
