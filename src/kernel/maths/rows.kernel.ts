// Sums and updates over rows of d numbers.
//
// Sums gather at most 16 vectors a lane in T before they are widened to f64; the order depends on d alone. Lengths and
// distances whose squares leave T are taken again in f64, and so are updates by factors that T cannot hold.
import { addWide, setWide, tame, tameFactor, wideLength, wideSquares } from "./range.kernel";
import { addTo, head, lanes, load, splat, store, total } from "./vector.kernel";

/** Σ a b. */
export function dot<T extends number>(a: usize, b: usize, d: i32): f64 {
  const pair = 2 * lanes<T>();
  let sum = f64x2.splat(0);
  let left = d;
  while (left >= pair) {
    let block0 = splat<T>(0);
    let block1 = splat<T>(0);
    const end = max(left - 16 * pair, pair - 1);
    for (; left > end; left -= pair, a += 32, b += 32) {
      block0 = v128.add<T>(block0, v128.mul<T>(v128.load(a), v128.load(b)));
      block1 = v128.add<T>(block1, v128.mul<T>(v128.load(a, 16), v128.load(b, 16)));
    }
    sum = addTo<T>(sum, v128.add<T>(block0, block1));
  }
  for (; left > 0; left -= lanes<T>(), a += 16, b += 16)
    sum = addTo<T>(sum, head<T>(v128.mul<T>(load<T>(a, left), load<T>(b, left)), left));
  return total(sum);
}

/** ‖x‖. */
export function lengthOf<T extends number>(x: usize, d: i32): f64 {
  const squares = dot<T>(x, x, d);
  return tame<T>(squares) ? sqrt<f64>(squares) : wideLength<T>(x, 0, d);
}

/** Σ (a − b)². */
export function squaredDistance<T extends number>(a: usize, b: usize, d: i32): f64 {
  const squares = sumOfSquares<T>(a, b, d);
  return tame<T>(squares) ? squares : wideSquares<T>(a, b, d);
}

/** ‖a − b‖. */
export function distanceOf<T extends number>(a: usize, b: usize, d: i32): f64 {
  const squares = sumOfSquares<T>(a, b, d);
  return tame<T>(squares) ? sqrt<f64>(squares) : wideLength<T>(a, b, d);
}

function sumOfSquares<T extends number>(a: usize, b: usize, d: i32): f64 {
  const pair = 2 * lanes<T>();
  let sum = f64x2.splat(0);
  let left = d;
  while (left >= pair) {
    let block0 = splat<T>(0);
    let block1 = splat<T>(0);
    const end = max(left - 16 * pair, pair - 1);
    for (; left > end; left -= pair, a += 32, b += 32) {
      const e0 = v128.sub<T>(v128.load(a), v128.load(b));
      const e1 = v128.sub<T>(v128.load(a, 16), v128.load(b, 16));
      block0 = v128.add<T>(block0, v128.mul<T>(e0, e0));
      block1 = v128.add<T>(block1, v128.mul<T>(e1, e1));
    }
    sum = addTo<T>(sum, v128.add<T>(block0, block1));
  }
  for (; left > 0; left -= lanes<T>(), a += 16, b += 16) {
    const e = v128.sub<T>(load<T>(a, left), load<T>(b, left));
    sum = addTo<T>(sum, head<T>(v128.mul<T>(e, e), left));
  }
  return total(sum);
}

/** out += weight (a − b). */
export function addDifference<T extends number>(out: usize, a: usize, b: usize, d: i32, weight: f64): void {
  if (!tameFactor<T>(weight)) {
    addWide<T>(out, a, b, d, weight);
    return;
  }
  const w = splat<T>(weight);
  const pair = 2 * lanes<T>();
  let left = d;
  for (; left >= pair; left -= pair, out += 32, a += 32, b += 32) {
    const step0 = v128.mul<T>(v128.sub<T>(v128.load(a), v128.load(b)), w);
    const step1 = v128.mul<T>(v128.sub<T>(v128.load(a, 16), v128.load(b, 16)), w);
    v128.store(out, v128.add<T>(v128.load(out), step0));
    v128.store(out, v128.add<T>(v128.load(out, 16), step1), 16);
  }
  for (; left > 0; left -= lanes<T>(), out += 16, a += 16, b += 16) {
    const step = v128.mul<T>(v128.sub<T>(load<T>(a, left), load<T>(b, left)), w);
    store<T>(out, v128.add<T>(load<T>(out, left), step), left);
  }
}

