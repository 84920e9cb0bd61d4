/** The points of a batch and their pairwise distances, block by block. */
import { bytesPerElement, type Dtype } from "../../tensor/tensor.ts";
import { type Machine, matrix, multiplier, transpose, WORKSPACE } from "./matrix.ts";

/** Bytes of one block of pairs: small batches need one block, large ones stay in little memory. */
const BLOCK_BYTES = 2 ** 24;

/** Rows of a block of pairs against `columns` others. */
export const blockRows = (rows: number, columns: number, dtype: Dtype): number =>
  Math.min(rows, Math.max(16, Math.floor(BLOCK_BYTES / bytesPerElement(dtype) / columns)));

/** Kinds of distance, as the kernels know them. */
const SQUARED = 1;
const COSINE = 2;

export interface Points {
  readonly pointer: number;
  readonly norms: number;
  readonly lengths: number;
  readonly n: number;
  readonly d: number;
  readonly kind: number;
  /** Calls `use` with each block of distances: rows first…first + rows − 1 against all. */
  eachBlock(use: (block: number, first: number, rows: number) => void): void;
  /**
   * Calls `use` with each block of pairs i < j in the distances' order: rows first… from their own column on. Euclidean
   * distances come squared. `use` must leave the block as it is.
   */
  eachUpperBlock(use: (block: number, first: number, rows: number) => void): void;
}

/** Kinds: 0 euclidean, 1 squared, 2 cosine. */
export function preparePoints(
  machine: Machine & { readonly dtype: Dtype },
  x: number,
  n: number,
  d: number,
  kind: number,
): Points {
  const { kernel, dtype, scratch } = machine;
  const [pointer, norms, lengths] = [scratch(n * d), scratch(n), scratch(n)];
  kernel.preparePoints(x, pointer, n, d, kind, norms, lengths, scratch(4 * d + 8));
  const most = blockRows(n, n, dtype);
  const block = scratch(most * n);
  const workspace = scratch(WORKSPACE);
  const multiply = multiplier(machine);
  const fillUpper = (first: number, rows: number, measure: number) => {
    kernel.upperProduct(pointer, d, 1, first, rows, n, d, block, workspace);
    kernel.productsToDistances(block, pointer, norms, first, rows, n, d, measure, 1);
  };
  let ready = false;
  return {
    pointer,
    norms,
    lengths,
    n,
    d,
    kind,
    eachBlock(use) {
      if (most === n) {
        fillUpper(0, n, kind);
        kernel.mirror(block, n);
        use(block, 0, n);
        return;
      }
      const others = transpose(matrix(pointer, n, d));
      for (let first = 0; first < n; first += most) {
        const rows = Math.min(most, n - first);
        multiply(matrix(pointer + first * d * bytesPerElement(dtype), rows, d), others, block);
        kernel.productsToDistances(block, pointer, norms, first, rows, n, d, kind, 0);
        use(block, first, rows);
      }
    },
    eachUpperBlock(use) {
      for (let first = 0; first < n; first += most) {
        const rows = Math.min(most, n - first);
        if (!ready) fillUpper(first, rows, kind === COSINE ? COSINE : SQUARED);
        ready = most === n;
        use(block, first, rows);
      }
    },
  };
}
