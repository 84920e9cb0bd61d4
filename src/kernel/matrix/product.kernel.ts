// Matrix product C (+)= A B, with A [m, k] and B [k, n] read at any strides and C [m, n] row-major.
//
// Method      Blocks of A and B are packed into panels of ROWS rows and of two vectors of columns, k-major, zero-padded.
//             A tile of ROWS × 2 vectors of C stays in registers while one panel of each is run through; sums of at most
//             DEPTH products gather in T, and C gathers those. The order of a sum depends on k alone.
// Accuracy    5e-7 (f32), 1e-15 (f64) of Σ |a b|.
// Requires    m, n, k > 0; `workspace` of productWorkspace(n, k) elements; C apart from A and B.
import { bytes, lanes } from "../maths/vector.kernel";

const ROWS = 4;
const DEPTH = 128;
const BLOCK_ROWS = 64;
const BLOCK_COLUMNS = 1024;

export function matrixProduct<T extends number>(
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
  accumulate: i32,
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
      const add = accumulate | (p > 0 ? 1 : 0);
      const fromB = b + stride<T>(p, bRow) + stride<T>(j, bColumn);
      packPanels<T>(packedB, fromB, bColumn, bRow, columns, depth, width);
      for (let i = 0; i < m; i += BLOCK_ROWS) {
        const rows = min(BLOCK_ROWS, m - i);
        packPanels<T>(packedA, a + stride<T>(i, aRow) + stride<T>(p, aColumn), aRow, aColumn, rows, depth, ROWS);
        const to = c + stride<T>(i, n) + bytes<T>(j);
        multiplyPanels<T>(packedA, packedB, to, n, rows, columns, depth, add, tile);
      }
    }
  }
}

function stride<T extends number>(index: i32, step: i32): usize {
  return (<usize>index * <usize>step) << alignof<T>();
}

/** Packs `count` lines of `depth` numbers into panels of `width` lines, k-major, padded with 0. */
function packPanels<T extends number>(
  to: usize,
  from: usize,
  line: i32,
  step: i32,
  count: i32,
  depth: i32,
  width: i32,
): void {
  const lineBytes = bytes<T>(line);
  const stepBytes = bytes<T>(step);
  for (let first = 0; first < count; first += width, to += bytes<T>(width * depth)) {
    const own = min(width, count - first);
    const source = from + <usize>first * lineBytes;
    if (own < width) packLines<T>(to, source, lineBytes, stepBytes, own, 0, depth, width);
    else if (line === 1) copyLines<T>(to, source, stepBytes, depth, width);
    else if (step === 1) {
      const whole = depth & -lanes<T>();
      for (let r = 0; r < width; r += lanes<T>())
        transposeLines<T>(to + bytes<T>(r), source + <usize>r * lineBytes, lineBytes, whole, bytes<T>(width));
      packLines<T>(to, source, lineBytes, stepBytes, width, whole, depth, width);
    } else packLines<T>(to, source, lineBytes, stepBytes, width, 0, depth, width);
  }
}

/** Columns `begin`… of a panel, number by number. */
function packLines<T extends number>(
  to: usize,
  from: usize,
  lineBytes: usize,
  stepBytes: usize,
  own: i32,
  begin: i32,
  depth: i32,
  width: i32,
): void {
  for (let r = 0; r < width; r++)
    for (let p = begin; p < depth; p++)
      store<T>(
        to + bytes<T>(p * width + r),
        r < own ? load<T>(from + <usize>r * lineBytes + <usize>p * stepBytes) : <T>0,
      );
}

/** A panel whose lines lie side by side. */
function copyLines<T extends number>(to: usize, from: usize, stepBytes: usize, depth: i32, width: i32): void {
  const vectors = width / lanes<T>();
  for (let p = 0; p < depth; p++, from += stepBytes)
    for (let v = 0; v < vectors; v++, to += 16) v128.store(to, v128.load(from + ((<usize>v) << 4)));
}

/** As many lines as a vector has lanes, each of numbers side by side, in squares. */
function transposeLines<T extends number>(to: usize, from: usize, line: usize, depth: i32, row: usize): void {
  for (let p = 0; p < depth; p += lanes<T>(), from += 16, to += row * <usize>lanes<T>()) {
    const a = v128.load(from);
    const b = v128.load(from + line);
    if (sizeof<T>() === 8) {
      v128.store(to, v128.shuffle<f64>(a, b, 0, 2));
      v128.store(to + row, v128.shuffle<f64>(a, b, 1, 3));
      continue;
    }
    const c = v128.load(from + 2 * line);
    const d = v128.load(from + 3 * line);
    const ab = v128.shuffle<f32>(a, b, 0, 4, 1, 5);
    const cd = v128.shuffle<f32>(c, d, 0, 4, 1, 5);
    v128.store(to, v128.shuffle<f64>(ab, cd, 0, 2));
    v128.store(to + row, v128.shuffle<f64>(ab, cd, 1, 3));
    const ab2 = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
    const cd2 = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
    v128.store(to + 2 * row, v128.shuffle<f64>(ab2, cd2, 0, 2));
    v128.store(to + 3 * row, v128.shuffle<f64>(ab2, cd2, 1, 3));
  }
}

function multiplyPanels<T extends number>(
  packedA: usize,
  packedB: usize,
  c: usize,
  n: i32,
  rows: i32,
  columns: i32,
  depth: i32,
  add: i32,
  tile: usize,
): void {
  const width = 2 * lanes<T>();
  for (let j = 0; j < columns; j += width, packedB += bytes<T>(width * depth)) {
    let panel = packedA;
    for (let i = 0; i < rows; i += ROWS, panel += bytes<T>(ROWS * depth)) {
      const to = c + stride<T>(i, n) + bytes<T>(j);
      if (rows - i >= ROWS && columns - j >= width) {
        multiplyTile<T>(panel, packedB, depth, to, bytes<T>(n), add);
      } else {
        multiplyTile<T>(panel, packedB, depth, tile, bytes<T>(width), 0);
        spill<T>(tile, to, n, min(ROWS, rows - i), min(width, columns - j), add);
      }
    }
  }
}

/** The part of a tile that lies inside C. */
function spill<T extends number>(tile: usize, to: usize, n: i32, rows: i32, columns: i32, add: i32): void {
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < columns; j++) {
      const at = to + stride<T>(i, n) + bytes<T>(j);
      const value = load<T>(tile + bytes<T>(i * 2 * lanes<T>() + j));
      store<T>(at, add ? <T>(load<T>(at) + value) : value);
    }
}

function multiplyTile<T extends number>(a: usize, b: usize, depth: i32, c: usize, row: usize, add: i32): void {
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

function storePair<T extends number>(c: usize, low: v128, high: v128, add: i32): void {
  v128.store(c, add ? v128.add<T>(v128.load(c), low) : low);
  v128.store(c, add ? v128.add<T>(v128.load(c, 16), high) : high, 16);
}
