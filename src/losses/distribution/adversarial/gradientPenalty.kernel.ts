// Penalty on a critic's gradients: n = ‖g‖ of a row, e = n − target (max(0, ·) if one-sided)
//   value     w e²
//   gradient  2 w e g / n, and 0 at a zero row
// Accuracy    1e-6 (f32), 1e-14 (f64) relative, or of a hundredth of the batch's largest value where that is more: e cancels.
// Requires    rows > 0, columns > 0.
import { setWideUnit, tame, wideLength } from "../../../kernel/maths/range.kernel";
import { setScaled } from "../../../kernel/maths/rows.kernel";
import { bytes, lanes, load as loadVector, total } from "../../../kernel/maths/vector.kernel";

/** ‖x‖. */
function normOf<T extends number>(x: usize, n: i32): f64 {
  const squares = sumSquares<T>(x, n);
  return tame<f64>(squares) ? sqrt<f64>(squares) : wideLength<T>(x, 0, n);
}

/** Σ x² of a row, in f64. */
function sumSquares<T extends number>(x: usize, n: i32): f64 {
  let sum = f64x2.splat(0);
  for (let left = n; left > 0; left -= lanes<T>(), x += 16) {
    const v = loadVector<T>(x, left);
    if (sizeof<T>() === 8) {
      sum = f64x2.add(sum, f64x2.mul(v, v));
    } else {
      const low = v128.promote_low<f32>(v);
      const high = v128.promote_low<f32>(v128.shuffle<i64>(v, v, 1, 1));
      sum = f64x2.add(sum, f64x2.add(f64x2.mul(low, low), f64x2.mul(high, high)));
    }
  }
  return total(sum);
}

export function gradientPenalty<T extends number>(
  g: usize,
  rows: i32,
  columns: i32,
  weight: f64,
  target: f64,
  oneSided: bool,
  values: usize,
  dg: usize,
  scale: f64,
): f64 {
  const stride = bytes<T>(columns);
  let all: f64 = 0;
  for (let row = 0; row < rows; row++, g += stride) {
    const norm = normOf<T>(g, columns);
    let excess = norm - target;
    if (oneSided && excess < 0) excess = 0;
    const value = weight * excess * excess;
    all += value;
    if (values) store<T>(values + bytes<T>(row), <T>value);
    if (!dg) continue;
    const step = 2 * weight * scale * excess;
    if (sizeof<T>() === 4 || norm === 0 || tame<f64>(norm)) setScaled<T>(dg, g, columns, norm === 0 ? 0 : step / norm);
    else setWideUnit<T>(dg, g, columns, step, norm);
    dg += stride;
  }
  return all;
}
