/** Whatever can be checked (losses, activations, combinations), called with plain numbers and answering in plain numbers. */

import { isOptions } from "../contract/options.ts";
import {
  type ArgumentSpec,
  type FunctionSpec,
  type LossSpec,
  type OptionSpec,
  type Unreduced,
  unreducedShape,
} from "../contract/spec.ts";
import { LossaryError, LossaryTypeError } from "../lossaryError.ts";
import { describe } from "../tensor/read.ts";
import type { Dtype, Tensor } from "../tensor/tensor.ts";
import type { Sample } from "./samples.ts";

/** What `checkLoss` takes: a loss, an activation or a combination of losses. */
export interface Checkable {
  valueAndGrad(...args: never): unknown;
}

export type Options = Readonly<Record<string, unknown>>;

/** An argument in plain numbers, or as it was given where it holds none. */
export interface Input extends Sample {
  readonly state?: unknown;
}

/**
 * How a subject answers: "reduced" has a value per element or row and reductions, "array" (an activation) has no reduction,
 * "number" (a loss that is one by nature, or a combination) has one value.
 */
export type Form = "reduced" | "array" | "number";

export interface Subject {
  readonly name: string;
  readonly form: Form;
  readonly spec: LossSpec | FunctionSpec;
  readonly options: Readonly<Record<string, OptionSpec>>;
  // biome-ignore lint/suspicious/noExplicitAny: a loss of any signature is called with arguments made at run time
  readonly loss: ((...args: any[]) => any) & { valueAndGrad(...args: any[]): any };
}

export function subjectOf(loss: unknown): Subject {
  const given = loss as Partial<Subject["loss"]> & { readonly spec?: unknown };
  if (typeof loss !== "function" || typeof given.valueAndGrad !== "function" || !isOptions(given.spec))
    throw new LossaryTypeError(
      "checkLoss: loss",
      `is ${describe(loss)}, expected a loss of the package, one that defineFormula made, an activation or a combination`,
    );
  const spec = given.spec as unknown as LossSpec | FunctionSpec;
  const form = spec.family === "activation" ? "array" : "unreduced" in spec && spec.unreduced ? "reduced" : "number";
  return { name: spec.name, form, spec, options: spec.options as Subject["options"], loss: loss as never };
}

/** What its gradient takes as constant; undefined where it is the derivative of the value. */
export const heldIn = ({ spec }: Subject): string | undefined =>
  "heldConstant" in spec ? spec.heldConstant : undefined;

/** How a subject answers under some options: under them a loss with reductions may be one number. */
export function formUnder({ form, spec, options: specs }: Subject, options: Options): Form {
  if (form !== "reduced") return form;
  const filled = Object.fromEntries(
    Object.entries(specs).map(([key, option]) => [key, options[key] ?? option.default]),
  );
  return unreducedShape((spec as LossSpec).unreduced as Unreduced, filled) === "" ? "number" : form;
}

/** The arguments of a subject; what a combination hands to functions of its parts is floats as long as nothing else is said. */
export const argumentsOf = ({ spec }: Subject): readonly ArgumentSpec[] =>
  spec.arguments.map((argument) =>
    argument.kind === "value" ? { ...argument, kind: "float", differentiable: false } : argument,
  );

export const isDifferentiable = (argument: ArgumentSpec): boolean =>
  "differentiable" in argument && argument.differentiable;

/** Whether numbers of an argument may be replaced by any others. */
export const holdsFloats = ({ kind }: ArgumentSpec): boolean => kind !== "index" && kind !== "state";

/** Samples as `{ data, shape }` in a float type; indices as Int32Array. */
export const toInputs = (
  specs: readonly ArgumentSpec[],
  samples: readonly Sample[],
  dtype: Dtype,
): { data: Float32Array | Float64Array | Int32Array; shape: readonly number[] }[] =>
  samples.map(({ data, shape }, i) => {
    if (specs[i]?.kind === "index") return { data: Int32Array.from(data), shape };
    return { data: dtype === "float32" ? Float32Array.from(data) : Float64Array.from(data), shape };
  });

export interface Outcome {
  readonly values: readonly number[];
  readonly shape: readonly number[];
  readonly grads: Readonly<Record<string, readonly number[]>>;
}

/** The way a call is made: `reduction` is "none" unless given. */
function callOf(subject: Subject, inputs: readonly Input[], options: Options, dtype: Dtype): unknown[] {
  const specs = argumentsOf(subject);
  const arrays = toInputs(specs, inputs, dtype);
  const own = formUnder(subject, options) === "reduced" ? { reduction: "none", ...options } : options;
  return [...inputs.map((input, i) => ("state" in input ? input.state : arrays[i])), own];
}

const numbersOf = (value: unknown) =>
  typeof value === "number"
    ? { values: [value], shape: [] }
    : { values: [...(value as Tensor).data], shape: (value as Tensor).shape };

/** The values of a call: unreduced, unless the options say otherwise. */
export const valuesIn = (
  subject: Subject,
  inputs: readonly Input[],
  options: Options,
  dtype: Dtype,
): readonly number[] => numbersOf(subject.loss(...callOf(subject, inputs, options, dtype))).values;

/** Values and gradients of a call. */
export function outcomeOf(subject: Subject, inputs: readonly Input[], options: Options, dtype: Dtype): Outcome {
  const own = subject.form === "array" ? { upstream: 1, ...options } : options;
  const { value, grads } = subject.loss.valueAndGrad(...callOf(subject, inputs, own, dtype));
  const each = Object.entries(grads as Record<string, Tensor>).map(([name, { data }]) => [name, [...data]]);
  return { ...numbersOf(value), grads: Object.fromEntries(each) };
}

/** The outcome of a call, or null where the loss refuses its numbers. */
export function outcomeWhereTaken(
  subject: Subject,
  { inputs, options }: { readonly inputs: readonly Input[]; readonly options: Options },
  dtype: Dtype,
): Outcome | null {
  try {
    return outcomeOf(subject, inputs, options, dtype);
  } catch (error) {
    if (error instanceof LossaryError) return null;
    throw error;
  }
}
