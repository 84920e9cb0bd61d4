/** Reads a call of a native loss: the arrays of an engine under the rules of every call. */
import { type Call, type Reader, readCall } from "../contract/call.ts";
import { checkEach, readWithin } from "../contract/numbers.ts";
import { refuseOutputs } from "../contract/options.ts";
import type { LossSpec } from "../contract/spec.ts";
import { entryKey, type PortableCall } from "../formula/define.ts";
import { LossaryTypeError } from "../lossaryError.ts";
import { describe } from "../tensor/read.ts";
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
  /**
   * An array as it is used, of a symbolic shape; throws where it cannot be. It may have the leading axes alone of one that
   * is used in the shape `whole`.
   */
  take?(what: string, x: X, shape: string, whole?: Shape): X;
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
  refuseOutputs(spec, call.options);
  if (call.common.checkFinite === true) checkFinite(spec, call, arrays);
  const tensors: Record<string, X> = {};
  const inputs = call.inputs.map(({ spec: { name, kind }, views, state }) => {
    if (kind === "state") return state;
    const own = views.map((x) => (kind === "index" ? arrays.toIndices(x) : arrays.toFloats(x)));
    for (const [j, x] of own.entries()) tensors[kind === "list" ? entryKey(name, j) : name] = x;
    return kind === "list" ? own : own[0];
  });
  for (const [key, x] of call.tensors) tensors[key] = arrays.toFloats(x);
  const options = Object.fromEntries(
    Object.entries(call.options).map(([key, value]) => [
      key,
      tensors[key] ?? (typeof value === "number" ? bounded(value, arrays.dtype) : value),
    ]),
  );
  const { reduction, unreduced, bindings } = call;
  return {
    inputs,
    options,
    tensors,
    dims: bindings.dims,
    reduction,
    unreduced,
    unreducedShape: bindings.resolve(unreduced),
    sampleWeight: tensors.sampleWeight,
    own: call.common,
  };
}

function readerOf<X>(arrays: Arrays<X>): Reader<X> {
  const { noun, begin, hint, take = (_, x) => x } = arrays;
  return {
    read(what, value, shape) {
      if (!arrays.isArray(value)) throw new LossaryTypeError(what, `is ${describe(value)}, expected ${noun}`);
      return take(what, value, shape);
    },
    readOption: (what, value, { shape, range }, whole) =>
      take(what, arrays.isArray(value) ? value : fromNumbers(what, value, range, arrays), shape, whole),
    isList: (value) => Array.isArray(value),
    shapeOf: arrays.shapeOf,
    ...(begin && { begin }),
    ...(hint && { hint }),
  };
}

/** An option's plain numbers as an array. */
function fromNumbers<X>(what: string, value: unknown, range: string, { dtype, constant }: Arrays<X>): X {
  const { data, shape } = readWithin(what, value, range);
  return constant(
    data.map((number) => bounded(number, dtype)),
    shape,
  );
}

/** Throws at the first NaN or infinity of a float argument. */
function checkFinite<X>({ name }: LossSpec, { inputs }: Call<X>, { numbers, shapeOf }: Arrays<X>): void {
  for (const { spec, views } of inputs) {
    if (spec.kind === "index") continue;
    for (const [j, x] of views.entries()) {
      const own = spec.kind === "list" ? entryKey(spec.name, j) : spec.name;
      const numbered = { data: numbers(x), shape: shapeOf(x) };
      checkEach(`${name}: ${own}`, numbered, Number.isFinite, "expected a finite number");
    }
  }
}
