/** Cosines of rows against keys, block by block, for the losses that are a cross entropy over them. */

import type { Pass } from "../../contract/loss.ts";
import { after, nowhere, type Pointer } from "../../kernel/kernels.ts";
import { type Matrix, matrix, multiplier, transpose, WORKSPACE } from "../../linear/matrix.ts";
import { blockRows, squareRows } from "../../linear/points.ts";
import { viewOf } from "../../tensor/stage.ts";
import { bytesPerElement } from "../../tensor/tensor.ts";
import { clear } from "./batch.ts";

type Machine = Pick<Pass, "kernel" | "dtype" | "take">;

/** Rows divided by their norms. */
export interface Directions extends Matrix {
  readonly lengths: Pointer;
}

const COSINE = 2;

export function directions({ kernel, dtype, take }: Machine, x: Pointer, rows: number, columns: number): Directions {
  const [pointer, norms, lengths] = [take(dtype, rows * columns), take(dtype, rows), take(dtype, rows)];
  kernel.preparePoints(x, pointer, rows, columns, COSINE, norms, lengths, nowhere);
  return { ...matrix(pointer, rows, columns), lengths };
}

/** Turns the gradient for directions into that for the rows, times `factor`, in place. */
export function finishDirections({ kernel }: Machine, u: Directions, gradient: Pointer, factor: number): void {
  if (gradient) kernel.finishPoints(u.pointer, u.lengths, gradient, u.rows, u.columns, COSINE, factor);
}

/** A kernel's work on a block of cosines, whose gradients it leaves in their place; returns its sum of values. */
export type BlockKernel = (block: Pointer, first: number, rows: number) => number;

/** Σ of a block kernel over all rows of u; adds the gradients for u and v where wanted. */
export function contrastBlocks(
  machine: Machine,
  u: Matrix,
  v: Matrix,
  du: Pointer,
  dv: Pointer,
  kernel: BlockKernel,
): number {
  const most = blockRows(u.rows, v.rows, machine.dtype);
  const block = machine.take(machine.dtype, most * v.rows);
  const multiply = multiplier(machine);
  const size = bytesPerElement(machine.dtype) * u.columns;
  let sum = 0;
  for (let first = 0; first < u.rows; first += most) {
    const rows = Math.min(most, u.rows - first);
    const own = matrix(after(u.pointer, first * size), rows, u.columns);
    multiply(own, transpose(v), block);
    sum += kernel(block, first, rows);
    const gradient = matrix(block, rows, v.rows);
    if (du) multiply(gradient, v, after(du, first * size), true);
    if (dv) multiply(transpose(gradient), own, dv, true);
  }
  return sum;
}

/**
 * The same of rows against themselves. A batch of one block takes half of the product of cosines, mirrored, and one product
 * for the gradients of both sides.
 */
export function contrastSelf(machine: Machine, u: Matrix, du: Pointer, kernel: BlockKernel): number {
  const n = u.rows;
  if (squareRows(n, machine.dtype) < n) return contrastBlocks(machine, u, u, du, du, kernel);
  const block = upperCosines(machine, u);
  machine.kernel.mirror(block, n);
  const sum = kernel(block, 0, n);
  if (!du) return sum;
  machine.kernel.addTransposed(block, n, machine.take(machine.dtype, 256));
  multiplier(machine)(matrix(block, n, n), u, du, true);
  return sum;
}

/** The cosines [n, n] of a batch of one block, right of the diagonal. */
export function upperCosines({ kernel, dtype, take }: Machine, { pointer, rows, columns }: Matrix): Pointer {
  const block = take(dtype, rows * rows);
  kernel.upperProduct(pointer, columns, 1, 0, rows, rows, columns, block, take(dtype, WORKSPACE));
  return block;
}

/** Whole numbers in kernel memory. */
export function indices({ dtype, take }: Machine, count: number, at: (i: number) => number): Pointer {
  const pointer = take(dtype, count);
  const view = viewOf(pointer, count, "int32");
  for (let i = 0; i < count; i++) view[i] = at(i);
  return pointer;
}

/** Clears the gradients that are wanted, and the values, which gather. */
export function clearAll(machine: Machine, ...blocks: readonly (readonly [pointer: Pointer, count: number])[]): void {
  for (const [pointer, count] of blocks) clear(pointer, count, machine);
}

/** How the one target of every row is treated; see contrast.kernel.ts. */
export interface Target {
  readonly targets: Pointer;
  readonly skips?: Pointer;
  readonly scale: number;
  /** Factor on every value and gradient. */
  readonly share?: number;
  readonly margin?: number;
  readonly marginKind?: 0 | 1 | 2;
}

/** The block kernel for one target a row; values and upstream are those of the first row. */
export function contrastTargets(
  { kernel, dtype }: Machine,
  columns: number,
  { targets, skips = nowhere, scale, share = 1, margin = 0, marginKind = 0 }: Target,
  values: Pointer,
  upstream: Pointer,
): BlockKernel {
  const size = bytesPerElement(dtype);
  return (block, first, rows) =>
    kernel.contrastTargets(
      block,
      rows,
      columns,
      after(targets, 4 * first),
      after(skips, 4 * first),
      scale,
      share,
      after(values, size * first),
      after(upstream, size * first),
      marginKind,
      margin,
      Math.cos(margin),
      Math.sin(margin),
    );
}
