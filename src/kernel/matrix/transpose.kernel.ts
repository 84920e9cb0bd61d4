// Points [n, d], coordinate by coordinate: kernels then meet several points in one vector. And the other way round: rows of
// classes that lie in planes, as rows.
// Requires    room for d rows of `stride` bytes, stride ≥ n numbers; blocks that do not overlap.
import { bytes } from "../maths/vector.kernel";

/** Copies points [n, d] into d rows of `stride` bytes, with zeros after each. */
export function transposePoints<T extends number>(x: usize, n: i32, d: i32, stride: u32, to: usize): void {
  memory.fill(to, 0, stride * <usize>d);
  for (let i = 0; i < n; i++)
    for (let k = 0; k < d; k++, x += sizeof<T>()) store<T>(to + <usize>k * stride + bytes<T>(i), load<T>(x));
}

/** Copies a block [rows, columns], whose rows start every `stride` numbers, to one [columns, rows] of rows every `toStride`. */
export function transposeBlock<T extends number>(
  x: usize,
  rows: i32,
  columns: i32,
  stride: i32,
  toStride: i32,
  to: usize,
): void {
  const lanes: i32 = 16 / sizeof<T>();
  const step = bytes<T>(stride);
  const toStep = bytes<T>(toStride);
  let i = 0;
  for (; i <= rows - lanes; i += lanes) {
    const from = x + <usize>i * step;
    const into = to + bytes<T>(i);
    let j = 0;
    for (; j <= columns - lanes; j += lanes) tile<T>(from + bytes<T>(j), step, into + <usize>j * toStep, toStep);
    copy<T>(from, lanes, j, columns, step, into, toStep);
  }
  copy<T>(x + <usize>i * step, rows - i, 0, columns, step, to + bytes<T>(i), toStep);
}

function copy<T extends number>(
  x: usize,
  rows: i32,
  first: i32,
  columns: i32,
  step: usize,
  to: usize,
  toStep: usize,
): void {
  for (let j = first; j < columns; j++)
    for (let i = 0; i < rows; i++)
      store<T>(to + <usize>j * toStep + bytes<T>(i), load<T>(x + <usize>i * step + bytes<T>(j)));
}

/** As many rows and columns as a vector has lanes. */
function tile<T extends number>(x: usize, step: usize, to: usize, toStep: usize): void {
  const a = v128.load(x);
  const b = v128.load(x + step);
  if (sizeof<T>() === 8) {
    v128.store(to, v128.shuffle<f64>(a, b, 0, 2));
    v128.store(to + toStep, v128.shuffle<f64>(a, b, 1, 3));
  } else {
    const c = v128.load(x + 2 * step);
    const d = v128.load(x + 3 * step);
    const ab = v128.shuffle<f32>(a, b, 0, 4, 1, 5);
    const cd = v128.shuffle<f32>(c, d, 0, 4, 1, 5);
    const ab2 = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
    const cd2 = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
    v128.store(to, v128.shuffle<f64>(ab, cd, 0, 2));
    v128.store(to + toStep, v128.shuffle<f64>(ab, cd, 1, 3));
    v128.store(to + 2 * toStep, v128.shuffle<f64>(ab2, cd2, 0, 2));
    v128.store(to + 3 * toStep, v128.shuffle<f64>(ab2, cd2, 1, 3));
  }
}
