/** The buffers gradients are written to: fresh ones, or the caller's. */
import { kernels, memory, scratch } from "../kernel/arena.ts";
import { describe, type View } from "./read.ts";
import { type Operand, viewOf } from "./stage.ts";
import {
  arrayTypes,
  bytesPerElement,
  type Dtype,
  type FloatArray,
  PlacedTensor,
  ResidentTensor,
  type Shape,
  showShape,
  sizeOf,
  type Tensor,
} from "./tensor.ts";

/** A caller's buffer for one gradient. */
export type OutBuffer = FloatArray | Tensor | ResidentTensor<Dtype> | PlacedTensor<Dtype>;

/** One gradient under way: where the kernel writes it, and how it is handed over. */
export interface Gradient {
  readonly pointer: number;
  readonly shape: Shape;
  deliver(): Tensor;
}

/** Prepares the buffer of one gradient. `inputs` must not overlap it. */
export function prepareGradient(
  what: string,
  shape: Shape,
  dtype: Dtype,
  out: unknown,
  inputs: readonly View[],
): Gradient {
  const size = sizeOf(shape);
  if (out instanceof ResidentTensor || out instanceof PlacedTensor) {
    checkOut(what, out.dtype, out.shape, shape, dtype);
    if (inputs.some(({ resident }) => resident === out))
      throw new RangeError(`${what} is also an input of this call; inputs are never written to`);
    return { pointer: out.pointer, shape, deliver: () => out as Tensor };
  }
  const pointer = scratch(size * bytesPerElement(dtype));
  if (out === undefined)
    return { pointer, shape, deliver: () => ({ data: viewOf(pointer, size, dtype).slice(), shape }) };
  const target = floatArrayOf(what, out);
  const outShape = ArrayBuffer.isView(out) ? [target.length] : (out as Tensor).shape;
  const flat = ArrayBuffer.isView(out) ? [size] : shape;
  checkOut(what, target instanceof Float32Array ? "float32" : "float64", outShape, flat, dtype);
  if (target.length !== size)
    throw new RangeError(
      `${what} has ${target.length} numbers, expected ${size} (the gradient is ${showShape(shape)})`,
    );
  if (inputs.some(({ data }) => overlap(data, target)))
    throw new RangeError(`${what} shares memory with an input of this call; inputs are never written to`);
  return {
    pointer,
    shape,
    deliver: () => {
      target.set(viewOf(pointer, size, dtype));
      return { data: target, shape };
    },
  };
}

function floatArrayOf(what: string, out: unknown): FloatArray {
  const data = ArrayBuffer.isView(out) ? out : (out as Tensor | null)?.data;
  if (data instanceof Float32Array || data instanceof Float64Array) {
    if (data.buffer === memory.buffer)
      throw new TypeError(`${what} is the data of a resident tensor; pass the resident tensor itself`);
    return data;
  }
  throw new TypeError(
    `${what} is ${describe(out)}; expected a Float32Array, a Float64Array, a tensor or a resident tensor`,
  );
}

/** Throws where two gradients would be written to the same memory. */
export function checkDistinct(what: string, buffers: readonly unknown[]): void {
  const arrays = buffers.map((out) => (ArrayBuffer.isView(out) ? out : (out as Tensor | undefined)?.data));
  for (const [i, array] of arrays.entries())
    if (arrays.slice(0, i).some((other) => overlap(other, array)))
      throw new RangeError(`${what} has two buffers that share memory; every gradient needs its own`);
}

function checkOut(what: string, came: string, outShape: Shape, shape: Shape, dtype: Dtype): void {
  if (came !== dtype)
    throw new TypeError(`${what} is ${came}, but the computation is in ${dtype}; expected a ${arrayTypes[dtype].name}`);
  if (outShape.length !== shape.length || outShape.some((length, i) => length !== shape[i]))
    throw new RangeError(`${what} is ${showShape(outShape)}, expected ${showShape(shape)}`);
}

function overlap(data: unknown, target: unknown): boolean {
  if (!ArrayBuffer.isView(data) || !ArrayBuffer.isView(target) || data.buffer !== target.buffer) return false;
  return (
    data.byteOffset < target.byteOffset + target.byteLength && target.byteOffset < data.byteOffset + data.byteLength
  );
}

/**
 * Multiplies a gradient by the cotangents of the unreduced value, whose axes are the gradient's less some inner ones:
 * the first of them span `outer` elements.
 */
export function scaleGradient({ pointer, shape }: Gradient, upstream: Operand, outer: number, dtype: Dtype): void {
  const inner = upstream.size / outer;
  kernels[dtype].scaleGradient(pointer, upstream.pointer, outer, sizeOf(shape) / outer / inner, inner);
}
