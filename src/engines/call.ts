/** Reads a call of a native loss: the arrays of an engine under the rules of every call. */
import { type Call, type Reader, readCall } from "../contract/call.ts";
import { type LossSpec, unreducedShape } from "../contract/spec.ts";
import { checkWeightShape, readWeights as readPlainWeights, WEIGHTS } from "../contract/weights.ts";
import { entryKey, type PortableCall } from "../formula/define.ts";
import { LossaryRangeError, LossaryTypeError } from "../lossaryError.ts";
import { interval } from "../tensor/interval.ts";
import { describe, readInput } from "../tensor/read.ts";
import { position } from "../tensor/stage.ts";
import { bounded, type Dtype, type Shape } from "../tensor/tensor.ts";

/** What reading needs to know of an engine. */
export interface Arrays<X> {
  /** What its arrays are called: "a tf.Tensor". */
  readonly noun: string;
  /** What it computes in. */
  readonly dtype: Dtype;
  isArray(value: unknown): value is X;
  shapeOf(x: X): Shape;
  /** Labels, which should be whole numbers. */
  toIndices(x: X): X;
  toFloats(x: X): X;
  /** An option's plain numbers. */
  constant(data: ArrayLike<number>, shape: Shape): X;
  /** The numbers of an array; throws where they are not known yet, as under jit. */
  numbers(x: X): ArrayLike<number>;
  /** An array as it is used, of a symbolic shape; throws where it cannot be. */
  take?(what: string, x: X, shape: string): X;
  begin?: Reader<X>["begin"];
  hint?: Reader<X>["hint"];
}

/** A call, and its options that are the engine's own. */
export interface NativeCall<X> extends PortableCall<X> {
  readonly own: Readonly<Record<string, unknown>>;
}

export function readNative<X>(
  spec: LossSpec,
  args: readonly unknown[],
  arrays: Arrays<X>,
  extra: readonly string[] = [],
): NativeCall<X> {
  const call = readCall(spec, args, readerOf(arrays), extra);
  if (call.common.checkFinite === true) checkFinite(spec, call, arrays);
  const tensors: Record<string, X> = {};
  const inputs = call.inputs.map(({ spec: { name, kind }, views, state }) => {
    if (kind === "state") return state;
    const own = views.map((x) => (kind === "index" ? arrays.toIndices(x) : arrays.toFloats(x)));
    for (const [j, x] of own.entries()) tensors[kind === "list" ? entryKey(name, j) : name] = x;
    return kind === "list" ? own : own[0];
  });
  const options = Object.fromEntries(
    Object.entries(call.options).map(([key, value]) => {
      const tensor = call.tensors.get(key);
      if (tensor !== undefined) tensors[key] = arrays.toFloats(tensor);
      return [key, tensors[key] ?? (typeof value === "number" ? bounded(value, arrays.dtype) : value)];
    }),
  );
  const unreduced = spec.unreduced ? unreducedShape(spec.unreduced, options) : "";
  const shape = call.bindings.resolve(unreduced);
  const sampleWeight = readWeights(spec.name, call.common.sampleWeight, shape, arrays);
  if (sampleWeight) tensors.sampleWeight = sampleWeight;
  return {
    inputs,
    options,
    tensors,
    dims: call.bindings.dims,
    reduction: call.reduction,
    unreduced,
    unreducedShape: shape,
    sampleWeight,
    own: call.common,
  };
}

function readerOf<X>(arrays: Arrays<X>): Reader<X> {
  const { noun, begin, hint } = arrays;
  const read = (what: string, value: unknown, shape: string): X => {
    if (!arrays.isArray(value)) throw new LossaryTypeError(what, `is ${describe(value)}, expected ${noun}`);
    return arrays.take ? arrays.take(what, value, shape) : value;
  };
  return {
    read,
    readOption: (what, value, option) =>
      arrays.isArray(value) ? read(what, value, option.shape) : readNumbers(what, value, option.range, arrays),
    isList: (value) => Array.isArray(value),
    shapeOf: arrays.shapeOf,
    ...(begin && { begin }),
    ...(hint && { hint }),
  };
}

function readWeights<X>(name: string, value: unknown, shape: Shape, arrays: Arrays<X>): X | undefined {
  if (value === undefined) return undefined;
  const what = `${name}: sampleWeight`;
  if (!arrays.isArray(value)) {
    readPlainWeights(name, value, shape);
    return readNumbers(what, value, WEIGHTS, arrays);
  }
  const own = arrays.toFloats(arrays.take ? arrays.take(what, value, "...") : value);
  checkWeightShape(what, arrays.shapeOf(own), shape);
  return own;
}

/** An option's plain numbers as an array. */
function readNumbers<X>(what: string, value: unknown, range: string, arrays: Arrays<X>): X {
  const { data, shape } = readInput(what, value);
  const numbers = Array.from(data as ArrayLike<number | bigint>, Number);
  const outside = numbers.findIndex((number) => !interval(range)(number));
  if (outside >= 0)
    throw new LossaryRangeError(`${what}${position(outside, shape)}`, `is ${numbers[outside]}, outside ${range}`);
  return arrays.constant(
    numbers.map((number) => bounded(number, arrays.dtype)),
    shape,
  );
}

/** Throws at the first NaN or infinity of a float argument. */
function checkFinite<X>({ name }: LossSpec, { inputs }: Call<X>, arrays: Arrays<X>): void {
  for (const { spec, views } of inputs) {
    if (spec.kind === "index") continue;
    for (const [j, x] of views.entries()) {
      const numbers = arrays.numbers(x);
      const index = Array.prototype.findIndex.call(numbers, (number) => !Number.isFinite(number));
      if (index < 0) continue;
      const own = spec.kind === "list" ? entryKey(spec.name, j) : spec.name;
      throw new LossaryRangeError(
        `${name}: ${own}${position(index, arrays.shapeOf(x))}`,
        `is ${numbers[index]}, expected a finite number`,
      );
    }
  }
}
