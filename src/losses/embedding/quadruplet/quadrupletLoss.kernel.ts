// Quadruplet: h = max(0, d(a, p) − d(a, n) + m), k = max(0, d(a, p) − d(q, n) + m2), q the second negative
//   value     h + k, two hinges
//   gradient  ∂d(a, p) − ∂d(a, n) where h > 0, plus ∂d(a, p) − ∂d(q, n) where k > 0
// Accuracy    1e-6 (f32), 4e-15 (f64) relative to the largest value, for the distances cancel near the margins.
// Requires    rows, d > 0. Kinds of distance: kernel/maths/distance.
import { addDistanceGradient, DistanceKind, distance } from "../../../kernel/maths/distance.kernel";
import { bytes } from "../../../kernel/maths/vector.kernel";

export function quadruplet<T extends number>(
  anchor: usize,
  positive: usize,
  negative: usize,
  negative2: usize,
  rows: i32,
  d: i32,
  kind: DistanceKind,
  margin: f64,
  margin2: f64,
  values: usize,
  da: usize,
  dp: usize,
  dn: usize,
  dq: usize,
  scale: f64,
): f64 {
  const row = bytes<T>(d);
  const size = <usize>rows * row;
  if (da) memory.fill(da, 0, size);
  if (dp) memory.fill(dp, 0, size);
  if (dn) memory.fill(dn, 0, size);
  if (dq) memory.fill(dq, 0, size);
  let sum: f64 = 0;
  for (let i = 0; i < rows; i++) {
    const from = <usize>i * row;
    const a = anchor + from;
    const p = positive + from;
    const n = negative + from;
    const q = negative2 + from;
    const near = distance<T>(kind, a, p, d);
    const far = distance<T>(kind, a, n, d);
    const apart = distance<T>(kind, q, n, d);
    const h = near - far + margin;
    const k = near - apart + margin2;
    const value = max<f64>(h, 0) + max<f64>(k, 0);
    sum += value;
    if (values) store<T>(values + bytes<T>(i), <T>value);
    const toA = da ? da + from : 0;
    const toP = dp ? dp + from : 0;
    const toN = dn ? dn + from : 0;
    const weight = scale * ((h <= 0 ? 0 : 1) + (k <= 0 ? 0 : 1));
    if (weight !== 0) addDistanceGradient<T>(kind, a, p, d, near, weight, toA, toP);
    if (!(h <= 0)) addDistanceGradient<T>(kind, a, n, d, far, -scale, toA, toN);
    if (!(k <= 0)) addDistanceGradient<T>(kind, q, n, d, apart, -scale, dq ? dq + from : 0, toN);
  }
  return sum;
}
