/** The points of a batch and their pairwise distances, block by block. */
import { bytesPerElement, type Dtype } from "../../tensor/tensor.ts";
import { type Machine, matrix, multiplier, transpose } from "./matrix.ts";

/** Bytes of one block of pairs: small batches need one block, large ones stay in little memory. */
const BLOCK_BYTES = 2 ** 24;

/** Rows of a block of pairs against `columns` others. */
export const blockRows = (rows: number, columns: number, dtype: Dtype): number =>
  Math.min(rows, Math.max(16, Math.floor(BLOCK_BYTES / bytesPerElement(dtype) / columns)));

export interface Points {
  readonly pointer: number;
  readonly norms: number;
  readonly lengths: number;
  readonly n: number;
  readonly d: number;
  readonly kind: number;
  /** Calls `use` with each block of distances: rows first…first + rows − 1 against all. */
  eachBlock(use: (block: number, first: number, rows: number) => void): void;
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
  kernel.preparePoints(x, pointer, n, d, kind, norms, lengths, scratch(2 * d));
  const most = blockRows(n, n, dtype);
  const block = scratch(most * n);
  const multiply = multiplier(machine);
  const others = transpose(matrix(pointer, n, d));
  return {
    pointer,
    norms,
    lengths,
    n,
    d,
    kind,
    eachBlock(use) {
      for (let first = 0; first < n; first += most) {
        const rows = Math.min(most, n - first);
        multiply(matrix(pointer + first * d * bytesPerElement(dtype), rows, d), others, block);
        kernel.productsToDistances(block, pointer, norms, first, rows, n, d, kind);
        use(block, first, rows);
      }
    },
  };
}
