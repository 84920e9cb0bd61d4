// One number per unreduced value: weights of samples, cotangents, and what they make of gradients and values.
//
// Of an entry whose number is 0 nothing is left, not even NaN: its product is 0 whatever the other factor is.
import {
  addTo,
  bytes,
  head,
  lanes,
  load as loadVector,
  splat,
  store as storeVector,
  total,
  weighed,
} from "./maths/vector.kernel";

/** Σ w; NaN where a weight is negative, NaN or infinite, or where the sum is. */
export function sumOfWeights<T extends number>(w: usize, n: i32): f64 {
  const block = 4 * lanes<T>();
  let sum0 = f64x2.splat(0);
  let sum1 = f64x2.splat(0);
  // Only the signs of these matter.
  let signs = splat<T>(0);
  let left = n;
  for (; left >= 2 * block; left -= 2 * block, w += 128) {
    const a = v128.load(w);
    const b = v128.load(w, 16);
    const c = v128.load(w, 32);
    const d = v128.load(w, 48);
    const e = v128.load(w, 64);
    const f = v128.load(w, 80);
    const g = v128.load(w, 96);
    const h = v128.load(w, 112);
    signs = v128.or(signs, v128.or(v128.or(v128.or(a, b), v128.or(c, d)), v128.or(v128.or(e, f), v128.or(g, h))));
    sum0 = addTo<T>(sum0, v128.add<T>(v128.add<T>(a, b), v128.add<T>(c, d)));
    sum1 = addTo<T>(sum1, v128.add<T>(v128.add<T>(e, f), v128.add<T>(g, h)));
  }
  for (; left > 0; left -= lanes<T>(), w += 16) {
    const v = loadVector<T>(w, left);
    signs = v128.or(signs, v);
    sum0 = addTo<T>(sum0, v);
  }
  const all = total(f64x2.add(sum0, sum1));
  return (sizeof<T>() === 8 ? i64x2.bitmask(signs) : i32x4.bitmask(signs)) !== 0 || !(all < Infinity) ? NaN : all;
}

/** Σ w x; `out`, which may be x, receives the products where it is not 0. */
export function weighedSum<T extends number>(x: usize, w: usize, n: i32, out: usize): f64 {
  let sum = f64x2.splat(0);
  for (let left = n, at: usize = 0; left > 0; left -= lanes<T>(), at += 16) {
    const product = weighed<T>(loadVector<T>(x + at, left), loadVector<T>(w + at, left));
    sum = addTo<T>(sum, head<T>(product, left));
    if (out) storeVector<T>(out + at, product, left);
  }
  return total(sum);
}

/** gradient [outer, middle, inner] *= w [outer, inner]. */
export function weighGradient<T extends number>(gradient: usize, w: usize, outer: i32, middle: i32, inner: i32): void {
  if (middle === 1) {
    inner *= outer;
    outer = 1;
  }
  if (inner === 1) {
    for (let o = 0; o < outer; o++, w += sizeof<T>(), gradient += bytes<T>(middle))
      weighRow<T>(gradient, <f64>load<T>(w), middle);
    return;
  }
  for (let o = 0; o < outer; o++, w += bytes<T>(inner))
    for (let m = 0; m < middle; m++, gradient += bytes<T>(inner))
      for (let left = inner, at: usize = 0; left > 0; left -= lanes<T>(), at += 16) {
        const product = weighed<T>(loadVector<T>(gradient + at, left), loadVector<T>(w + at, left));
        storeVector<T>(gradient + at, product, left);
      }
}

function weighRow<T extends number>(row: usize, weight: f64, n: i32): void {
  if (weight === 0) {
    memory.fill(row, 0, bytes<T>(n));
    return;
  }
  if (weight === 1) return;
  const factor = splat<T>(weight);
  let left = n;
  for (; left >= 2 * lanes<T>(); left -= 2 * lanes<T>(), row += 32) {
    v128.store(row, v128.mul<T>(v128.load(row), factor));
    v128.store(row, v128.mul<T>(v128.load(row, 16), factor), 16);
  }
  for (; left > 0; left -= lanes<T>(), row += 16)
    storeVector<T>(row, v128.mul<T>(loadVector<T>(row, left), factor), left);
}
