// Soft masks p and t of n positions, as the overlap losses measure them.
//
// Sums gather at most 16 vectors a lane in T before they are widened to f64; the order depends on n alone. A
// disagreement is summed as it stands, not as a difference of sums, so that of two nearly equal masks it keeps its digits.
import { addTo, bytes, lanes, load, splat, store, total } from "./vector.kernel";

/** p (1 − t) + t (1 − p), or (p − t)². */
function disagreement<T extends number>(p: v128, t: v128, squared: bool): v128 {
  if (squared) {
    const d = v128.sub<T>(p, t);
    return v128.mul<T>(d, d);
  }
  const one = splat<T>(1);
  return v128.add<T>(v128.mul<T>(p, v128.sub<T>(one, t)), v128.mul<T>(t, v128.sub<T>(one, p)));
}

/**
 * Σ of disagreements W, and I = Σ p t, as a pair of f64. Both sizes together, p + t (squared p² + t²), are W + 2 I: where
 * masks hardly meet, the difference of sizes and disagreements would keep no digits of I.
 */
export function maskSums<T extends number>(p: usize, t: usize, n: i32, squared: bool): v128 {
  const zero = splat<T>(0);
  const pair = 2 * lanes<T>();
  let apart = f64x2.splat(0);
  let shared = apart;
  let left = n;
  while (left >= pair) {
    let apart0 = zero;
    let apart1 = zero;
    let shared0 = zero;
    let shared1 = zero;
    const end = max(left - 8 * pair, pair - 1);
    for (; left > end; left -= pair, p += 32, t += 32) {
      const p0 = v128.load(p);
      const t0 = v128.load(t);
      const p1 = v128.load(p, 16);
      const t1 = v128.load(t, 16);
      apart0 = v128.add<T>(apart0, disagreement<T>(p0, t0, squared));
      apart1 = v128.add<T>(apart1, disagreement<T>(p1, t1, squared));
      shared0 = v128.add<T>(shared0, v128.mul<T>(p0, t0));
      shared1 = v128.add<T>(shared1, v128.mul<T>(p1, t1));
    }
    apart = addTo<T>(apart, v128.add<T>(apart0, apart1));
    shared = addTo<T>(shared, v128.add<T>(shared0, shared1));
  }
  // Lanes beyond the end hold zeros, which disagree in nothing and share nothing.
  for (; left > 0; left -= lanes<T>(), p += 16, t += 16) {
    const x = load<T>(p, left);
    const y = load<T>(t, left);
    apart = addTo<T>(apart, disagreement<T>(x, y, squared));
    shared = addTo<T>(shared, v128.mul<T>(x, y));
  }
  return f64x2.replace_lane(f64x2.splat(total(apart)), 1, total(shared));
}

/** Whether nothing in a mask is above 0. NaN is not nothing. */
export function isBlank<T extends number>(t: usize, n: i32): bool {
  const zero = splat<T>(0);
  for (let left = n; left > 0; left -= lanes<T>(), t += 16)
    if (!v128.all_true<i32>(v128.le<T>(load<T>(t, left), zero))) return false;
  return true;
}

/** y = off · (1 − t) − on · t. */
export function mixMask<T extends number>(t: usize, n: i32, y: usize, off: f64, on: f64): void {
  const one = splat<T>(1);
  const u = splat<T>(off);
  const v = splat<T>(on);
  const pair = 2 * lanes<T>();
  let left = n;
  for (; left >= pair; left -= pair, t += 32, y += 32) {
    const t0 = v128.load(t);
    const t1 = v128.load(t, 16);
    v128.store(y, v128.sub<T>(v128.mul<T>(u, v128.sub<T>(one, t0)), v128.mul<T>(v, t0)));
    v128.store(y, v128.sub<T>(v128.mul<T>(u, v128.sub<T>(one, t1)), v128.mul<T>(v, t1)), 16);
  }
  for (; left > 0; left -= lanes<T>(), t += 16, y += 16) {
    const mask = load<T>(t, left);
    store<T>(y, v128.sub<T>(v128.mul<T>(u, v128.sub<T>(one, mask)), v128.mul<T>(v, mask)), left);
  }
}

/** y = a · p − b · t. */
export function combineMasks<T extends number>(p: usize, t: usize, n: i32, y: usize, a: f64, b: f64): void {
  const u = splat<T>(a);
  const v = splat<T>(b);
  for (let left = n; left > 0; left -= lanes<T>(), p += 16, t += 16, y += 16)
    store<T>(y, v128.sub<T>(v128.mul<T>(u, load<T>(p, left)), v128.mul<T>(v, load<T>(t, left))), left);
}

/** Whether a group of masks, g, g + groups, … of `masks`, is blank. */
export function isBlankGroup<T extends number>(t: usize, masks: i32, g: i32, groups: i32, n: i32): bool {
  for (let m = g; m < masks; m += groups) if (!isBlank<T>(t + <usize>m * bytes<T>(n), n)) return false;
  return true;
}
