/**
 * One door in: the arguments and options of a call, read against a specification. Arrays are whatever the reader says, so
 * that the package's own numbers and the tensors of an engine follow the same rules, in the same order and words.
 */

import { LossaryRangeError, LossaryTypeError } from "../lossaryError.ts";
import { describe, readInput, readState, type View } from "../tensor/read.ts";
import { Bindings, bindArgument } from "../tensor/shapes.ts";
import { type Shape, showShape } from "../tensor/tensor.ts";
import { type Argument, isListOfTensors } from "./arguments.ts";
import { checkFlag, namedOptions, resolveOptions } from "./options.ts";
import {
  type ArgumentSpec,
  type FunctionSpec,
  isLossSpec,
  type ListArgument,
  type Reduction,
  sampleWeightOf,
  type TensorOption,
  type Unreduced,
  unreducedShape,
} from "./spec.ts";

type Options = Readonly<Record<string, unknown>>;

/** How the arrays of a call are read. */
export interface Reader<X> {
  /** Told of the options that belong to no specification before any array is read. */
  begin?(common: Options): void;
  /** A value as an array of a symbolic shape; throws where it is none. `what` names it: "crossEntropy: logits". */
  read(what: string, value: unknown, shape: string): X;
  /**
   * An option's numbers as an array, all of them in the option's range, where that is known yet; `whole` is the concrete
   * shape of which the numbers may have the leading axes alone.
   */
  readOption(what: string, value: unknown, option: TensorOption, whole?: Shape): X;
  /** Whether a value is a list of arrays rather than one. */
  isList(value: unknown): value is readonly unknown[];
  shapeOf(x: X): Shape;
  /** What else to say of an argument whose shape is wrong; `first` is the shape of the first argument. */
  hint?(argument: ArgumentSpec, shape: Shape, first: Shape | undefined): string;
  /** Where an option belongs that the call does not take, if it is known. */
  home?(spec: FunctionSpec, option: string): string | undefined;
}

/** Options of `valueAndGrad` alone. */
export const gradOptions: readonly string[] = ["upstream", "wrt", "out"];

/** The package's own: plain numbers and resident tensors. */
export const plain: Reader<View> = {
  read: readInput,
  readOption: readInput,
  isList: isListOfTensors,
  shapeOf: ({ shape }) => shape,
  home: (spec, option) =>
    isLossSpec(spec) && gradOptions.includes(option) ? `${spec.name}.valueAndGrad takes it` : undefined,
};

/** A call that was read. */
export interface Call<X> {
  readonly inputs: readonly Argument<X>[];
  /** The options of the specification, checked, with the defaults of those not given; arrays as they came. */
  readonly options: Options;
  /** Those of them that are arrays, and `sampleWeight`. */
  readonly tensors: ReadonlyMap<string, X>;
  /** The other options, those of every call, as they were given. */
  readonly common: Options;
  readonly reduction: Reduction;
  /** Symbolic shape of the unreduced value under these options; "" where it is one number. */
  readonly unreduced: string;
  readonly bindings: Bindings;
}

/** Reads a call. `extra` are options it takes beyond those of every call. */
export function readCall<X>(
  spec: FunctionSpec,
  args: readonly unknown[],
  reader: Reader<X>,
  extra: readonly string[] = [],
): Call<X> {
  const common = readGiven(spec, args, extra, reader);
  reader.begin?.(common);
  const bindings = new Bindings();
  const inputs = readArguments(spec, args, reader, bindings);
  const { options, reduction, unreduced } = readValues(spec, common);
  const tensors = readTensors(spec, options, reader, bindings);
  if (common.sampleWeight !== undefined)
    tensors.set("sampleWeight", readWeights(spec.name, common.sampleWeight, unreduced, reader, bindings));
  return { inputs, options, tensors, common, reduction, unreduced, bindings };
}

/** Throws where options are refused whatever the arrays are; gives them as they were given. */
export function checkOptions(spec: FunctionSpec, options: unknown, extra: readonly string[]): Options {
  const given = namedOptions(spec.name, options, optionNames(spec, extra));
  readValues(spec, given);
  return given;
}

/** How a function is called: "huberLoss(predictions, targets, options?)". */
function usage(spec: FunctionSpec, extra: readonly string[]): string {
  const { name, arguments: specs, options } = spec;
  const named = specs.map((argument) => `${argument.name}${"default" in argument ? "?" : ""}`);
  const required = Object.values(options).some((option) => option.required);
  if (optionNames(spec, extra).length > 0) named.push(required ? "options" : "options?");
  return `${name}(${named.join(", ")})`;
}

