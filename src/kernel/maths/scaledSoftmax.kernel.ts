// Softmax of a row of n similarities times a scale.
import { exp } from "./exp.kernel";
import { logOf } from "./log.kernel";
import { rowMaximum, rowScale } from "./softmax.kernel";
import { addTo, head, lanes, load, splat, store, total } from "./vector.kernel";

/** Puts factor · softmax(scale · row) in place of the row and returns the log of its sum of exponentials. */
export function softmaxRow<T extends number>(row: usize, n: i32, scale: f64, factor: f64): f64 {
  const peak = rowMaximum<T>(row, n);
  const all = scaledExpSum<T>(row, n, scale, peak);
  rowScale<T>(row, n, factor / all, 0);
  return scale * peak + logOf(all);
}

/** Puts exp(scale · (row − peak)) in place of the row and returns the sum. */
export function scaledExpSum<T extends number>(row: usize, n: i32, scale: f64, peak: f64): f64 {
  const top = splat<T>(peak);
  const times = splat<T>(scale);
  const pair = 2 * lanes<T>();
  let sum = f64x2.splat(0);
  let at = row;
  let left = n;
  for (; left >= pair; left -= pair, at += 32) {
    const e0 = exp<T>(v128.mul<T>(v128.sub<T>(v128.load(at), top), times));
    const e1 = exp<T>(v128.mul<T>(v128.sub<T>(v128.load(at, 16), top), times));
    sum = addTo<T>(sum, v128.add<T>(e0, e1));
    v128.store(at, e0);
    v128.store(at, e1, 16);
  }
  for (; left > 0; left -= lanes<T>(), at += 16) {
    const e = exp<T>(v128.mul<T>(v128.sub<T>(load<T>(at, left), top), times));
    sum = addTo<T>(sum, head<T>(e, left));
    store<T>(at, e, left);
  }
  return total(sum);
}
