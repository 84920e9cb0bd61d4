// Cross entropy with target probabilities: p = softmax(x), m = max x, lse = m + log Σ exp(x − m), W = Σ_c w_c t_c
//   value     Σ_c w_c t_c (lse − x_c)              0 · ∞ is 0
//   gradient  p_c W − w_c t_c    for x
//             w_c (lse − x_c)    for t, 0 where w_c is 0, be x_c −Infinity
// Accuracy    1e-6 (f32), 3e-15 (f64) relative, or of a tenth of the batch's largest value where that is more.
// Requires    n, C > 0.
import { logOf } from "../../../kernel/maths/log.kernel";
import { rowClear, rowExpSum, rowMaximum } from "../../../kernel/maths/softmax.kernel";
import {
  addTo,
  bytes,
  factorOf,
  head,
  lanes,
  load,
  setElement,
  splat,
  store,
  total,
} from "../../../kernel/maths/vector.kernel";

export function softCrossEntropy<T extends number>(
  x: usize,
  t: usize,
  n: i32,
  classes: i32,
  weights: usize,
  values: usize,
  dx: usize,
  dt: usize,
  scale: f64,
  upstream: usize,
): f64 {
  let sum: f64 = 0;
  const rowBytes = bytes<T>(classes);
  for (let i = 0; i < n; i++) {
    const at = <usize>i * rowBytes;
    const u = factorOf<T>(upstream, i);
    let value: f64 = 0;
    if (u !== 0 || values)
      value = oneRow<T>(x + at, t + at, classes, weights, dx ? dx + at : 0, dt ? dt + at : 0, scale * u);
    if (u === 0) {
      if (dx) rowClear<T>(dx + at, classes);
      if (dt) rowClear<T>(dt + at, classes);
    } else sum += u * value;
    if (values) setElement<T>(values + bytes<T>(i), value);
  }
  return sum;
}

function oneRow<T extends number>(
  x: usize,
  t: usize,
  classes: i32,
  weights: usize,
  dx: usize,
  dt: usize,
  scale: f64,
): f64 {
  const four = 4 * lanes<T>();
  const most = rowMaximum<T>(x, classes);
  const expSum = rowExpSum<T>(x, classes, most, dx);
  const logSum = logOf(expSum);
  const m = splat<T>(most);
  let gaps = f64x2.splat(0);
  let mass = f64x2.splat(0);
  let at: usize = 0;
  let left = classes;
  // Four at a time in T, which costs two roundings and saves three of four widenings.
  for (; left >= four; left -= four, at += 64) {
    const w0 = weighted<T>(t + at, weights, at, four);
    const w1 = weighted<T>(t + at + 16, weights, at + 16, four);
    const w2 = weighted<T>(t + at + 32, weights, at + 32, four);
    const w3 = weighted<T>(t + at + 48, weights, at + 48, four);
    mass = addTo<T>(mass, v128.add<T>(v128.add<T>(w0, w1), v128.add<T>(w2, w3)));
    const first = v128.add<T>(gap<T>(w0, m, v128.load(x + at)), gap<T>(w1, m, v128.load(x + at, 16)));
    const second = v128.add<T>(gap<T>(w2, m, v128.load(x + at, 32)), gap<T>(w3, m, v128.load(x + at, 48)));
    gaps = addTo<T>(gaps, v128.add<T>(first, second));
  }
  for (; left > 0; left -= lanes<T>(), at += 16) {
    const wt = weighted<T>(t + at, weights, at, left);
    gaps = addTo<T>(gaps, head<T>(gap<T>(wt, m, load<T>(x + at, left)), left));
    mass = addTo<T>(mass, wt);
  }
  const W = total(mass);
  if (dx) slopes<T>(dx, t, classes, weights, W / expSum, scale);
  if (dt) {
    const k = splat<T>(scale);
    const zero = splat<T>(0);
    const log = splat<T>(logSum);
    at = 0;
    for (left = classes; left > 0; left -= lanes<T>(), at += 16) {
      const surprise = v128.add<T>(v128.sub<T>(m, load<T>(x + at, left)), log);
      if (weights) {
        const w = load<T>(weights + at, left);
        const slope = v128.mul<T>(v128.mul<T>(w, k), surprise);
        store<T>(dt + at, v128.andnot(slope, v128.eq<T>(w, zero)), left);
      } else store<T>(dt + at, v128.mul<T>(k, surprise), left);
    }
  }
  return total(gaps) + W * logSum;
}

/** w_c t_c of one vector. */
function weighted<T extends number>(t: usize, weights: usize, at: usize, left: i32): v128 {
  const target = load<T>(t, left);
  return weights ? v128.mul<T>(load<T>(weights + at, left), target) : target;
}

/** wt (m − x), 0 where wt is 0. */
function gap<T extends number>(wt: v128, m: v128, x: v128): v128 {
  return v128.andnot(v128.mul<T>(wt, v128.sub<T>(m, x)), v128.eq<T>(wt, splat<T>(0)));
}

/** dx = (dx · pull − w t) · scale, a row. */
function slopes<T extends number>(dx: usize, t: usize, classes: i32, weights: usize, pull: f64, scale: f64): void {
  const k = splat<T>(pull);
  const factor = splat<T>(scale);
  const pair = 2 * lanes<T>();
  let at: usize = 0;
  let left = classes;
  for (; left >= pair; left -= pair, at += 32) {
    const d0 = v128.sub<T>(v128.mul<T>(v128.load(dx + at), k), weighted<T>(t + at, weights, at, pair));
    const d1 = v128.sub<T>(v128.mul<T>(v128.load(dx + at, 16), k), weighted<T>(t + at + 16, weights, at + 16, pair));
    v128.store(dx + at, v128.mul<T>(d0, factor));
    v128.store(dx + at, v128.mul<T>(d1, factor), 16);
  }
  for (; left > 0; left -= lanes<T>(), at += 16) {
    const wt = weighted<T>(t + at, weights, at, left);
    store<T>(dx + at, v128.mul<T>(v128.sub<T>(v128.mul<T>(load<T>(dx + at, left), k), wt), factor), left);
  }
}