/** Options of every loss, and those of every loss that has a value per element, row or sample. */
const lossOptions: readonly string[] = ["checkFinite"];
const valueOptions: readonly string[] = ["reduction", "sampleWeight"];

/** The names that options of a loss's own cannot have. */
export const commonOptions: readonly string[] = [...valueOptions, ...lossOptions, ...gradOptions];

/** The options of every call. */
const commonNames = (spec: FunctionSpec): readonly string[] =>
  isLossSpec(spec) ? [...(spec.unreduced ? valueOptions : []), ...lossOptions] : [];

const optionNames = (spec: FunctionSpec, extra: readonly string[]) => [
  ...Object.keys(spec.options),
  ...commonNames(spec),
  ...extra,
];

/** The options as they were given, after the arguments were counted. */
function readGiven(
  spec: FunctionSpec,
  args: readonly unknown[],
  extra: readonly string[],
  { home }: Pick<Reader<unknown>, "home">,
): Options {
  const { name, arguments: specs } = spec;
  const missing = specs.find((argument, i) => args[i] === undefined && !("default" in argument));
  if (missing) throw new LossaryTypeError(`${name}: ${missing.name}`, `is missing; expected ${usage(spec, extra)}`);
  if (args.length <= specs.length) return namedOptions(name, undefined, []);
  const names = optionNames(spec, extra);
  if (args.length > specs.length + (names.length > 0 ? 1 : 0))
    throw new LossaryTypeError(
      name,
      `got ${args.length} argument${args.length === 1 ? "" : "s"}, expected ${usage(spec, extra)}${names.length > 0 ? "; options go into one object" : ""}`,
    );
  return namedOptions(name, args[specs.length], names, (option) => home?.(spec, option) ?? oneNumber(spec, option));
}

/** Why a loss that is one number by nature does not take an option that others do. */
const oneNumber = (spec: FunctionSpec, option: string): string | undefined =>
  isLossSpec(spec) && spec.unreduced === null && valueOptions.includes(option)
    ? "the loss is one number by nature"
    : undefined;

/** The options that are no arrays, and what follows of them. */
function readValues(spec: FunctionSpec, given: Options): Pick<Call<unknown>, "options" | "reduction" | "unreduced"> {
  const { name } = spec;
  const options = resolveOptions(name, given, spec.options);
  if (given.checkFinite !== undefined) checkFlag(`${name}: checkFinite`, given.checkFinite);
  const reduction = readReduction(name, given.reduction);
  if (!isLossSpec(spec) || !spec.unreduced) return { options, reduction, unreduced: "" };
  const unreduced = unreducedShape(spec.unreduced, options);
  if (reduction === "none" && unreduced === "")
    throw new LossaryRangeError(`${name}: reduction`, `is "none", but ${whenOne(spec.unreduced)} gives one number`);
  return { options, reduction, unreduced };
}

/** The option under which a loss is one number: 'pooling "batch"'. */
function whenOne({ when }: Unreduced): string {
  return when ? `${when.option} ${describe(when.is)}` : "it";
}

function readReduction(name: string, reduction: unknown): Reduction {
  if (reduction === undefined) return "mean";
  if (reduction === "none" || reduction === "sum" || reduction === "mean") return reduction;
  throw new LossaryRangeError(`${name}: reduction`, `is ${describe(reduction)}, expected "none", "sum" or "mean"`);
}

function readArguments<X>(
  spec: FunctionSpec,
  args: readonly unknown[],
  reader: Reader<X>,
  bindings: Bindings,
): Argument<X>[] {
  const { name, arguments: specs } = spec;
  const bound: { name: string; shape: Shape }[] = [];
  const done: Argument<X>[] = [];
  let first: Argument<X> | undefined;
  for (const [i, argument] of specs.entries()) {
    const value = args[i] === undefined && "default" in argument ? argument.default : args[i];
    const views: X[] = [];
    const read = (entry: unknown, bind: { readonly name: string; readonly shape: string }): void => {
      const view = reader.read(`${name}: ${bind.name}`, entry, argument.shape);
      const shape = reader.shapeOf(view);
      const hint = () => reader.hint?.(argument as ArgumentSpec, shape, bound[0]?.shape) ?? "";
      bindArgument(name, bindings, bind, shape, bound, hint);
      bound.push({ name: bind.name, shape });
      views.push(view);
    };
    if (argument.kind === "state" || argument.kind === "value") argument.check?.(`${name}: ${argument.name}`, value);
    else if (argument.kind === "list") {
      const list = reader.isList(value);
      const entries = list ? value : [value];
      if (list) checkCount(name, argument, entries, first);
      for (const [j, entry] of entries.entries())
        read(entry, {
          ...argument,
          name: list ? `${argument.name}[${j}]` : argument.name,
          shape: entryShape(spec, argument, j),
        });
      if (!list) checkCount(name, argument, entries, first);
    } else read(value, argument);
    const state = argument.kind === "state" ? readState(value) : undefined;
    done.push({ spec: argument, views, value, state });
    if (argument.kind === "list") first ??= done.at(-1);
  }
  return done;
}

