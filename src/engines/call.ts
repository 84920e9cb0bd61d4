/** Reads a call of a native loss: arrays of an engine, and options, both checked against the specification. */
import { checkCount, entryShape } from "../contract/arguments.ts";
import { namedOptions, resolveOptions } from "../contract/options.ts";
import {
  type ArgumentSpec,
  interval,
  type ListArgument,
  type LossSpec,
  type Reduction,
  unreducedShape,
} from "../contract/spec.ts";
import { checkWeightShape, readWeights as readPlainWeights, WEIGHTS } from "../contract/weights.ts";
import { entryKey, type PortableCall } from "../formula/define.ts";
import { describe, readInput } from "../tensor/read.ts";
import { Bindings, bindArgument } from "../tensor/shapes.ts";
import type { AnyNumbers, Shape } from "../tensor/tensor.ts";

type Options = Readonly<Record<string, unknown>>;

/** What reading needs to know of an engine. */
export interface Reader<X> {
  /** What its arrays are called: "a tf.Tensor". */
  readonly noun: string;
  isArray(value: unknown): value is X;
  shapeOf(x: X): Shape;
  /** Labels, which should be whole numbers. */
  toIndices(x: X): X;
  toFloats(x: X): X;
  /** An option's plain numbers. */
  constant(data: ArrayLike<number>, shape: Shape): X;
  /** Throws where an array cannot be used. */
  check?(what: string, x: X): void;
  /** What to say of an argument beside that its shape is wrong; `first` is the shape of the first argument. */
  hint?(spec: LossSpec, argument: ArgumentSpec, shape: Shape, first: Shape | undefined): string;
}

const reductions: readonly unknown[] = ["none", "sum", "mean"];

export function readCall<X>(
  spec: LossSpec,
  args: readonly unknown[],
  reader: Reader<X>,
  extra: readonly string[] = [],
): PortableCall<X> {
  const { name, arguments: specs } = spec;
  if (args.length > specs.length + 1)
    throw new TypeError(`${name}: got ${args.length} arguments, expected ${usage(spec)}; options go into one object`);
  const given = readOptions(spec, args[specs.length], extra);
  const bindings = new Bindings();
  const bound: { name: string; shape: Shape }[] = [];
  const inputs: unknown[] = [];
  for (const [i, argument] of specs.entries()) {
    inputs[i] = readArgument(spec, argument, args[i], reader, bindings, bound);
    const first = specs.findIndex(({ kind }) => kind === "list");
    if (argument.kind === "list")
      checkCount(name, argument, lengthOf(inputs[i]), specs[first] ?? argument, lengthOf(inputs[first]));
  }
  const resolved = resolveOptions(name, given, spec.options);
  for (const [key, option] of Object.entries(spec.options))
    if (option.type === "tensor") resolved[key] = readTensorOption(name, key, option, resolved[key], reader, bindings);
  const tensors: Record<string, X> = {};
  specs.forEach(({ name: argument }, i) => {
    const value = inputs[i];
    if (reader.isArray(value)) tensors[argument] = value;
    else if (Array.isArray(value)) for (const [j, entry] of value.entries()) tensors[entryKey(argument, j)] = entry;
  });
  for (const [key, value] of Object.entries(resolved)) if (reader.isArray(value)) tensors[key] = value;
  const unreduced = spec.unreduced ? unreducedShape(spec.unreduced, resolved) : "";
  const shape = bindings.resolve(unreduced);
  const sampleWeight = readWeights(name, given.sampleWeight, shape, reader);
  if (sampleWeight) tensors.sampleWeight = sampleWeight;
  return {
    inputs,
    options: resolved,
    tensors,
    dims: bindings.dims,
    reduction: readReduction(spec, given.reduction),
    unreduced,
    unreducedShape: shape,
    sampleWeight,
  };
}

const lengthOf = (list: unknown) => (list as readonly unknown[]).length;

const usage = ({ name, arguments: specs }: LossSpec) =>
  `${name}(${specs.map((argument) => argument.name).join(", ")}, options?)`;

const readOptions = (spec: LossSpec, options: unknown, extra: readonly string[]): Options =>
  namedOptions(spec.name, options, [
    ...Object.keys(spec.options),
    ...(spec.unreduced ? ["reduction", "sampleWeight"] : []),
    ...extra,
  ]);