/** out = weight (a − b) and opposite = −weight (a − b), where the pointers are not 0. */
export function setDifference<T extends number>(
  out: usize,
  opposite: usize,
  a: usize,
  b: usize,
  d: i32,
  weight: f64,
): void {
  if (!tameFactor<T>(weight)) {
    if (out) setWide<T>(out, a, b, d, weight);
    if (opposite) setWide<T>(opposite, a, b, d, -weight);
    return;
  }
  const w = splat<T>(weight);
  const zero = splat<T>(0);
  const pair = 2 * lanes<T>();
  let at: usize = 0;
  let left = d;
  if (out && opposite)
    for (; left >= pair; left -= pair, at += 32) {
      const step0 = v128.mul<T>(v128.sub<T>(v128.load(a + at), v128.load(b + at)), w);
      const step1 = v128.mul<T>(v128.sub<T>(v128.load(a + at, 16), v128.load(b + at, 16)), w);
      v128.store(out + at, step0);
      v128.store(out + at, step1, 16);
      v128.store(opposite + at, v128.sub<T>(zero, step0));
      v128.store(opposite + at, v128.sub<T>(zero, step1), 16);
    }
  for (; left > 0; left -= lanes<T>(), at += 16) {
    const step = v128.mul<T>(v128.sub<T>(load<T>(a + at, left), load<T>(b + at, left)), w);
    if (out) store<T>(out + at, step, left);
    if (opposite) store<T>(opposite + at, v128.sub<T>(zero, step), left);
  }
}

/** out += x. */
export function addRow<T extends number>(out: usize, x: usize, d: i32): void {
  for (let left = d; left > 0; left -= lanes<T>(), out += 16, x += 16)
    store<T>(out, v128.add<T>(load<T>(out, left), load<T>(x, left)), left);
}

/** out += weight x. */
export function addScaled<T extends number>(out: usize, x: usize, d: i32, weight: f64): void {
  if (!tameFactor<T>(weight)) {
    addWide<T>(out, x, 0, d, weight);
    return;
  }
  const w = splat<T>(weight);
  const pair = 2 * lanes<T>();
  let left = d;
  for (; left >= pair; left -= pair, out += 32, x += 32) {
    v128.store(out, v128.add<T>(v128.load(out), v128.mul<T>(v128.load(x), w)));
    v128.store(out, v128.add<T>(v128.load(out, 16), v128.mul<T>(v128.load(x, 16), w)), 16);
  }
  for (; left > 0; left -= lanes<T>(), out += 16, x += 16)
    store<T>(out, v128.add<T>(load<T>(out, left), v128.mul<T>(load<T>(x, left), w)), left);
}

/** out = weight x. */
export function setScaled<T extends number>(out: usize, x: usize, d: i32, weight: f64): void {
  if (!tameFactor<T>(weight)) {
    setWide<T>(out, x, 0, d, weight);
    return;
  }
  const w = splat<T>(weight);
  const pair = 2 * lanes<T>();
  let left = d;
  for (; left >= pair; left -= pair, out += 32, x += 32) {
    v128.store(out, v128.mul<T>(v128.load(x), w));
    v128.store(out, v128.mul<T>(v128.load(x, 16), w), 16);
  }
  for (; left > 0; left -= lanes<T>(), out += 16, x += 16) store<T>(out, v128.mul<T>(load<T>(x, left), w), left);
}
