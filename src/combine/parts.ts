/** What a combination is made of, read and checked when it is made. */

import { type Activation, stepsOf } from "../activations/activation.ts";
import type { Loss, ScalarLoss } from "../contract/loss.ts";
import { isOptions, namedOptions } from "../contract/options.ts";
import type { LossSpec } from "../contract/spec.ts";
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
    : P extends Loss<[infer _First, ...infer R], infer _O, infer _G>
      ? R
      : P extends ScalarLoss<[infer _First, ...infer R], infer _O, infer _G>
        ? R
        : readonly unknown[];

/** The loss of a part, its signature forgotten. */
interface PlainLoss {
  (...args: unknown[]): number;
  valueAndGrad(...args: unknown[]): { readonly value: number };
  readonly spec: LossSpec;
}

export interface ReadPart {
  readonly name: string;
  readonly loss: PlainLoss;
  readonly weight: number;
  readonly activation: Activation | undefined;
  readonly options: Readonly<Record<string, unknown>>;
  /** How many arguments it takes after the predictions. */
  readonly count: number;
  readonly targets: (rest: readonly unknown[]) => readonly unknown[];
}

const known = ["loss", "weight", "activation", "options", "targets"];

export function readParts(parts: unknown): readonly ReadPart[] {
  if (!isOptions(parts)) throw new LossaryTypeError("combine: parts", `is ${describe(parts)}, expected losses by name`);
  const read = Object.entries(parts).map(([name, part]) => readPart(name, part));
  if (read.length === 0) throw new LossaryRangeError("combine: parts", "is empty; at least one loss is needed");
  return read;
}

const isLoss = (value: unknown): value is PlainLoss =>
  typeof value === "function" && "valueAndGrad" in value && "spec" in value && stepsOf(value) === undefined;

function readPart(name: string, part: unknown): ReadPart {
  const where = `combine: ${name}`;
  const given: Partial<LossPart> = namedOptions(where, isOptions(part) ? part : { loss: part }, known);
  const { loss, weight = 1, activation, options = {}, targets } = given;
  if (!isLoss(loss)) throw new LossaryTypeError(where, `has the loss ${describe(loss)}, expected a loss`);
  const [first, ...others] = loss.spec.arguments;
  if (!first || !("differentiable" in first) || !first.differentiable || first.kind === "list" || first.kind === "box")
    throw new LossaryTypeError(
      where,
      `is ${loss.spec.name}, which has no predictions to share: its first argument is ${first?.kind ?? "missing"}`,
    );
  if (typeof weight !== "number")
    throw new LossaryTypeError(where, `has the weight ${describe(weight)}, expected a number`);
  if (!Number.isFinite(weight))
    throw new LossaryRangeError(where, `has the weight ${weight}, expected a finite number`);
  if (activation !== undefined && !stepsOf(activation))
    throw new LossaryTypeError(
      where,
      `has the activation ${describe(activation)}, expected softmax, logSoftmax, sigmoid or normalize`,
    );
  if (targets !== undefined && typeof targets !== "function")
    throw new LossaryTypeError(where, `has targets that are ${describe(targets)}, expected a function`);
  if (!isOptions(options))
    throw new LossaryTypeError(where, `has options that are ${describe(options)}, expected a plain object`);
  const own: Readonly<Record<string, unknown>> = options;
  if (own.reduction === "none")
    throw new LossaryRangeError(where, 'has the reduction "none", but a combination adds up numbers');
  for (const key of ["upstream", "wrt", "out"])
    if (own[key] !== undefined)
      throw new LossaryTypeError(where, `has the option "${key}", which belongs to the combination's own call`);
  return {
    name,
    loss,
    weight,
    activation,
    options: { ...own },
    count: targets ? targets.length : others.length,
    targets: (rest) => {
      const made = targets ? madeTargets(where, targets as never, rest, others.length) : rest;
      return others.map((_, i) => made[i]);
    },
  };
}

function madeTargets(
  where: string,
  targets: (...rest: unknown[]) => unknown,
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
