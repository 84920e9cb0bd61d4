// Distance of two rows, of three kinds: 0 euclidean ‖a − b‖, 1 squared ‖a − b‖², 2 cosine 1 − a·b / (‖a‖ ‖b‖).
//   gradient for a   (a − b) / ‖a − b‖,   2 (a − b),   c a / ‖a‖² − b / (‖a‖ ‖b‖) with c the cosine
// Differences are taken directly, never expanded, so close rows far from the origin keep their digits.
// Edges       euclidean at distance 0 has gradient 0; the cosine with a zero row is 0, with gradient 0.
import { addDifference, addScaled, dot, squaredDistance } from "./rows.kernel";

export function distance<T extends number>(kind: i32, a: usize, b: usize, d: i32): f64 {
  if (kind === 2) return 1 - cosine<T>(a, b, d);
  const squared = squaredDistance<T>(a, b, d);
  return kind === 1 ? squared : sqrt<f64>(squared);
}

/** a·b / (‖a‖ ‖b‖), 0 with a zero row. */
export function cosine<T extends number>(a: usize, b: usize, d: i32): f64 {
  const norms = sqrt<f64>(dot<T>(a, a, d)) * sqrt<f64>(dot<T>(b, b, d));
  return norms === 0 ? 0 : dot<T>(a, b, d) / norms;
}

/** da += weight ∂c/∂a and db += weight ∂c/∂b for the cosine c, where the pointers are not 0. */
export function addCosineGradient<T extends number>(
  a: usize,
  b: usize,
  d: i32,
  weight: f64,
  da: usize,
  db: usize,
): void {
  const aa = dot<T>(a, a, d);
  const bb = dot<T>(b, b, d);
  const norms = sqrt<f64>(aa) * sqrt<f64>(bb);
  if (norms === 0) return;
  const c = dot<T>(a, b, d) / norms;
  if (da) {
    addScaled<T>(da, b, d, weight / norms);
    addScaled<T>(da, a, d, (-weight * c) / aa);
  }
  if (db) {
    addScaled<T>(db, a, d, weight / norms);
    addScaled<T>(db, b, d, (-weight * c) / bb);
  }
}

/** da += weight ∂value/∂a and db += weight ∂value/∂b, where the pointers are not 0; `value` is their distance. */
export function addDistanceGradient<T extends number>(
  kind: i32,
  a: usize,
  b: usize,
  d: i32,
  value: f64,
  weight: f64,
  da: usize,
  db: usize,
): void {
  if (kind === 2) {
    addCosineGradient<T>(a, b, d, -weight, da, db);
    return;
  }
  if (value === 0) return;
  const w = kind === 1 ? 2 * weight : weight / value;
  if (da) addDifference<T>(da, a, b, d, w);
  if (db) addDifference<T>(db, b, a, d, w);
}
