// Vectors along axis 1 of [N, D, S] divided by their lengths: L = ‖x‖
//   value         y = x / L
//   pulled back   (g − y (y·g)) / L
// Accuracy    2e-7 (f32), 4e-16 (f64) relative; what is pulled back, of the largest magnitude in the row (asserted in
//             src/activations/activations.test.ts).
// Edges       A zero vector stays zero and lets nothing flow back. Lengths whose squares leave T are right; a row with NaN is
//             NaN, one with an infinity has NaN there and 0 elsewhere. Cotangents of
//             0 leave zeros, whatever the vector holds.
// Requires    n, D, S > 0; `row` as normalizeWorkspace tells where S > 1. Outputs may be inputs.
import { setWideUnit } from "../../kernel/maths/range.kernel";
import { addScaled, dot, lengthOf } from "../../kernel/maths/rows.kernel";
import { gather, rowClear, rowIsZero, scatter } from "../../kernel/maths/softmax.kernel";
import { bytes, lanes, load, splat, store } from "../../kernel/maths/vector.kernel";

/** Bytes of the rows that normalizing vectors of this length works on. */
export function normalizeWorkspace(d: i32): i32 {
  return 2 * d * 8;
}

export function activateNormalize<T extends number>(
  x: usize,
  n: i32,
  d: i32,
  inner: i32,
  values: usize,
  row: usize,
): void {
  for (let i = 0; i < n; i++)
    for (let s = 0; s < inner; s++) {
      const at = bytes<T>(i * d * inner + s);
      if (inner === 1) divide<T>(values + at, x + at, d, lengthOf<T>(x + at, d));
      else {
        gather<T>(x + at, inner, row, d);
        divide<T>(row, row, d, lengthOf<T>(row, d));
        scatter<T>(row, values + at, inner, d);
      }
    }
}

/** What cotangents g of the values become before x was normalized. */
export function pullNormalize<T extends number>(
  x: usize,
  g: usize,
  n: i32,
  d: i32,
  inner: i32,
  dx: usize,
  row: usize,
): void {
  const other = row + bytes<T>(d);
  for (let i = 0; i < n; i++)
    for (let s = 0; s < inner; s++) {
      const at = bytes<T>(i * d * inner + s);
      gather<T>(x + at, inner, row, d);
      gather<T>(g + at, inner, other, d);
      pullRow<T>(row, other, d);
      scatter<T>(other, dx + at, inner, d);
    }
}

/** g becomes (g − y (y·g)) / L; x becomes y. */
function pullRow<T extends number>(x: usize, g: usize, d: i32): void {
  if (rowIsZero<T>(g, d)) return;
  const length = lengthOf<T>(x, d);
  divide<T>(x, x, d, length);
  const along = dot<T>(x, g, d);
  addScaled<T>(g, x, d, -along);
  divide<T>(g, g, d, length);
}

/** out = x / length, 0 where that is 0. */
function divide<T extends number>(out: usize, x: usize, d: i32, length: f64): void {
  if (length === 0) {
    rowClear<T>(out, d);
    return;
  }
  const most: f64 = sizeof<T>() === 4 ? 1e30 : 1e290;
  if (!(length < most && length > 1 / most)) {
    setWideUnit<T>(out, x, d, 1, length);
    return;
  }
  const factor = splat<T>(1 / length);
  for (let left = d; left > 0; left -= lanes<T>(), out += 16, x += 16)
    store<T>(out, v128.mul<T>(load<T>(x, left), factor), left);
}