/** Throws where a loss refuses these options whatever the arrays are. */
export function checkOptions(spec: LossSpec, options: unknown, extra: readonly string[]): void {
  const given = readOptions(spec, options, extra);
  resolveOptions(spec.name, given, spec.options);
  readReduction(spec, given.reduction);
}

function readArgument<X>(
  spec: LossSpec,
  argument: ArgumentSpec,
  value: unknown,
  reader: Reader<X>,
  bindings: Bindings,
  bound: { name: string; shape: Shape }[],
): unknown {
  if (value === undefined) throw new TypeError(`${spec.name}: ${argument.name} is missing; expected ${usage(spec)}`);
  if (argument.kind === "state") return value;
  if (argument.kind === "list") return readList(spec, argument, value, reader, bindings, bound);
  if (!reader.isArray(value))
    throw new TypeError(`${spec.name}: ${argument.name} is ${describe(value)}, expected ${reader.noun}`);
  reader.check?.(`${spec.name}: ${argument.name}`, value);
  const shape = reader.shapeOf(value);
  try {
    bindArgument(spec.name, bindings, argument, shape, bound);
  } catch (error) {
    const { message } = error as Error;
    throw new RangeError(message + (reader.hint?.(spec, argument, shape, bound[0]?.shape) ?? ""));
  }
  bound.push({ name: argument.name, shape });
  return argument.kind === "index" ? reader.toIndices(value) : reader.toFloats(value);
}

/** A list of arrays; one array in its place is a list of one. */
function readList<X>(
  spec: LossSpec,
  argument: ListArgument,
  value: unknown,
  reader: Reader<X>,
  bindings: Bindings,
  bound: { name: string; shape: Shape }[],
): X[] {
  if (!reader.isArray(value) && (!Array.isArray(value) || value.length === 0))
    throw new TypeError(
      `${spec.name}: ${argument.name} is ${Array.isArray(value) ? "an empty list" : describe(value)}, expected ${reader.noun} or a list of them`,
    );
  const entries: unknown[] = reader.isArray(value) ? [value] : value;
  return entries.map((entry, j) => {
    const entrySpec: ArgumentSpec = {
      ...argument,
      name: entries === value ? entryKey(argument.name, j) : argument.name,
      shape: entryShape(spec, argument, j),
      kind: "float",
    };
    return readArgument(spec, entrySpec, entry, reader, bindings, bound) as X;
  });
}

function readTensorOption<X>(
  name: string,
  key: string,
  { shape, range }: { readonly shape: string; readonly range: string },
  value: unknown,
  reader: Reader<X>,
  bindings: Bindings,
): unknown {
  if (value === null || value === undefined || typeof value === "number") return value;
  if (reader.isArray(value)) {
    reader.check?.(`${name}: ${key}`, value);
    bindArgument(name, bindings, { name: key, shape }, reader.shapeOf(value), []);
    return reader.toFloats(value);
  }
  const view = readInput(`${name}: ${key}`, value);
  bindArgument(name, bindings, { name: key, shape }, view.shape, []);
  return reader.constant(numbersIn(`${name}: ${key}`, view.data, range), view.shape);
}

function readWeights<X>(name: string, value: unknown, shape: Shape, reader: Reader<X>): X | undefined {
  if (value === undefined) return undefined;
  const what = `${name}: sampleWeight`;
  if (reader.isArray(value)) {
    reader.check?.(what, value);
    checkWeightShape(what, reader.shapeOf(value), shape);
    return reader.toFloats(value);
  }
  const view = readPlainWeights(name, value, shape);
  return reader.constant(numbersIn(what, view.data, WEIGHTS), view.shape);
}

/** Plain numbers, all of them in a range. */
function numbersIn(what: string, given: AnyNumbers, range: string): number[] {
  const data = Array.from(given as ArrayLike<number | bigint>, Number);
  const outside = data.findIndex((number) => !interval(range)(number));
  if (outside >= 0) throw new RangeError(`${what}[${outside}] is ${data[outside]}, outside ${range}`);
  return data;
}

function readReduction({ name, unreduced }: LossSpec, reduction: unknown): Reduction {
  if (unreduced === null || reduction === undefined) return "mean";
  if (reductions.includes(reduction)) return reduction as Reduction;
  throw new RangeError(`${name}: reduction is ${describe(reduction)}, expected "none", "sum" or "mean"`);
}
