/** Where numbers lie, to tell whether two arrays share memory. */
import { memory } from "../kernel/arena.ts";
import { bytesPerElement, PlacedTensor, ResidentTensor, sizeOf } from "./tensor.ts";

export interface Region {
  /** A buffer; for kernel memory, whose buffer changes as it grows, the memory itself. */
  readonly home: object;
  readonly start: number;
  readonly end: number;
}

/** The bytes of a tensor or typed array; null for numbers that are nowhere. */
export function regionOf(numbers: unknown): Region | null {
  if (numbers instanceof ResidentTensor || numbers instanceof PlacedTensor) {
    const { pointer, shape, dtype } = numbers;
    return { home: memory, start: pointer, end: pointer + sizeOf(shape) * bytesPerElement(dtype) };
  }
  if (!ArrayBuffer.isView(numbers)) return null;
  const { buffer, byteOffset, byteLength } = numbers;
  return { home: buffer === memory.buffer ? memory : buffer, start: byteOffset, end: byteOffset + byteLength };
}

export const overlap = (a: Region | null, b: Region | null): boolean =>
  a !== null && b !== null && a.home === b.home && a.start < b.end && b.start < a.end;
