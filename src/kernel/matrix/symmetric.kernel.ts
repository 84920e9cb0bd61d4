// Both triangles of a square matrix [n, n] made one, by tiles that fit the cache.
import { transposeLines } from "../maths/panels.kernel";
import { addRow } from "../maths/rows.kernel";
import { bytes, lanes } from "../maths/vector.kernel";

const TILE = 16;

/** Copies the upper triangle onto the lower. */
export function mirror<T extends number>(c: usize, n: i32): void {
  const row = bytes<T>(n);
  for (let top = 0; top < n; top += TILE) {
    const height = min(TILE, n - top);
    for (let i = top; i < top + height; i++)
      for (let j = i + 1; j < top + height; j++) store<T>(entry<T>(c, row, j, i), load<T>(entry<T>(c, row, i, j)));
    for (let left = top + TILE; left < n; left += TILE)
      transpose<T>(entry<T>(c, row, left, top), row, entry<T>(c, row, top, left), row, TILE, min(TILE, n - left));
  }
}

/** Bytes of a tile. */
export function addTransposedWorkspace<T extends number>(): i32 {
  return <i32>bytes<T>(TILE * TILE);
}

/** c = c + cᵀ. */
export function addTransposed<T extends number>(c: usize, n: i32, workspace: usize): void {
  const row = bytes<T>(n);
  for (let top = 0; top < n; top += TILE) {
    const height = min(TILE, n - top);
    for (let i = top; i < top + height; i++)
      for (let j = i; j < top + height; j++) {
        const sum = <T>(load<T>(entry<T>(c, row, i, j)) + load<T>(entry<T>(c, row, j, i)));
        store<T>(entry<T>(c, row, i, j), sum);
        store<T>(entry<T>(c, row, j, i), sum);
      }
    for (let left = top + TILE; left < n; left += TILE) {
      const width = min(TILE, n - left);
      const lower = entry<T>(c, row, left, top);
      const upper = entry<T>(c, row, top, left);
      transpose<T>(workspace, bytes<T>(TILE), upper, row, TILE, width);
      for (let r = 0; r < width; r++) addRow<T>(lower + <usize>r * row, workspace + bytes<T>(r * TILE), TILE);
      transpose<T>(upper, row, lower, row, width, TILE);
    }
  }
}

function entry<T extends number>(c: usize, row: usize, i: i32, j: i32): usize {
  return c + <usize>i * row + bytes<T>(j);
}

/** Transposes a tile into one apart from it. */
function transpose<T extends number>(
  to: usize,
  toRow: usize,
  from: usize,
  fromRow: usize,
  rows: i32,
  columns: i32,
): void {
  const tall = rows & -lanes<T>();
  const wide = columns & -lanes<T>();
  for (let i = 0; i < tall; i += lanes<T>())
    transposeLines<T>(to + bytes<T>(i), from + <usize>i * fromRow, fromRow, wide, toRow);
  for (let i = 0; i < rows; i++)
    for (let j = i < tall ? wide : 0; j < columns; j++)
      store<T>(entry<T>(to, toRow, j, i), load<T>(entry<T>(from, fromRow, i, j)));
}
