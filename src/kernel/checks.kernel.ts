// Checks over an array and the one pass that "none" needs after a kernel.
//
// The searches return the index of the first offending element, or −1. NaN offends only `firstNotFinite`.
import { rowSum } from "./maths/softmax.kernel";
import { headMask, lanes, load as loadVector, splat, store as storeVector } from "./maths/vector.kernel";

/** First element outside [low, high]. */
export function firstOutside<T extends number>(x: usize, n: i32, low: f64, high: f64): i32 {
  const least = splat<T>(low);
  const most = splat<T>(high);
  const block = 4 * lanes<T>();
  let i = 0;
  for (; i + block <= n; i += block, x += 64) {
    const bad = v128.or(
      v128.or(outside<T>(v128.load(x), least, most), outside<T>(v128.load(x, 16), least, most)),
      v128.or(outside<T>(v128.load(x, 32), least, most), outside<T>(v128.load(x, 48), least, most)),
    );
    if (v128.any_true(bad)) break;
  }
  for (; i < n; i += lanes<T>(), x += 16) {
    const found = firstLane<T>(outside<T>(loadVector<T>(x, n - i), least, most), n - i);
    if (found >= 0) return i + found;
  }
  return -1;
}

function outside<T extends number>(v: v128, least: v128, most: v128): v128 {
  return v128.or(v128.lt<T>(v, least), v128.gt<T>(v, most));
}

/** out = x, moved into [low, high] where it lies outside; NaN stays. They may be the same. */
export function bound<T extends number>(x: usize, n: i32, low: f64, high: f64, out: usize): void {
  const least = splat<T>(low);
  const most = splat<T>(high);
  for (let left = n; left > 0; left -= lanes<T>(), x += 16, out += 16)
    storeVector<T>(out, v128.pmin<T>(v128.pmax<T>(loadVector<T>(x, left), least), most), left);
}

/** First element that is neither −1 nor 1. */
export function firstNotSign<T extends number>(x: usize, n: i32): i32 {
  const block = 4 * lanes<T>();
  let i = 0;
  for (; i + block <= n; i += block, x += 64) {
    const bad = v128.or(
      v128.or(noSign<T>(v128.load(x)), noSign<T>(v128.load(x, 16))),
      v128.or(noSign<T>(v128.load(x, 32)), noSign<T>(v128.load(x, 48))),
    );
    if (v128.any_true(bad)) break;
  }
  for (; i < n; i += lanes<T>(), x += 16) {
    const found = firstLane<T>(noSign<T>(loadVector<T>(x, n - i)), n - i);
    if (found >= 0) return i + found;
  }
  return -1;
}

function noSign<T extends number>(v: v128): v128 {
  return v128.and(v128.ne<T>(v128.abs<T>(v), splat<T>(1)), v128.eq<T>(v, v));
}

/** First element that is NaN or infinite. */
export function firstNotFinite<T extends number>(x: usize, n: i32): i32 {
  for (let i = 0; i < n; i += lanes<T>(), x += 16) {
    const v = loadVector<T>(x, n - i);
    const difference = v128.sub<T>(v, v);
    const found = firstLane<T>(v128.ne<T>(difference, difference), n - i);
    if (found >= 0) return i + found;
  }
  return -1;
}

/** First set lane of a mask among its first `left`, or −1. */
function firstLane<T extends number>(mask: v128, left: i32): i32 {
  if (!v128.any_true(mask)) return -1;
  const inside = v128.and(mask, headMask<T>(left));
  const bits = sizeof<T>() == 8 ? v128.bitmask<i64>(inside) : v128.bitmask<i32>(inside);
  return bits ? ctz(bits) : -1;
}

/** Σ x. */
export function sum<T extends number>(x: usize, n: i32): f64 {
  return rowSum<T>(x, n);
}

/** gradient [outer, middle, inner] *= upstream [outer, inner]. */
export function scaleGradient<T extends number>(
  gradient: usize,
  upstream: usize,
  outer: i32,
  middle: i32,
  inner: i32,
): void {
  const size = sizeof<T>();
  for (let o = 0; o < outer; o++, upstream += <usize>inner * size)
    for (let m = 0; m < middle; m++)
      for (let i = 0; i < inner; i++, gradient += size)
        store<T>(gradient, <T>(load<T>(gradient) * load<T>(upstream + <usize>i * size)));
}
