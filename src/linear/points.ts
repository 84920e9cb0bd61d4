/** The points of a batch and their pairwise distances, block by block. */
import { after, DistanceKind, type Pointer } from "../kernel/kernels.ts";
import { viewOf } from "../tensor/stage.ts";
import { bytesPerElement, type Dtype } from "../tensor/tensor.ts";
import { type Machine, matrix, multiplier, transpose } from "./matrix.ts";

/** Bytes of one block of pairs: large batches stay in little memory. */
const BLOCK_BYTES = 2 ** 24;

/**
 * Bytes up to which all pairs of a batch with itself are one block. A square block needs half of the product of its rows and half of
 * those of its gradients: in smaller blocks the same takes twice as long.
 */
const SQUARE_BYTES = 2 ** 26;

/** Rows of a block of pairs against `columns` others. */
export const blockRows = (rows: number, columns: number, dtype: Dtype): number =>
  Math.min(rows, Math.max(16, Math.floor(BLOCK_BYTES / bytesPerElement(dtype) / columns)));

/** The same for the pairs of a batch with itself. */
export const squareRows = (n: number, dtype: Dtype): number =>
  n * n * bytesPerElement(dtype) <= SQUARE_BYTES ? n : blockRows(n, n, dtype);

export interface Points {
  /** What single distances and gradients are taken of: the directions of the rows for the cosine, else the rows. */
  readonly pointer: Pointer;
  readonly norms: Pointer;
  readonly lengths: Pointer;
  readonly n: number;
  readonly d: number;
  readonly kind: DistanceKind;
  /** Calls `use` with each block of distances: rows first…first + rows − 1 against all. */
  eachBlock(use: (block: Pointer, first: number, rows: number) => void): void;
  /**
   * Calls `use` with each block of pairs i < j in the distances' order: rows first… from their own column on. Euclidean
   * distances come squared. `use` must leave the block as it is.
   */
  eachUpperBlock(use: (block: Pointer, first: number, rows: number) => void): void;
}

/** Prepares the rows of x. */
export function preparePoints(
  machine: Machine & { readonly dtype: Dtype },
  x: Pointer,
  n: number,
  d: number,
  kind: DistanceKind,
): Points {
  const { kernel, dtype, take } = machine;
  const [pointer, norms, lengths] = [take(dtype, n * d), take(dtype, n), take(dtype, n)];
  const center = take("bytes", kernel.preparePointsWorkspace(d));
  const unit = kernel.preparePoints(x, n, d, kind, pointer, norms, lengths, center);
  /** What distances of points are multiplied by. Squared ones that leave the float type are to show as NaN. */
  const measure = kind === DistanceKind.squared ? unit * unit : unit;
  const beyond =
    kind === DistanceKind.squared && dtype === "float32" && Math.fround(16 * measure) === Number.POSITIVE_INFINITY;
  const most = squareRows(n, dtype);
  const block = take(dtype, most * n);
  const workspace = take("bytes", kernel.productWorkspace());
  const multiply = multiplier(machine);
  const fillUpper = (first: number, rows: number, upperKind: DistanceKind) => {
    kernel.upperProduct(pointer, d, 1, first, rows, n, d, block, workspace);
    kernel.productsToDistances(block, pointer, norms, first, rows, n, d, upperKind, true);
  };
  let ready = false;
  return {
    pointer: kind === DistanceKind.cosine ? pointer : x,
    norms,
    lengths,
    n,
    d,
    kind,
    eachBlock(use) {
      if (beyond) viewOf(norms, n, dtype).fill(Number.NaN);
      if (most === n) {
        fillUpper(0, n, kind);
        kernel.mirror(block, n);
        if (measure !== 1) kernel.scaleRows(block, n, n, measure);
        use(block, 0, n);
        return;
      }
      const others = transpose(matrix(pointer, n, d));
      for (let first = 0; first < n; first += most) {
        const rows = Math.min(most, n - first);
        multiply(matrix(after(pointer, first * d * bytesPerElement(dtype)), rows, d), others, block);
        kernel.productsToDistances(block, pointer, norms, first, rows, n, d, kind, false);
        if (measure !== 1) kernel.scaleRows(block, rows, n, measure);
        use(block, first, rows);
      }
    },
    eachUpperBlock(use) {
      for (let first = 0; first < n; first += most) {
        const rows = Math.min(most, n - first);
        if (!ready) fillUpper(first, rows, kind === DistanceKind.cosine ? DistanceKind.cosine : DistanceKind.squared);
        ready = most === n;
        use(block, first, rows);
      }
    },
  };
}
