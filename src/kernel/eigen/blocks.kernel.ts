// A block of numbers taken off a part of a matrix.

/** a [rows, columns] −= block, row `a` at `stride` numbers a row. */
import { bytes, lanes, load as loadVector, store as storeVector } from "../maths/vector.kernel";

export function subtractBlock<T extends number>(a: usize, block: usize, stride: i32, rows: i32, columns: i32): void {
  for (let i = 0; i < rows; i++, a += bytes<T>(stride), block += bytes<T>(columns))
    for (let left = columns, at = a, from = block; left > 0; left -= lanes<T>(), at += 16, from += 16)
      storeVector<T>(at, v128.sub<T>(loadVector<T>(at, left), loadVector<T>(from, left)), left);
}
