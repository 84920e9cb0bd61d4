// Rows whose squares leave the range of T, and weights that T cannot hold: the same sums and updates, number by number in
// f64, with rows divided by their largest magnitude first.
//
// The fast loops in rows.kernel.ts come here when a sum of squares says that squares may have been lost. So f32 rows of any
// size give what f64 gives. Infinity and NaN stay: a row that holds one has a length of Infinity or NaN, and NaN cosines.
import { bytes, lanes, load as loadVector, maximum, splat } from "./vector.kernel";

/** Whether no square in this sum has left T, and its inverse is a number of T with all its digits. */
export function tame<T extends number>(squares: f64): bool {
  return sizeof<T>() === 4 ? squares > 1e-30 && squares < 1e30 : squares > 1e-280 && squares < 1e280;
}

/** Whether T holds this factor with all its digits, and far enough from its ends for what it multiplies. */
export function tameFactor<T extends number>(weight: f64): bool {
  const size = abs<f64>(weight);
  return sizeof<T>() === 8 || size === 0 || (size > 1e-30 && size < 1e30);
}

/** x_k − y_k, or x_k without y. */
function entry<T extends number>(x: usize, y: usize, at: usize): f64 {
  return <f64>load<T>(x + at) - (y ? <f64>load<T>(y + at) : 0);
}

/** The largest |x − y|, NaN if any is NaN. Without y: the largest |x|. */
export function peakOf<T extends number>(x: usize, y: usize, d: i32): f64 {
  let most = splat<T>(0);
  for (let at: usize = 0, left = d; left > 0; left -= lanes<T>(), at += 16) {
    let e = loadVector<T>(x + at, left);
    if (y) e = v128.sub<T>(e, loadVector<T>(y + at, left));
    most = v128.max<T>(most, v128.abs<T>(e));
  }
  return <f64>maximum<T>(most);
}

/** Σ ((x − y) / peak)². */
function relativeSquares<T extends number>(x: usize, y: usize, d: i32, peak: f64): f64 {
  let sum: f64 = 0;
  for (let at: usize = 0; at < bytes<T>(d); at += sizeof<T>()) {
    const e = entry<T>(x, y, at) / peak;
    sum += e * e;
  }
  return sum;
}

/** ‖x − y‖, or ‖x‖ without y. */
export function wideLength<T extends number>(x: usize, y: usize, d: i32): f64 {
  const peak = peakOf<T>(x, y, d);
  if (peak === 0 || !(peak - peak === 0)) return peak;
  return peak * sqrt<f64>(relativeSquares<T>(x, y, d, peak));
}

/** ‖x − y‖². */
export function wideSquares<T extends number>(x: usize, y: usize, d: i32): f64 {
  const peak = peakOf<T>(x, y, d);
  if (peak === 0 || !(peak - peak === 0)) return peak * peak;
  return peak * peak * relativeSquares<T>(x, y, d, peak);
}

/** a·b / (‖a‖ ‖b‖), 0 with a zero row. */
export function wideCosine<T extends number>(a: usize, b: usize, d: i32): f64 {
  const peakA = peakOf<T>(a, 0, d);
  const peakB = peakOf<T>(b, 0, d);
  if (!(peakA + peakB < Infinity)) return NaN;
  if (peakA === 0 || peakB === 0) return 0;
  let sum: f64 = 0;
  for (let at: usize = 0; at < bytes<T>(d); at += sizeof<T>())
    sum += (<f64>load<T>(a + at) / peakA) * (<f64>load<T>(b + at) / peakB);
  return sum / sqrt<f64>(relativeSquares<T>(a, 0, d, peakA)) / sqrt<f64>(relativeSquares<T>(b, 0, d, peakB));
}

/** out = weight (x − y), or weight x without y. */
export function setWide<T extends number>(out: usize, x: usize, y: usize, d: i32, weight: f64): void {
  for (let at: usize = 0; at < bytes<T>(d); at += sizeof<T>()) store<T>(out + at, <T>(weight * entry<T>(x, y, at)));
}

/** out = weight x / length, of a weight that may leave f64 once it is divided. */
export function setWideUnit<T extends number>(out: usize, x: usize, d: i32, weight: f64, length: f64): void {
  for (let at: usize = 0; at < bytes<T>(d); at += sizeof<T>())
    store<T>(out + at, <T>(weight * (<f64>load<T>(x + at) / length)));
}

/** (b / ‖b‖ − c a / ‖a‖) / ‖a‖ at one place: the gradient of the cosine c, of rows whose squared lengths leave T. */
function cosineSlope<T extends number>(a: usize, b: usize, c: f64, lengthA: f64, lengthB: f64): f64 {
  return (<f64>load<T>(b) / lengthB - (c * <f64>load<T>(a)) / lengthA) / lengthA;
}

/** da += weight times that gradient. */
export function addWideCosineGradient<T extends number>(
  da: usize,
  a: usize,
  b: usize,
  d: i32,
  weight: f64,
  c: f64,
  lengthA: f64,
  lengthB: f64,
): void {
  for (let at: usize = 0; at < bytes<T>(d); at += sizeof<T>())
    store<T>(da + at, <T>(<f64>load<T>(da + at) + weight * cosineSlope<T>(a + at, b + at, c, lengthA, lengthB)));
}

/** The same in place of what was in da, which may be a. */
export function setWideCosineGradient<T extends number>(
  da: usize,
  a: usize,
  b: usize,
  d: i32,
  weight: f64,
  c: f64,
  lengthA: f64,
  lengthB: f64,
): void {
  for (let at: usize = 0; at < bytes<T>(d); at += sizeof<T>())
    store<T>(da + at, <T>(weight * cosineSlope<T>(a + at, b + at, c, lengthA, lengthB)));
}

/** out += weight (x − y), or weight x without y. */
export function addWide<T extends number>(out: usize, x: usize, y: usize, d: i32, weight: f64): void {
  for (let at: usize = 0; at < bytes<T>(d); at += sizeof<T>())
    store<T>(out + at, <T>(<f64>load<T>(out + at) + weight * entry<T>(x, y, at)));
}
