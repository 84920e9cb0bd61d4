/** Cosines of rows against keys, block by block, for the losses that are a cross entropy over them. */

import type { Pass } from "../../contract/loss.ts";
import { after, DistanceKind, Margin, nowhere, type Pointer } from "../../kernel/kernels.ts";
import { type Matrix, matrix, multiplier, transpose } from "../../linear/matrix.ts";
import { blockRows, squareRows } from "../../linear/points.ts";
import { type Operand, viewOf } from "../../tensor/stage.ts";
import { bytesPerElement } from "../../tensor/tensor.ts";
import { clear, identityCounts } from "./batch.ts";

type Machine = Pick<Pass, "kernel" | "dtype" | "take">;

/** Rows divided by their norms. */
export interface Directions extends Matrix {
  readonly lengths: Pointer;
}

export function directions({ kernel, dtype, take }: Machine, x: Pointer, rows: number, columns: number): Directions {
  const [pointer, norms, lengths] = [take(dtype, rows * columns), take(dtype, rows), take(dtype, rows)];
  kernel.preparePoints(x, rows, columns, DistanceKind.cosine, pointer, norms, lengths, nowhere);
  return { ...matrix(pointer, rows, columns), lengths };
}

/** Turns the gradient for directions into that for the rows, times `factor`, in place. */
export function finishDirections({ kernel }: Machine, u: Directions, gradient: Pointer, factor: number): void {
  if (gradient) kernel.finishPoints(u.pointer, u.lengths, u.rows, u.columns, DistanceKind.cosine, gradient, factor);
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

/** What losses of rows against themselves do with strips of the upper half of their cosines (contrastStrips.kernel.ts). */
export interface StripKernels {
  /** Takes a strip into account; the first one begins anew. */
  fold(strip: Pointer, first: number, rows: number): void;
  /** The sum of the values, after the last strip. */
  finish(): number;
  /** Puts what each pair adds to both gradients in the place of its cosine, of which fold made what it likes. */
  slopes(strip: Pointer, first: number, rows: number): void;
  /** Does again what fold did to a strip, if slopes need it. */
  refold?(strip: Pointer, first: number, rows: number): void;
}

/**
 * The same of rows against themselves. A batch of one block takes half of the product of cosines, mirrored, and one product
 * for the gradients of both sides; a larger one goes by strips.
 */
export function contrastSelf(
  machine: Machine,
  u: Matrix,
  du: Pointer,
  kernel: BlockKernel,
  strips: () => StripKernels,
): number {
  const n = u.rows;
  if (squareRows(n, machine.dtype) < n) return contrastStrips(machine, u, du, strips());
  const block = upperCosines(machine, u);
  machine.kernel.mirror(block, n);
  const sum = kernel(block, 0, n);
  if (!du) return sum;
  machine.kernel.addTransposed(block, n, machine.take("bytes", machine.kernel.addTransposedWorkspace()));
  multiplier(machine)(matrix(block, n, n), u, du, true);
  return sum;
}

/** Rows of a strip: as deep as the matrix product goes at once, fewer where rows are very long. */
const STRIP_ROWS = 128;
const STRIP_BYTES = 2 ** 22;
/** Bytes of strips kept from the first sweep to the second; the others are multiplied again. */
const KEPT_BYTES = 7 * 2 ** 23;

/** Sweeps over the upper half of u uᵀ, strip by strip, once for the values, and once for the gradients if they are wanted. */
export function contrastStrips(machine: Machine, u: Matrix, du: Pointer, strips: StripKernels): number {
  const { kernel, dtype, take } = machine;
  const { rows: n, columns: d } = u;
  const size = bytesPerElement(dtype);
  const most = Math.max(16, Math.min(STRIP_ROWS, Math.floor(STRIP_BYTES / size / n)));
  const workspace = take("bytes", kernel.productWorkspace());
  const multiply = multiplier(machine);
  const spare = take(dtype, most * n);
  let room = du ? KEPT_BYTES : 0;
  const kept = new Map<number, Pointer>();
  const fill = (strip: Pointer, first: number, rows: number) =>
    kernel.upperProduct(after(u.pointer, first * d * size), d, 1, 0, rows, n - first, d, strip, workspace);
  for (let first = 0; first < n; first += most) {
    const rows = Math.min(most, n - first);
    const bytes = rows * (n - first) * size;
    if (bytes <= room) {
      kept.set(first, take(dtype, rows * (n - first)));
      room -= bytes;
    }
    const strip = kept.get(first) ?? spare;
    fill(strip, first, rows);
    strips.fold(strip, first, rows);
  }
  const sum = strips.finish();
  if (!du) return sum;
  for (let first = 0; first < n; first += most) {
    const rows = Math.min(most, n - first);
    const strip = kept.get(first) ?? spare;
    if (strip === spare) {
      fill(strip, first, rows);
      strips.refold?.(strip, first, rows);
    }
    strips.slopes(strip, first, rows);
    const slopes = matrix(strip, rows, n - first);
    const [own, others] = [after(u.pointer, first * d * size), after(du, first * d * size)];
    multiply(slopes, matrix(own, n - first, d), others, true);
    multiply(transpose(slopes), matrix(own, rows, d), others, true);
  }
  return sum;
}

/** The cosines [n, n] of a batch of one block, right of the diagonal. */
export function upperCosines({ kernel, dtype, take }: Machine, { pointer, rows, columns }: Matrix): Pointer {
  const block = take(dtype, rows * rows);
  kernel.upperProduct(pointer, columns, 1, 0, rows, rows, columns, block, take("bytes", kernel.productWorkspace()));
  return block;
}

/** Strips of a labelled batch whose rows must pick the others of their label; values and upstream are its rows'. */
export function labelStrips(
  machine: Machine,
  n: number,
  labels: Pick<Operand, "pointer" | "size">,
  { scale, share = 1 }: { readonly scale: number; readonly share?: number },
  values: Pointer,
  upstream: Pointer,
): StripKernels {
  const { kernel, dtype, take } = machine;
  const counts = identityCounts(labels);
  const own = viewOf(labels.pointer, n, "int32").slice();
  const positives = indices(machine, n, (i) => (counts.get(own[i] as number) as number) - 1);
  const [peaks, before, factors, pulls] = [take(dtype, n), take(dtype, n), take(dtype, n), take(dtype, n)];
  const [sums, cosines] = [take("float64", n + 4), take("float64", n + 4)];
  const y = labels.pointer;
  return {
    fold: (strip, first, rows) =>
      kernel.foldContrast(strip, y, positives, first, rows, n, scale, peaks, sums, cosines, before),
    finish: () =>
      kernel.contrastValues(positives, peaks, sums, cosines, n, scale, share, values, factors, pulls, upstream),
    slopes: (strip, first, rows) =>
      kernel.contrastSlopes(strip, y, positives, peaks, factors, pulls, first, rows, n, scale),
  };
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
  /** Whether the rows are the keys, each of which is compared with all others. */
  readonly others?: boolean;
  readonly scale: number;
  /** Factor on every value and gradient. */
  readonly share?: number;
  readonly margin?: number;
  /** Of each row, for a margin on the angle; see targetGaps there. */
  readonly gaps?: Pointer;
  readonly marginKind?: Margin;
}

/** The block kernel for one target per row. */
export function contrastTargets(
  { kernel }: Machine,
  columns: number,
  { targets, others = false, scale, share = 1, margin = 0, marginKind = Margin.none, gaps = nowhere }: Target,
  values: Pointer,
  upstream: Pointer,
): BlockKernel {
  const [cosine, sine] = [Math.cos(margin), Math.sin(margin)];
  return (block, first, rows) =>
    kernel.contrastTargets(
      block,
      targets,
      gaps,
      first,
      rows,
      columns,
      others,
      scale,
      marginKind,
      margin,
      cosine,
      sine,
      share,
      values,
      upstream,
    );
}
