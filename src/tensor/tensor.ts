import { allocate, memory, release } from "../kernel/arena.ts";
import { type Dtype, nowhere, type Pointer } from "../kernel/kernels.ts";
import { LossaryRangeError, LossaryTypeError } from "../lossaryError.ts";
import type { Releasable } from "./releasable.ts";

export type { Dtype };
export type FloatArray = Float32Array | Float64Array;
export type Shape = readonly number[];

/** What every function returns: numbers in row-major order, and their shape. */
export interface Tensor<F extends FloatArray = FloatArray> {
  readonly data: F;
  readonly shape: Shape;
}

type NestedNumbers = readonly number[] | readonly NestedNumbers[];
type IntegerArray = Int8Array | Uint8Array | Uint8ClampedArray | Int16Array | Uint16Array | Int32Array | Uint32Array;
/** Where the platform has one; it computes in f32. */
type HalfArray = typeof globalThis extends { Float16Array: { readonly prototype: infer T } } ? T : never;
type AnyArray = FloatArray | HalfArray | IntegerArray | readonly number[];

/** The numbers of an input, in whichever array they came. */
export type AnyNumbers = AnyArray | BigInt64Array | BigUint64Array;

/** Numbers: a typed array (one dimension), nested arrays, `{ data, shape }`, or `{ data, dims }` as ONNX Runtime has it. */
export type FloatInput =
  | FloatArray
  | HalfArray
  | IntegerArray
  | NestedNumbers
  | ResidentTensor
  | { readonly data: AnyArray; readonly shape: Shape }
  | { readonly data: AnyArray; readonly dims: Shape };

/** Whole numbers, such as class indices: any integer array, `BigInt64Array` included, or floats that are whole. */
export type IndexInput =
  | AnyNumbers
  | NestedNumbers
  | ResidentTensor
  | { readonly data: AnyNumbers; readonly shape: Shape }
  | { readonly data: AnyNumbers; readonly dims: Shape };

export const arrayTypes = { float32: Float32Array, float64: Float64Array, int32: Int32Array } as const;

export const bytesPerElement = (dtype: keyof typeof arrayTypes): number => arrayTypes[dtype].BYTES_PER_ELEMENT;

/** The largest finite number of a float type. */
export const largest: Readonly<Record<Dtype, number>> = {
  float32: 3.4028234663852886e38,
  float64: Number.MAX_VALUE,
};

/** A number as the type holds it: a finite one beyond it is its largest, since infinity times 0 would be NaN. */
export const bounded = (value: number, dtype: Dtype): number =>
  Number.isFinite(value) ? Math.max(-largest[dtype], Math.min(value, largest[dtype])) : value;

/** Elements of a shape. */
export const sizeOf = (shape: Shape): number => shape.reduce((product, length) => product * length, 1);

export const showShape = (shape: Shape): string => `[${Array.from(shape, String).join(", ")}]`;

/** An array of zeros; `what` says whose it is to be where there is no room for it. */
export function zeros<D extends Dtype>(what: string, dtype: D, count: number): ArrayOf<D> {
  try {
    return new arrayTypes[dtype](count) as ArrayOf<D>;
  } catch {
    throw new LossaryRangeError(what, `takes ${count} numbers, more than there is room for`);
  }
}

type ArrayOf<D extends keyof typeof arrayTypes> = InstanceType<(typeof arrayTypes)[D]>;

/**
 * A tensor that lives in kernel memory, where functions use it in place, without copying.
 * `data` is a view that stays right when the memory grows: read it again after each call instead of keeping it.
 * `dispose()` (or `using`) gives the memory back.
 */
export class ResidentTensor<D extends keyof typeof arrayTypes = keyof typeof arrayTypes> implements Releasable {
  readonly shape: Shape;
  readonly dtype: D;
  #pointer: Pointer;
  #view: ArrayOf<D> | undefined;

  constructor(shape: Shape, dtype: D) {
    this.shape = Object.freeze([...shape]);
    this.dtype = dtype;
    this.#pointer = allocate(sizeOf(shape) * bytesPerElement(dtype), "resident: shape");
    this.data.fill(0);
  }

  /** Address in kernel memory. */
  get pointer(): Pointer {
    if (this.#pointer === nowhere)
      throw new LossaryTypeError("resident", `the tensor ${showShape(this.shape)} is used after dispose()`);
    return this.#pointer;
  }

  /** Whether its memory was given back. */
  get disposed(): boolean {
    return this.#pointer === nowhere;
  }

  get data(): ArrayOf<D> {
    const { pointer } = this;
    if (this.#view?.buffer !== memory.buffer)
      this.#view = new arrayTypes[this.dtype](memory.buffer, pointer, sizeOf(this.shape)) as ArrayOf<D>;
    return this.#view as ArrayOf<D>;
  }

  dispose(): void {
    if (this.#pointer === nowhere) return;
    release(this.#pointer, sizeOf(this.shape) * bytesPerElement(this.dtype));
    this.#pointer = nowhere;
    this.#view = undefined;
  }

  [Symbol.dispose](): void {
    this.dispose();
  }
}

/** Numbers at an address of the memory kernels run on, used in place; whose they are is somebody else's business. */
export class PlacedTensor<D extends keyof typeof arrayTypes = keyof typeof arrayTypes> {
  readonly pointer: Pointer;

  constructor(
    address: number,
    readonly shape: Shape,
    readonly dtype: D,
  ) {
    this.pointer = address as Pointer;
  }

  get data(): ArrayOf<D> {
    return new arrayTypes[this.dtype](memory.buffer, this.pointer, sizeOf(this.shape)) as ArrayOf<D>;
  }
}
