/** The buffers gradients are written to: fresh ones, or the caller's. */

import { kernels, memory, take } from "../kernel/arena.ts";
import type { Pointer } from "../kernel/kernels.ts";
import { describe, kindOf } from "./read.ts";
import { overlap, type Region, regionOf } from "./region.ts";
import { type Operand, viewOf } from "./stage.ts";
import {
  arrayTypes,
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
export type OutBuffer =
  | FloatArray
  | Tensor
  | ResidentTensor<Dtype>
  | PlacedTensor<Dtype>
  | { readonly data: FloatArray; readonly dims: Shape };

/** One gradient under way: where the kernel writes it, and how it is handed over. */
export interface Gradient {
  readonly pointer: Pointer;
  readonly shape: Shape;
  deliver(): Tensor;
}

/** Memory that a call reads, and whose it is. */
export interface Taken {
  readonly name: string;
  readonly region: Region | null;
}

/** Prepares the buffer of one gradient, which must share no memory with those taken. */
export function prepareGradient(
  what: string,
  shape: Shape,
  dtype: Dtype,
  out: unknown,
  taken: readonly Taken[],
): Gradient {
  const size = sizeOf(shape);
  if (out instanceof ResidentTensor || out instanceof PlacedTensor) {
    checkOut(what, out.dtype, out.shape, shape, dtype);
    checkFree(what, out, taken);
    return { pointer: out.pointer, shape, deliver: () => out as Tensor };
  }
  const pointer = take(dtype, size);
  if (out === undefined)
    return { pointer, shape, deliver: () => ({ data: viewOf(pointer, size, dtype).slice(), shape }) };
  const target = floatArrayOf(what, out);
  const outShape = ArrayBuffer.isView(out) ? [target.length] : shapeOf(what, out);
  const flat = ArrayBuffer.isView(out) ? [size] : shape;
  checkOut(what, kindOf(target) === "Float32Array" ? "float32" : "float64", outShape, flat, dtype);
  if (target.length !== size)
    throw new RangeError(
      `${what} has ${target.length} numbers, expected ${size} (the gradient is ${showShape(shape)})`,
    );
  checkFree(what, target, taken);
  return {
    pointer,
    shape,
    deliver: () => {
      target.set(viewOf(pointer, size, dtype));
      return { data: target, shape };
    },
  };
}

function checkFree(what: string, out: unknown, taken: readonly Taken[]): void {
  const own = regionOf(out);
  const other = taken.find(({ region }) => overlap(region, own));
  if (other) throw new RangeError(`${what} shares memory with ${other.name}; inputs are never written to`);
}

function floatArrayOf(what: string, out: unknown): FloatArray {
  const data = ArrayBuffer.isView(out) ? out : (out as Tensor | null)?.data;
  const kind = kindOf(data);
  if (kind === "Float32Array" || kind === "Float64Array") {
    const array = data as FloatArray;
    if (array.buffer === memory.buffer)
      throw new TypeError(`${what} is the data of a resident tensor; pass the resident tensor itself`);
    return array;
  }
  throw new TypeError(
    `${what} is ${describe(out)}; expected a Float32Array, a Float64Array, a tensor or a resident tensor`,
  );
}

function shapeOf(what: string, out: unknown): Shape {
  const { shape, dims } = out as { readonly shape?: unknown; readonly dims?: unknown };
  const given = shape ?? dims;
  if (!Array.isArray(given)) throw new TypeError(`${what} has shape ${describe(given)}; expected an array`);
  return given;
}

/** The memory of a caller's buffer. */
export const regionOfOut = (out: unknown): Region | null =>
  regionOf(out) ?? regionOf((out as Partial<Tensor> | null | undefined)?.data);

/** Throws where two gradients would be written to the same memory. */
export function checkDistinct(what: string, buffers: readonly unknown[]): void {
  if (buffers.length < 2) return;
  const regions = buffers.map(regionOfOut);
  for (const [i, region] of regions.entries())
    if (regions.slice(0, i).some((other) => overlap(other, region)))
      throw new RangeError(`${what} has two buffers that share memory; every gradient needs its own`);
}

function checkOut(what: string, came: string, outShape: Shape, shape: Shape, dtype: Dtype): void {
  if (came !== dtype)
    throw new TypeError(`${what} is ${came}, but the computation is in ${dtype}; expected a ${arrayTypes[dtype].name}`);
  if (outShape.length !== shape.length || outShape.some((length, i) => length !== shape[i]))
    throw new RangeError(`${what} is ${showShape(outShape)}, expected ${showShape(shape)}`);
}

/**
 * Multiplies a gradient by the cotangents of the unreduced value, whose axes are the gradient's less some inner ones:
 * the first of them span `outer` elements.
 */
export function scaleGradient({ pointer, shape }: Gradient, upstream: Operand, outer: number, dtype: Dtype): void {
  const inner = upstream.size / outer;
  kernels[dtype].scaleGradient(pointer, upstream.pointer, outer, sizeOf(shape) / outer / inner, inner);
}
