/** Brings inputs into kernel memory, in the type of the computation, and checks their values. */

import { type FloatKind, interval } from "../contract/spec.ts";
import { kernels, memory, take } from "../kernel/arena.ts";
import type { Pointer } from "../kernel/kernels.ts";
import type { View } from "./read.ts";
import { arrayTypes, type Dtype, largest, type Shape, showShape, sizeOf } from "./tensor.ts";

/** An input in kernel memory. */
export interface Operand {
  /** Who it is, for errors: "crossEntropy: labels". */
  readonly what: string;
  readonly pointer: Pointer;
  readonly shape: Shape;
  /** Number of elements. */
  readonly size: number;
  /** Whether it came as bytes (Uint8Array, Uint8ClampedArray): images in 0…255. */
  readonly bytes: boolean;
}

export const viewOf = <D extends keyof typeof arrayTypes>(pointer: Pointer, size: number, dtype: D) =>
  new arrayTypes[dtype](memory.buffer, pointer, size) as InstanceType<(typeof arrayTypes)[D]>;

/** Floats go to the wider type asked for; integers ask for none, and alone are computed in f64. */
export function commonDtype(views: readonly View[]): Dtype {
  const asked = views.map(({ dtype }) => dtype).filter((dtype) => dtype !== null);
  return asked.length > 0 && asked.every((dtype) => dtype === "float32") ? "float32" : "float64";
}

/** An input as floats; a resident tensor of the right type stays where it is, unless a copy is asked for. */
export function stageFloats(what: string, view: View, dtype: Dtype, copy = false): Operand {
  const { data, shape, resident } = view;
  const size = sizeOf(shape);
  if (!copy && resident?.dtype === dtype) return { what, pointer: resident.pointer, shape, size, bytes: false };
  const pointer = take(dtype, size);
  const target = viewOf(pointer, size, dtype);
  const bytes = data instanceof Uint8Array || data instanceof Uint8ClampedArray;
  if (data instanceof BigInt64Array || data instanceof BigUint64Array)
    for (let i = 0; i < size; i++) target[i] = Number(data[i]);
  else target.set(resident ? resident.data : data);
  return { what, pointer, shape, size, bytes };
}

/** An option's numbers as floats; a finite one beyond the type is its largest, for infinity times 0 is NaN. */
export function stageOption(what: string, view: View, dtype: Dtype): Operand {
  const operand = stageFloats(what, view, dtype);
  const { pointer, size } = operand;
  if (kernels[dtype].firstNotFinite(pointer, size) < 0) return operand;
  const values = viewOf(pointer, size, dtype);
  const source = view.resident ? view.resident.data : view.data;
  for (let i = 0; i < size; i++) {
    const given = Number(source[i]);
    if (Number.isFinite(given) && !Number.isFinite(values[i])) values[i] = Math.sign(given) * largest[dtype];
  }
  return operand;
}

/** An input as whole numbers (i32). */
export function stageIndices(what: string, view: View): Operand {
  const { data, shape, resident } = view;
  const size = sizeOf(shape);
  if (resident?.dtype === "int32") return { what, pointer: resident.pointer, shape, size, bytes: false };
  const pointer = take("int32", size);
  const source = resident ? resident.data : data;
  const target = viewOf(pointer, size, "int32");
  for (let i = 0; i < size; i++) {
    const value = Number(source[i]);
    target[i] = value;
    if (target[i] !== value)
      throw new RangeError(
        `${what}[${i}] is ${value}, expected a whole number${Number.isInteger(value) ? " of 32 bits" : ""}`,
      );
  }
  return { what, pointer, shape, size, bytes: false };
}

/** Where a flat position lies in a shape: "[3, 17]", or "[17]" in one dimension. */
export function position(index: number, shape: Shape): string {
  const coordinates: number[] = [];
  let rest = index;
  for (const length of [...shape].reverse()) {
    coordinates.unshift(rest % length);
    rest = Math.floor(rest / length);
  }
  return showShape(coordinates);
}

/** Soft targets computed in f32 may leave [0, 1] by a rounding. */
export const SLACK = 1e-6;

/**
 * Throws where a float argument holds values its kind forbids; NaN passes, and passes through the loss. Returns the operand
 * to compute with: probabilities that leave [0, 1] within the slack count as 0 or 1, in a copy where they are a caller's.
 */
export function checkKind(operand: Operand, view: View, kind: FloatKind, dtype: Dtype): Operand {
  const { pointer, size, what, shape } = operand;
  const at = (index: number) => `${what}${position(index, shape)} is ${viewOf(pointer, size, dtype)[index]}`;
  if (kind === "probability") {
    if (kernels[dtype].firstOutside(pointer, size, 0, 1) < 0) return operand;
    const index = kernels[dtype].firstOutside(pointer, size, -SLACK, 1 + SLACK);
    if (index >= 0) throw new RangeError(`${at(index)}, outside [0, 1]`);
    const own = pointer === view.resident?.pointer ? take(dtype, size) : pointer;
    kernels[dtype].bound(pointer, size, 0, 1, own);
    return { ...operand, pointer: own };
  }
  if (kind === "sign") {
    const index = kernels[dtype].firstNotSign(pointer, size);
    if (index < 0) return operand;
    const remedy = viewOf(pointer, size, dtype)[index] === 0 ? " (from 0 and 1: 2 * target - 1)" : "";
    throw new RangeError(`${at(index)}, expected -1 or 1${remedy}`);
  }
  return operand;
}

/** Throws where an option's number lies outside its interval. */
export function checkInterval({ pointer, size, what, shape }: Operand, range: string, dtype: Dtype): void {
  const inside = interval(range);
  const values = viewOf(pointer, size, dtype);
  const index = values.findIndex((value) => !inside(value));
  if (index >= 0) throw new RangeError(`${what}${position(index, shape)} is ${values[index]}, outside ${range}`);
}

/** Throws at the first NaN or infinity. */
export function checkFinite({ pointer, size, what, shape }: Operand, dtype: Dtype): void {
  const index = kernels[dtype].firstNotFinite(pointer, size);
  if (index < 0) return;
  throw new RangeError(
    `${what}${position(index, shape)} is ${viewOf(pointer, size, dtype)[index]}, expected a finite number`,
  );
}

/** Throws at the first index outside 0…count − 1; `except` is allowed beside them. `among` explains the count. */
export function checkIndices(
  { pointer, size, what, shape }: Operand,
  count: number,
  among: string,
  except?: number,
): void {
  const values = viewOf(pointer, size, "int32");
  for (let i = 0; i < size; i++) {
    const value = values[i] as number;
    if ((value < 0 || value >= count) && value !== except)
      throw new RangeError(`${what}${position(i, shape)} is ${value}, outside 0…${count - 1} (${among})`);
  }
}
