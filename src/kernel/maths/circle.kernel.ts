// What circle losses gather of each side: largest exponent and sum of exponentials against it, in four f64: those of the
// negatives, then those of the positives.
import { expOf } from "./exp.kernel";
import { log1p, logOf } from "./log.kernel";
import { splat } from "./vector.kernel";

export const POSITIVES: usize = 16;

export function clearState(state: usize): void {
  for (let side: usize = 0; side <= POSITIVES; side += POSITIVES) {
    store<f64>(state + side, -Infinity);
    store<f64>(state + side, 0, 8);
  }
}

/** Makes room for exponents up to `most`; returns the largest so far. */
export function raise(side: usize, most: f64): f64 {
  const before = load<f64>(side);
  if (!(most > before)) return before;
  store<f64>(side, most);
  if (before !== -Infinity) store<f64>(side, load<f64>(side, 8) * expOf<f64>(before - most), 8);
  return most;
}

export function gather(side: usize, sum: f64): void {
  store<f64>(side, load<f64>(side, 8) + sum, 8);
}

export function largest(side: usize): f64 {
  return load<f64>(side);
}

export function sumOf(side: usize): f64 {
  return load<f64>(side, 8);
}

/** Whether both sides have similarities. */
export function complete(state: usize): bool {
  return sumOf(state) !== 0 && sumOf(state + POSITIVES) !== 0;
}

function logSums(state: usize): f64 {
  return largest(state) + logOf(sumOf(state)) + (largest(state + POSITIVES) + logOf(sumOf(state + POSITIVES)));
}

/** softplus of both logarithms of sums; 0 where a side is empty. */
export function circleValue(state: usize): f64 {
  if (!complete(state)) return 0;
  const x = logSums(state);
  return max<f64>(x, 0) + v128.extract_lane<f64>(log1p<f64>(f64x2.splat(expOf<f64>(-abs<f64>(x)))), 0);
}

/** The derivative of softplus there. */
export function circleSlope(state: usize): f64 {
  const x = logSums(state);
  const e = expOf<f64>(-abs<f64>(x));
  return (x >= 0 ? 1 : e) / (1 + e);
}

/** t: how far a similarity still has to go. */
export function distanceToGo<T extends number>(s: v128, positive: v128): v128 {
  return v128.bitselect(v128.sub<T>(splat<T>(1), s), s, positive);
}

/** γ max(0, t + m). */
export function pull<T extends number>(t: v128, margin: v128, gamma: v128): v128 {
  const a = v128.add<T>(t, margin);
  return v128.mul<T>(gamma, v128.pmax<T>(a, splat<T>(0)));
}
