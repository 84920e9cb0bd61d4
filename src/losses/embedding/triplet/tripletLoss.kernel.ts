// Triplet: h = max(0, d(a, p) − d(a, n) + m); with swap d(a, n) gives way to d(p, n) where that is smaller
//   value     h
//   gradient  ∂d(a, p) − ∂d(a, n) where h > 0
// Both times the row's factor in `upstream`, where that is not 0; a row whose factor is 0 counts nothing and has gradient 0.
// Accuracy    1e-6 (f32), 4e-15 (f64) relative to the largest value, for the distances cancel near the margin.
// Requires    rows, d > 0. Kinds of distance: kernel/maths/distance.
import { addDistanceGradient, DistanceKind, distance } from "../../../kernel/maths/distance.kernel";
import { bytes } from "../../../kernel/maths/vector.kernel";
import { setTriplet } from "./row.kernel";

export function triplet<T extends number>(
  anchor: usize,
  positive: usize,
  negative: usize,
  rows: i32,
  d: i32,
  kind: DistanceKind,
  margin: f64,
  swap: bool,
  values: usize,
  da: usize,
  dp: usize,
  dn: usize,
  scale: f64,
  upstream: usize,
): f64 {
  const row = bytes<T>(d);
  const size = <usize>rows * row;
  // Differences of the anchor's are written, all other gradients gather.
  const written = kind !== DistanceKind.cosine && !swap;
  if (da && !written) memory.fill(da, 0, size);
  if (dp && !written) memory.fill(dp, 0, size);
  if (dn && !written) memory.fill(dn, 0, size);
  let sum: f64 = 0;
  for (let i = 0; i < rows; i++) {
    const from = <usize>i * row;
    const a = anchor + from;
    const p = positive + from;
    const n = negative + from;
    const near = distance<T>(kind, a, p, d);
    let far = distance<T>(kind, a, n, d);
    const other = swap ? distance<T>(kind, p, n, d) : far;
    const swapped = other < far;
    if (swapped) far = other;
    const h = near - far + margin;
    const value = max<f64>(h, 0);
    if (values) store<T>(values + bytes<T>(i), <T>value);
    const weight: f64 = upstream ? <f64>load<T>(upstream + bytes<T>(i)) : 1;
    if (weight === 0) {
      if (da && written) memory.fill(da + from, 0, row);
      if (dp && written) memory.fill(dp + from, 0, row);
      if (dn && written) memory.fill(dn + from, 0, row);
      continue;
    }
    sum += weight * value;
    const slope = weight * scale;
    const toA = da ? da + from : 0;
    const toP = dp ? dp + from : 0;
    const toN = dn ? dn + from : 0;
    if (written) {
      const active = h <= 0 ? 0 : slope;
      setTriplet<T>(a, p, n, d, weightOf(kind, near, active), weightOf(kind, far, active), toA, toP, toN);
      continue;
    }
    if (h <= 0) continue;
    addDistanceGradient<T>(kind, a, p, d, near, slope, toA, toP);
    if (swapped) addDistanceGradient<T>(kind, p, n, d, far, -slope, toP, toN);
    else addDistanceGradient<T>(kind, a, n, d, far, -slope, toA, toN);
  }
  return sum;
}

/** What the gradient of a distance multiplies a difference by. */
function weightOf(kind: DistanceKind, distance: f64, scale: f64): f64 {
  if (kind === DistanceKind.squared) return 2 * scale;
  return distance === 0 ? 0 : scale / distance;
}
