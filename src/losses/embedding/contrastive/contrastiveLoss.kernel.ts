// Contrastive: d = ‖a − b‖, h = max(0, m − d), y = 1 for a dissimilar pair
//   value     ½ ((1 − y) d² + y h²)
//   gradient  ((1 − y) − y h / d) (a − b) for a, its negative for b; the second term is 0 at d = 0
// Accuracy    4e-7 (f32), 2e-15 (f64) relative to the largest value, for m − d cancels near the margin.
// Requires    rows, d > 0; y is clamped to [0, 1].
import { distanceOf, setDifference } from "../../../kernel/maths/rows.kernel";
import { bytes } from "../../../kernel/maths/vector.kernel";

export function contrastive<T extends number>(
  a: usize,
  b: usize,
  different: usize,
  rows: i32,
  d: i32,
  margin: f64,
  values: usize,
  da: usize,
  db: usize,
  scale: f64,
): f64 {
  const row = bytes<T>(d);
  let sum: f64 = 0;
  for (let i = 0; i < rows; i++, a += row, b += row) {
    const y = min<f64>(max<f64>(<f64>load<T>(different + bytes<T>(i)), 0), 1);
    const length = distanceOf<T>(a, b, d);
    const squared = length * length;
    const gap = margin - length;
    const h = max<f64>(gap, 0);
    // Of two that differ, however far they are apart, nothing pulls them together.
    const value = 0.5 * ((y === 1 ? 0 : (1 - y) * squared) + y * h * h);
    sum += value;
    if (values) store<T>(values + bytes<T>(i), <T>value);
    if (!da && !db) continue;
    const weight = scale * (1 - y - (length === 0 ? 0 : (y * h) / length));
    const to = <usize>i * row;
    if (weight === 0) {
      if (da) memory.fill(da + to, 0, row);
      if (db) memory.fill(db + to, 0, row);
      continue;
    }
    setDifference<T>(da ? da + to : 0, db ? db + to : 0, a, b, d, weight);
  }
  return sum;
}
