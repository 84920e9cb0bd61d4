// Distance of two rows, of three kinds: euclidean ‖a − b‖, squared ‖a − b‖², cosine 1 − a·b / (‖a‖ ‖b‖).
//   gradient for a   (a − b) / ‖a − b‖,   2 (a − b),   c a / ‖a‖² − b / (‖a‖ ‖b‖) with c the cosine
// Differences are taken directly, never expanded, so close rows far from the origin keep their digits.
// Rows whose squares leave T are taken again in f64 (range.kernel.ts), so that rows of any size keep their digits.
// Edges       euclidean at distance 0 has gradient 0; the cosine with a zero row is 0, with gradient 0.
import { addWideCosineGradient, tame, wideCosine } from "./range.kernel";
import { addDifference, addScaled, distanceOf, dot, lengthOf, squaredDistance } from "./rows.kernel";

/** How two rows are compared. */
export enum DistanceKind {
  euclidean,
  squared,
  cosine,
}

export function distance<T extends number>(kind: DistanceKind, a: usize, b: usize, d: i32): f64 {
  if (kind === DistanceKind.cosine) return 1 - cosine<T>(a, b, d);
  return kind === DistanceKind.squared ? squaredDistance<T>(a, b, d) : distanceOf<T>(a, b, d);
}

/** a·b / (‖a‖ ‖b‖), 0 with a zero row. */
export function cosine<T extends number>(a: usize, b: usize, d: i32): f64 {
  return cosineOf<T>(a, b, d, dot<T>(a, a, d), dot<T>(b, b, d));
}

/** The same, with a·a and b·b known as far as T holds them. */
export function cosineOf<T extends number>(a: usize, b: usize, d: i32, aa: f64, bb: f64): f64 {
  if (!tame<T>(aa) || !tame<T>(bb)) return wideCosine<T>(a, b, d);
  return dot<T>(a, b, d) / (sqrt<f64>(aa) * sqrt<f64>(bb));
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
  const lengthA = lengthOf<T>(a, d);
  const lengthB = lengthOf<T>(b, d);
  if (lengthA === 0 || lengthB === 0) return;
  const c = cosineOf<T>(a, b, d, lengthA * lengthA, lengthB * lengthB);
  // Squared lengths of f32 rows never leave f64.
  if (sizeof<T>() === 8 && (!tame<f64>(lengthA * lengthA) || !tame<f64>(lengthB * lengthB))) {
    if (da) addWideCosineGradient<T>(da, a, b, d, weight, c, lengthA, lengthB);
    if (db) addWideCosineGradient<T>(db, b, a, d, weight, c, lengthB, lengthA);
    return;
  }
  const across = weight / lengthA / lengthB;
  if (da) {
    addScaled<T>(da, b, d, across);
    addScaled<T>(da, a, d, (-weight * c) / lengthA / lengthA);
  }
  if (db) {
    addScaled<T>(db, a, d, across);
    addScaled<T>(db, b, d, (-weight * c) / lengthB / lengthB);
  }
}

/** da += weight ∂value/∂a and db += weight ∂value/∂b, where the pointers are not 0; `value` is their distance. */
export function addDistanceGradient<T extends number>(
  kind: DistanceKind,
  a: usize,
  b: usize,
  d: i32,
  value: f64,
  weight: f64,
  da: usize,
  db: usize,
): void {
  if (kind === DistanceKind.cosine) {
    addCosineGradient<T>(a, b, d, -weight, da, db);
    return;
  }
  if (value === 0) return;
  const w = kind === DistanceKind.squared ? 2 * weight : weight / value;
  if (da) addDifference<T>(da, a, b, d, w);
  if (db) addDifference<T>(db, b, a, d, w);
}
