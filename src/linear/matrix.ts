import { kernels, take } from "../kernel/arena.ts";
import type { Kernels, Pointer } from "../kernel/kernels.ts";
import type { Dtype } from "../tensor/tensor.ts";

/** What a product needs of a pass. */
export interface Machine {
  readonly kernel: Kernels;
  readonly dtype: Dtype;
  readonly take: typeof take;
}

/** What a product of one float type needs where there is no pass. */
export const machineFor = (dtype: Dtype): Machine => ({ kernel: kernels[dtype], dtype, take });

/** A matrix in kernel memory: `rows` × `columns` numbers, row-major, or read as the transpose of that. */
export interface Matrix {
  readonly pointer: Pointer;
  readonly rows: number;
  readonly columns: number;
  readonly transposed?: boolean;
}

export const matrix = (pointer: Pointer, rows: number, columns: number): Matrix => ({ pointer, rows, columns });

export const transpose = ({ pointer, rows, columns, transposed = false }: Matrix): Matrix => ({
  pointer,
  rows: columns,
  columns: rows,
  transposed: !transposed,
});

/** The product of one pass, whose workspace is taken once: to = A B, or to += A B. */
export function multiplier({ kernel, take }: Machine): (a: Matrix, b: Matrix, to: Pointer, add?: boolean) => void {
  const workspace = take("bytes", kernel.productWorkspace());
  const strides = ({ rows, columns, transposed }: Matrix) =>
    (transposed ? [1, rows] : [columns, 1]) as [number, number];
  return (a, b, to, add = false) =>
    kernel.matrixProduct(
      a.pointer,
      ...strides(a),
      b.pointer,
      ...strides(b),
      a.rows,
      b.columns,
      a.columns,
      add,
      to,
      workspace,
    );
}