/** Throws unless a list has entries, and as many as the first list of its call. */
function checkCount(name: string, { name: own }: ListArgument, entries: readonly unknown[], first?: Argument<unknown>) {
  const counted = (count: number) => (count === 1 ? "1 entry" : `${count} entries`);
  if (entries.length === 0)
    throw new LossaryRangeError(`${name}: ${own}`, "is an empty list; at least one entry is needed");
  if (first && entries.length !== first.views.length)
    throw new LossaryRangeError(
      `${name}: ${own}`,
      `has ${counted(entries.length)}, expected ${first.views.length} (one for each of ${first.spec.name})`,
    );
}

/**
 * The symbolic shape of entry j. Symbols of the unreduced value ("N") have one length in all entries of all lists; any
 * other ("C" becomes "C1") is the entry's own, and entry j of every list shares it.
 */
function entryShape(spec: FunctionSpec, { shape }: ListArgument, j: number): string {
  const common = new Set(isLossSpec(spec) ? spec.unreduced?.shape.split(" ") : []);
  return shape.replace(/[A-Z]\w*/g, (symbol) => (common.has(symbol) ? symbol : symbol + j));
}

/** The options that came as arrays. */
function readTensors<X>(
  { name, options: specs }: FunctionSpec,
  options: Options,
  reader: Reader<X>,
  bindings: Bindings,
): Map<string, X> {
  const tensors = new Map<string, X>();
  for (const key in specs) {
    const spec = specs[key];
    if (spec?.type !== "tensor") continue;
    const value = options[key];
    if (value === null || value === undefined || typeof value === "number") continue;
    const read = (shape: string) => reader.readOption(`${name}: ${key}`, value, { ...(spec as TensorOption), shape });
    let { shape } = spec;
    let view = read(shape);
    if (spec.otherShape !== undefined && bindings.rank(spec.otherShape) === reader.shapeOf(view).length) {
      shape = spec.otherShape;
      view = read(shape);
    }
    if (spec.axis === undefined) bindArgument(name, bindings, { name: key, shape }, reader.shapeOf(view), []);
    else checkAlong(`${name}: ${key}`, reader.shapeOf(view), spec.axis, bindings.rest);
    tensors.set(key, view);
  }
  return tensors;
}

/** Throws unless there is one number per entry of an axis of inputs of any shape. */
function checkAlong(what: string, shape: Shape, axis: number, inputs: Shape): void {
  const length = inputs[axis];
  if (shape.length === 1 && shape[0] === length) return;
  const expected = length === undefined ? "a number" : showShape([length]);
  throw new LossaryRangeError(
    what,
    `is ${showShape(shape)}, expected ${expected} (inputs are ${showShape(inputs)}; it lies along axis ${axis})`,
  );
}

/** Weights of the unreduced values, or of their leading axes. */
function readWeights<X>(name: string, value: unknown, unreduced: string, reader: Reader<X>, bindings: Bindings): X {
  const what = `${name}: sampleWeight`;
  if (value === null || typeof value === "number")
    throw new LossaryTypeError(what, `is ${describe(value)}, expected an array of weights`);
  const whole = bindings.resolve(unreduced);
  const weights = reader.readOption(what, value, sampleWeightOf({ shape: unreduced }), whole);
  checkLeading(what, reader.shapeOf(weights), whole);
  return weights;
}

/** Throws unless weights have the shape of the unreduced values, or its leading axes. */
export function checkLeading(what: string, given: Shape, whole: Shape): void {
  const leads = given.length <= whole.length && given.every((length, i) => length === whole[i]);
  if (leads && (given.length > 0 || whole.length === 0)) return;
  const fitting = whole.map((_, i) => showShape(whole.slice(0, whole.length - i)));
  throw new LossaryRangeError(
    what,
    `is ${showShape(given)}, expected ${fitting.join(" or ") || "[]"}: one weight per unreduced value, or per entry of its leading axes`,
  );
}
