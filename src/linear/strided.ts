/** Parts of matrices in kernel memory, and products of them, in f64. */
import { after, type Pointer } from "../kernel/kernels.ts";
import type { Machine } from "./matrix.ts";

/** A matrix at any strides, counted in numbers. */
export class Strided {
  constructor(
    readonly pointer: Pointer,
    readonly rows: number,
    readonly width: number,
    readonly rowStride: number,
    readonly columnStride: number,
  ) {}

  columns(first: number, count: number): Strided {
    const { pointer, rows, rowStride, columnStride } = this;
    return new Strided(after(pointer, 8 * first * columnStride), rows, count, rowStride, columnStride);
  }

  transpose(): Strided {
    return new Strided(this.pointer, this.width, this.rows, this.columnStride, this.rowStride);
  }

  /** Rows first…first + count − 1. */
  slice(first: number, count: number): Strided {
    return this.transpose().columns(first, count).transpose();
  }
}

/** A row-major matrix of f64. */
export const strided = (pointer: Pointer, rows: number, columns: number): Strided =>
  new Strided(pointer, rows, columns, columns, 1);

/** The product of one call, whose workspace is taken once: to (+)= A B, row-major and dense. */
export function productOf({ kernel, take }: Machine): (a: Strided, b: Strided, to: Pointer, add?: boolean) => void {
  const workspace = take("bytes", kernel.productWorkspace());
  return (a, b, to, add = false) =>
    kernel.matrixProduct(
      a.pointer,
      a.rowStride,
      a.columnStride,
      b.pointer,
      b.rowStride,
      b.columnStride,
      a.rows,
      b.width,
      a.width,
      add,
      to,
      workspace,
    );
}

/** The product with its own transpose of one call: to = A Aᵀ, dense, at half the cost. */
export function gramOf({ kernel, take }: Machine): (a: Strided, to: Pointer) => void {
  const workspace = take("bytes", kernel.productWorkspace());
  return ({ pointer, rows, width, rowStride, columnStride }, to) => {
    kernel.upperProduct(pointer, rowStride, columnStride, 0, rows, rows, width, to, workspace);
    kernel.mirror(to, rows);
  };
}

/** Rows of a strip. */
export const STRIP = 128;

/** Cuts 0…count − 1 into strips: [first, size]. */
export function* strips(count: number): Generator<[first: number, size: number]> {
  for (let first = 0; first < count; first += STRIP) yield [first, Math.min(STRIP, count - first)];
}
