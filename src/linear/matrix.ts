import type { Kernels } from "../kernel/kernels.ts";

/** Elements of scratch that one matrix product needs; the sizes of product.kernel.ts. */
export const WORKSPACE = 64 + 64 * 128 + 1024 * 128;

/** What a product needs of a pass. */
export interface Machine {
  readonly kernel: Kernels;
  scratch(count: number): number;
}

/** A matrix in kernel memory: `rows` × `columns` numbers, row-major, or read as the transpose of that. */
export interface Matrix {
  readonly pointer: number;
  readonly rows: number;
  readonly columns: number;
  readonly transposed?: boolean;
}

export const matrix = (pointer: number, rows: number, columns: number): Matrix => ({ pointer, rows, columns });

export const transpose = ({ pointer, rows, columns, transposed = false }: Matrix): Matrix => ({
  pointer,
  rows: columns,
  columns: rows,
  transposed: !transposed,
});

/** The product of one pass, whose workspace is taken once: to = A B, or to += A B. */
export function multiplier({ kernel, scratch }: Machine): (a: Matrix, b: Matrix, to: number, add?: boolean) => void {
  const workspace = scratch(WORKSPACE);
  const strides = ({ rows, columns, transposed }: Matrix) =>
    (transposed ? [1, rows] : [columns, 1]) as [number, number];
  return (a, b, to, add = false) =>
    kernel.matrixProduct(
      a.pointer,
      ...strides(a),
      b.pointer,
      ...strides(b),
      to,
      a.rows,
      b.columns,
      a.columns,
      Number(add),
      workspace,
    );
}
