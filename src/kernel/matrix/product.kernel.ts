// Matrix product C (+)= A B, with A [m, k] and B [k, n] read at any strides and C [m, n] row-major.
//
// Method      Blocks of A and B are packed into panels of ROWS rows and of two vectors of columns, k-major, zero-padded.
//             A tile of ROWS × 2 vectors of C stays in registers while one panel of each is run through; sums of at most
//             DEPTH products gather in T, and C gathers those. The order of a sum depends on k alone.
// Accuracy    5e-7 (f32), 1e-15 (f64) of Σ |a b| (asserted in test/matrix.test.ts).
// Requires    m, n, k > 0; C apart from A and B.
import { packPanels } from "../maths/panels.kernel";
import { bytes, lanes } from "../maths/vector.kernel";

const ROWS = 4;
const DEPTH = 128;
const BLOCK_ROWS = 64;
const BLOCK_COLUMNS = 1024;

/** Bytes for the packed panels of one product, of any size. */
export function productWorkspace<T extends number>(): i32 {
  return <i32>bytes<T>(ROWS * 2 * lanes<T>() + (BLOCK_ROWS + BLOCK_COLUMNS) * DEPTH);
}

export function matrixProduct<T extends number>(
  a: usize,
  aRow: i32,
  aColumn: i32,
  b: usize,
  bRow: i32,
  bColumn: i32,
  m: i32,
  n: i32,
  k: i32,
  accumulate: bool,
  c: usize,
  workspace: usize,
): void {
  multiply<T>(a, aRow, aColumn, b, bRow, bColumn, c, m, n, k, accumulate, -m, workspace);
}

/**
 * Products of rows first…first + rows − 1 of X [n, k], read at any strides, with its rows from their own on: C [rows, n]
 * holds them right of the diagonal, and a tile's width of numbers without meaning left of it.
 */
export function upperProduct<T extends number>(
  x: usize,
  xRow: i32,
  xColumn: i32,
  first: i32,
  rows: i32,
  n: i32,
  k: i32,
  c: usize,
  workspace: usize,
): void {
  multiply<T>(x + stride<T>(first, xRow), xRow, xColumn, x, xColumn, xRow, c, rows, n, k, false, first, workspace);
}

/** Row i of C is wanted from column i + diagonal on. */
function multiply<T extends number>(
  a: usize,
  aRow: i32,
  aColumn: i32,
  b: usize,
  bRow: i32,
  bColumn: i32,
  c: usize,
  m: i32,
  n: i32,
  k: i32,
  accumulate: bool,
  diagonal: i32,
  workspace: usize,
): void {
  const width = 2 * lanes<T>();
  const tile = workspace;
  const packedA = tile + bytes<T>(ROWS * width);
  const packedB = packedA + bytes<T>(BLOCK_ROWS * DEPTH);
  for (let j = 0; j < n; j += BLOCK_COLUMNS) {
    const columns = min(BLOCK_COLUMNS, n - j);
    for (let p = 0; p < k; p += DEPTH) {
      const depth = min(DEPTH, k - p);
      const add = accumulate || p > 0;
      const fromB = b + stride<T>(p, bRow) + stride<T>(j, bColumn);
      packPanels<T>(packedB, fromB, bColumn, bRow, columns, depth, width);
      for (let i = 0; i < m && i + diagonal < j + columns; i += BLOCK_ROWS) {
        const rows = min(BLOCK_ROWS, m - i);
        packPanels<T>(packedA, a + stride<T>(i, aRow) + stride<T>(p, aColumn), aRow, aColumn, rows, depth, ROWS);
        const to = c + stride<T>(i, n) + bytes<T>(j);
        multiplyPanels<T>(packedA, packedB, to, n, rows, columns, depth, add, i + diagonal - j, tile);
      }
    }
  }
}

function stride<T extends number>(index: i32, step: i32): usize {
  return (<usize>index * <usize>step) << alignof<T>();
}

function multiplyPanels<T extends number>(
  packedA: usize,
  packedB: usize,
  c: usize,
  n: i32,
  rows: i32,
  columns: i32,
  depth: i32,
  add: bool,
  diagonal: i32,
  tile: usize,
): void {
  const width = 2 * lanes<T>();
  for (let j = 0; j < columns; j += width, packedB += bytes<T>(width * depth)) {
    let panel = packedA;
    const wanted = min(rows, j + width - diagonal);
    for (let i = 0; i < wanted; i += ROWS, panel += bytes<T>(ROWS * depth)) {
      const to = c + stride<T>(i, n) + bytes<T>(j);
      if (rows - i >= ROWS && columns - j >= width) {
        multiplyTile<T>(panel, packedB, depth, to, bytes<T>(n), add);
      } else {
        multiplyTile<T>(panel, packedB, depth, tile, bytes<T>(width), false);
        spill<T>(tile, to, n, min(ROWS, rows - i), min(width, columns - j), add);
      }
    }
  }
}

/** The part of a tile that lies inside C. */
function spill<T extends number>(tile: usize, to: usize, n: i32, rows: i32, columns: i32, add: bool): void {
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < columns; j++) {
      const at = to + stride<T>(i, n) + bytes<T>(j);
      const value = load<T>(tile + bytes<T>(i * 2 * lanes<T>() + j));
      store<T>(at, add ? <T>(load<T>(at) + value) : value);
    }
}

function multiplyTile<T extends number>(a: usize, b: usize, depth: i32, c: usize, row: usize, add: bool): void {
  let c00 = v128.splat<T>(<T>0);
  let c01 = c00;
  let c10 = c00;
  let c11 = c00;
  let c20 = c00;
  let c21 = c00;
  let c30 = c00;
  let c31 = c00;
  for (const end = a + bytes<T>(ROWS * depth); a < end; a += bytes<T>(ROWS), b += 32) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    let x = v128.load_splat<T>(a);
    c00 = v128.add<T>(c00, v128.mul<T>(x, b0));
    c01 = v128.add<T>(c01, v128.mul<T>(x, b1));
    x = v128.load_splat<T>(a + bytes<T>(1));
    c10 = v128.add<T>(c10, v128.mul<T>(x, b0));
    c11 = v128.add<T>(c11, v128.mul<T>(x, b1));
    x = v128.load_splat<T>(a + bytes<T>(2));
    c20 = v128.add<T>(c20, v128.mul<T>(x, b0));
    c21 = v128.add<T>(c21, v128.mul<T>(x, b1));
    x = v128.load_splat<T>(a + bytes<T>(3));
    c30 = v128.add<T>(c30, v128.mul<T>(x, b0));
    c31 = v128.add<T>(c31, v128.mul<T>(x, b1));
  }
  storePair<T>(c, c00, c01, add);
  storePair<T>(c + row, c10, c11, add);
  storePair<T>(c + 2 * row, c20, c21, add);
  storePair<T>(c + 3 * row, c30, c31, add);
}

function storePair<T extends number>(c: usize, low: v128, high: v128, add: bool): void {
  v128.store(c, add ? v128.add<T>(v128.load(c), low) : low);
  v128.store(c, add ? v128.add<T>(v128.load(c, 16), high) : high, 16);
}
