// A softmax over one row of n numbers.
//
// Sums are f64; a row of −Infinity only, or with +Infinity or NaN in it, has a NaN sum.
import { exp } from "./exp.kernel";
import { addTo, element, head, headOr, lanes, load, maximum, setElement, splat, store, total } from "./vector.kernel";

/** The largest of a row. NaN may be passed over: it comes out of the sum. */
export function rowMaximum<T extends number>(x: usize, n: i32): f64 {
  const least = splat<T>(-Infinity);
  const pair = 2 * lanes<T>();
  let most0 = least;
  let most1 = least;
  let most2 = least;
  let most3 = least;
  let left = n;
  for (; left >= 2 * pair; left -= 2 * pair, x += 64) {
    most0 = v128.pmax<T>(v128.load(x), most0);
    most1 = v128.pmax<T>(v128.load(x, 16), most1);
    most2 = v128.pmax<T>(v128.load(x, 32), most2);
    most3 = v128.pmax<T>(v128.load(x, 48), most3);
  }
  for (; left > 0; left -= lanes<T>(), x += 16) most0 = v128.pmax<T>(headOr<T>(load<T>(x, left), left, least), most0);
  return <f64>maximum<T>(v128.pmax<T>(v128.pmax<T>(most0, most1), v128.pmax<T>(most2, most3)));
}

/** Σ exp(x − shift); the terms go to `terms` unless that is 0. */
export function rowExpSum<T extends number>(x: usize, n: i32, shift: f64, terms: usize): f64 {
  const m = splat<T>(shift);
  const four = 4 * lanes<T>();
  let sum = f64x2.splat(0);
  let at: usize = 0;
  let left = n;
  for (; left >= four; left -= four, at += 64) {
    const e0 = exp<T>(v128.sub<T>(v128.load(x + at), m));
    const e1 = exp<T>(v128.sub<T>(v128.load(x + at, 16), m));
    if (terms) {
      v128.store(terms + at, e0);
      v128.store(terms + at, e1, 16);
    }
    const e2 = exp<T>(v128.sub<T>(v128.load(x + at, 32), m));
    const e3 = exp<T>(v128.sub<T>(v128.load(x + at, 48), m));
    if (terms) {
      v128.store(terms + at, e2, 32);
      v128.store(terms + at, e3, 48);
    }
    // Four at a time in T, which costs two roundings and saves three of four widenings.
    sum = addTo<T>(sum, v128.add<T>(v128.add<T>(e0, e1), v128.add<T>(e2, e3)));
  }
  for (; left > 0; left -= lanes<T>(), at += 16) {
    const e = exp<T>(v128.sub<T>(load<T>(x + at, left), m));
    if (terms) store<T>(terms + at, e, left);
    sum = addTo<T>(sum, head<T>(e, left));
  }
  return total(sum);
}

/** Σ x. */
export function rowSum<T extends number>(x: usize, n: i32): f64 {
  let sum = f64x2.splat(0);
  for (let left = n; left > 0; left -= lanes<T>(), x += 16) sum = addTo<T>(sum, load<T>(x, left));
  return total(sum);
}

/** x = factor · x − shift, a row. */
export function rowScale<T extends number>(x: usize, n: i32, factor: f64, shift: f64): void {
  const k = splat<T>(factor);
  const d = splat<T>(shift);
  const pair = 2 * lanes<T>();
  let left = n;
  for (; left >= pair; left -= pair, x += 32) {
    v128.store(x, v128.sub<T>(v128.mul<T>(v128.load(x), k), d));
    v128.store(x, v128.sub<T>(v128.mul<T>(v128.load(x, 16), k), d), 16);
  }
  for (; left > 0; left -= lanes<T>(), x += 16) store<T>(x, v128.sub<T>(v128.mul<T>(load<T>(x, left), k), d), left);
}

/** Σ (shift − x), a row. */
export function rowGaps<T extends number>(x: usize, n: i32, shift: f64): f64 {
  const m = splat<T>(shift);
  const pair = 2 * lanes<T>();
  let sum0 = f64x2.splat(0);
  let sum1 = f64x2.splat(0);
  let left = n;
  for (; left >= pair; left -= pair, x += 32) {
    sum0 = addTo<T>(sum0, v128.sub<T>(m, v128.load(x)));
    sum1 = addTo<T>(sum1, v128.sub<T>(m, v128.load(x, 16)));
  }
  for (; left > 0; left -= lanes<T>(), x += 16) sum0 = addTo<T>(sum0, head<T>(v128.sub<T>(m, load<T>(x, left)), left));
  return total(f64x2.add(sum0, sum1));
}

/** Whether a row holds nothing but zeros. */
export function rowIsZero<T extends number>(x: usize, n: i32): bool {
  for (let left = n; left > 0; left -= lanes<T>(), x += 16)
    if (v128.any_true(v128.ne<T>(load<T>(x, left), splat<T>(0)))) return false;
  return true;
}

/** Writes zeros. */
export function rowClear<T extends number>(x: usize, n: i32): void {
  memory.fill(x, 0, <usize>n * sizeof<T>());
}

/** Copies a row whose elements lie `stride` elements apart. */
export function gather<T extends number>(from: usize, stride: i32, to: usize, n: i32): void {
  const step = <usize>stride * sizeof<T>();
  for (let i = 0; i < n; i++, from += step, to += sizeof<T>()) setElement<T>(to, element<T>(from));
}

/** The way back. */
export function scatter<T extends number>(from: usize, to: usize, stride: i32, n: i32): void {
  const step = <usize>stride * sizeof<T>();
  for (let i = 0; i < n; i++, to += step, from += sizeof<T>()) setElement<T>(to, element<T>(from));
}
