/** Calls of what computes on plain numbers, in f64. */

import { LossaryRangeError } from "../lossaryError.ts";
import { interval } from "../tensor/interval.ts";
import { readInput } from "../tensor/read.ts";
import { position } from "../tensor/stage.ts";
import type { Dtype, Shape } from "../tensor/tensor.ts";
import { type Reader, readCall } from "./call.ts";
import type { ByKind } from "./kinds.ts";
import type { FunctionSpec } from "./spec.ts";

export interface Numbers {
  readonly data: Float64Array;
  readonly shape: Shape;
  /** The type the numbers came in; null for integers. */
  readonly dtype: Dtype | null;
}

type NumberInputs<A extends readonly unknown[]> = {
  readonly [K in keyof A]: ByKind<A[K], Numbers, readonly Numbers[]>;
};

type NumberOptions<O> = {
  readonly [K in keyof Required<O>]: ByKind<
    O[K & keyof O],
    Numbers | Extract<undefined, O[K & keyof O]>,
    never,
    Numbers | Extract<undefined, O[K & keyof O]>,
    Exclude<O[K & keyof O], undefined>
  >;
};

function widen(what: string, value: unknown): Numbers {
  const { data, shape, dtype, resident } = readInput(what, value);
  const numbers = resident ? resident.data : data;
  if (numbers instanceof Float64Array) return { data: numbers, shape, dtype };
  // Conversion number by number is forty times slower: only where there is no other.
  return {
    data:
      numbers instanceof BigInt64Array || numbers instanceof BigUint64Array
        ? Float64Array.from(numbers as BigInt64Array, Number)
        : new Float64Array(numbers),
    shape,
    dtype,
  };
}

/** An option's numbers, all of them in its range. */
export function readWithin(what: string, value: unknown, range: string): Numbers {
  const numbers = widen(what, value);
  checkEach(what, numbers, interval(range), `outside ${range}`);
  return numbers;
}

const reader: Reader<Numbers> = {
  read: widen,
  readOption: (what, value, { range }) => readWithin(what, value, range),
  isList: (_value): _value is unknown[] => false,
  shapeOf: ({ shape }) => shape,
};

/** Reads a call; anything but arrays is handed over as it came. */
export function readNumbers<A extends readonly unknown[], O>(
  spec: FunctionSpec,
  args: readonly unknown[],
): { readonly inputs: NumberInputs<A>; readonly options: NumberOptions<O> } {
  const { inputs, options, tensors } = readCall(spec, args, reader);
  return {
    inputs: inputs.map(({ views, value, state }) => views[0] ?? state ?? value) as never,
    options: { ...options, ...Object.fromEntries(tensors) } as never,
  };
}

/** Throws at the first number that is not one of those allowed. */
export function checkEach(
  what: string,
  { data, shape }: { readonly data: ArrayLike<number>; readonly shape: Shape },
  allowed: (x: number) => boolean,
  text: string,
): void {
  const index = Array.prototype.findIndex.call(data, (x) => !allowed(x));
  if (index >= 0) throw new LossaryRangeError(`${what}${position(index, shape)}`, `is ${data[index]}, ${text}`);
}
