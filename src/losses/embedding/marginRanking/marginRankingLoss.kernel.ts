// Margin ranking: h = max(0, m − y (a − b))
//   value     h
//   gradient  −y [h > 0] for a, its negative for b
// Accuracy    2e-7 (f32), 4e-16 (f64) relative to max(m, |a|, |b|), for the differences cancel.
// Requires    n > 0; y = ±1.
import { addTo, head, lanes, load, splat, store, total } from "../../../kernel/maths/vector.kernel";

export function marginRanking<T extends number>(
  a: usize,
  b: usize,
  targets: usize,
  n: i32,
  margin: f64,
  values: usize,
  da: usize,
  db: usize,
  scale: f64,
): f64 {
  const zero = splat<T>(0);
  const m = splat<T>(margin);
  const factor = splat<T>(scale);
  let sum = f64x2.splat(0);
  let at: usize = 0;
  for (let left = n; left > 0; left -= lanes<T>(), at += 16) {
    const y = load<T>(targets + at, left);
    const difference = v128.sub<T>(load<T>(a + at, left), load<T>(b + at, left));
    const h = v128.pmax<T>(v128.sub<T>(m, v128.mul<T>(y, difference)), zero);
    sum = addTo<T>(sum, head<T>(h, left));
    if (values) store<T>(values + at, h, left);
    // A NaN compares as inactive, so it is put in by hand.
    const active = v128.and(v128.mul<T>(y, factor), v128.gt<T>(h, zero));
    const slope = v128.bitselect(h, active, v128.ne<T>(h, h));
    if (da) store<T>(da + at, v128.neg<T>(slope), left);
    if (db) store<T>(db + at, slope, left);
  }
  return total(sum);
}
