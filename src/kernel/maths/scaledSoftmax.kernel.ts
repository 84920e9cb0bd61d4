// Softmax of a row of n similarities times a scale.
import { exp } from "./exp.kernel";
import { logOf } from "./log.kernel";
import { addTo, head, headOr, lanes, load, maximum, splat, store, total } from "./vector.kernel";

/** Puts factor · softmax(scale · row) in place of the row and returns the log of its sum of exponentials. */
export function softmaxRow<T extends number>(row: usize, n: i32, scale: f64, factor: f64): f64 {
  const least = splat<T>(-Infinity);
  let most = least;
  let at = row;
  // Data first: pmax would swallow a NaN that comes second.
  for (let left = n; left > 0; left -= lanes<T>(), at += 16)
    most = v128.pmax<T>(headOr<T>(load<T>(at, left), left, least), most);
  const peak = <f64>maximum<T>(most);
  const top = splat<T>(peak);
  const times = splat<T>(scale);
  let sum = f64x2.splat(0);
  at = row;
  for (let left = n; left > 0; left -= lanes<T>(), at += 16) {
    const e = exp<T>(v128.mul<T>(v128.sub<T>(load<T>(at, left), top), times));
    sum = addTo<T>(sum, head<T>(e, left));
    store<T>(at, e, left);
  }
  const all = total(sum);
  const share = splat<T>(factor / all);
  at = row;
  for (let left = n; left > 0; left -= lanes<T>(), at += 16) store<T>(at, v128.mul<T>(load<T>(at, left), share), left);
  return scale * peak + logOf(all);
}
