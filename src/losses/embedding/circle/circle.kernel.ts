// Circle: a_p = max(0, 1 + m − s_p), a_n = max(0, s_n + m), held constant; scale γ
//   value     softplus(log Σ exp(γ a_n (s_n − m)) + log Σ exp(−γ a_p (s_p − 1 + m)))
//   gradient  σ γ a_n softmax_n for s_n, −σ γ a_p softmax_p for s_p, σ the sigmoid of the sum of logarithms
// An empty side gives 0. In a batch the gradient takes the place of the cosines.
// Accuracy    2e-6 γ (f32), 1e-14 γ (f64): rounding of a similarity is multiplied by γ.
// Requires    counts > 0; similarities within a few units of [−1, 1]. `state` is scratch for four f64.
import { expOf } from "../../../kernel/maths/exp.kernel";
import { log1p, logOf } from "../../../kernel/maths/log.kernel";
import { bytes } from "../../../kernel/maths/vector.kernel";

function exponent(s: f64, positive: bool, margin: f64, gamma: f64): f64 {
  return positive
    ? gamma * max<f64>(0, 1 + margin - s) * (1 - margin - s)
    : gamma * max<f64>(0, s + margin) * (s - margin);
}

function slope(s: f64, positive: bool, margin: f64, gamma: f64): f64 {
  return positive ? -gamma * max<f64>(0, 1 + margin - s) : gamma * max<f64>(0, s + margin);
}

function softplusOf(x: f64): f64 {
  const e = expOf<f64>(-abs<f64>(x));
  return max<f64>(x, 0) + v128.extract_lane<f64>(log1p<f64>(f64x2.splat(e)), 0);
}

function sigmoidOf(x: f64): f64 {
  const e = expOf<f64>(-abs<f64>(x));
  return (x >= 0 ? 1 : e) / (1 + e);
}

// State: running maximum and sum of exponentials of the negatives, then of the positives.

function clearState(state: usize): void {
  store<f64>(state, -Infinity);
  store<f64>(state, 0, 8);
  store<f64>(state, -Infinity, 16);
  store<f64>(state, 0, 24);
}

function gather(state: usize, positive: bool, z: f64): void {
  const at = state + (positive ? 16 : 0);
  const most = load<f64>(at);
  if (z > most) {
    store<f64>(at, z);
    store<f64>(at, load<f64>(at, 8) * (most === -Infinity ? 0 : expOf<f64>(most - z)) + 1, 8);
  } else store<f64>(at, load<f64>(at, 8) + (z === most ? 1 : expOf<f64>(z - most)), 8);
}

function logSum(state: usize, positive: bool): f64 {
  const at = state + (positive ? 16 : 0);
  return load<f64>(at) + logOf(load<f64>(at, 8));
}

function complete(state: usize): bool {
  return load<f64>(state, 8) !== 0 && load<f64>(state, 24) !== 0;
}

/** The value that a gathered state stands for. */
function circleValue(state: usize): f64 {
  return complete(state) ? softplusOf(logSum(state, true) + logSum(state, false)) : 0;
}

export function circle<T extends number>(
  positives: usize,
  positiveCount: i32,
  negatives: usize,
  negativeCount: i32,
  dp: usize,
  dn: usize,
  scale: f64,
  margin: f64,
  gamma: f64,
  state: usize,
): f64 {
  clearState(state);
  for (let i = 0; i < positiveCount; i++)
    gather(state, true, exponent(<f64>load<T>(positives + bytes<T>(i)), true, margin, gamma));
  for (let i = 0; i < negativeCount; i++)
    gather(state, false, exponent(<f64>load<T>(negatives + bytes<T>(i)), false, margin, gamma));
  if (dp) circleGradient<T>(positives, positiveCount, true, dp, scale, margin, gamma, state);
  if (dn) circleGradient<T>(negatives, negativeCount, false, dn, scale, margin, gamma, state);
  return circleValue(state);
}

function circleGradient<T extends number>(
  s: usize,
  count: i32,
  positive: bool,
  out: usize,
  scale: f64,
  margin: f64,
  gamma: f64,
  state: usize,
): void {
  const own = logSum(state, positive);
  const weight = scale * sigmoidOf(own + logSum(state, !positive));
  for (let i = 0; i < count; i++) {
    const c = <f64>load<T>(s + bytes<T>(i));
    const share = expOf<f64>(exponent(c, positive, margin, gamma) - own);
    store<T>(out + bytes<T>(i), <T>(weight * share * slope(c, positive, margin, gamma)));
  }
}

/** Gathers the pairs i < j of a block, the first one into an empty state; returns the value of all so far. */
export function gatherPool<T extends number>(
  block: usize,
  first: i32,
  rows: i32,
  n: i32,
  labels: usize,
  margin: f64,
  gamma: f64,
  state: usize,
): f64 {
  if (first === 0) clearState(state);
  for (let i = first; i < first + rows; i++, block += bytes<T>(n))
    for (let j = i + 1; j < n; j++) gatherPair<T>(block, i, j, labels, margin, gamma, state);
  return circleValue(state);
}

function gatherPair<T extends number>(
  row: usize,
  i: i32,
  j: i32,
  labels: usize,
  margin: f64,
  gamma: f64,
  state: usize,
): void {
  const positive = load<i32>(labels + ((<usize>i) << 2)) === load<i32>(labels + ((<usize>j) << 2));
  gather(state, positive, exponent(<f64>load<T>(row + bytes<T>(j)), positive, margin, gamma));
}

/** Puts the gradients of pairs of row i, from column `from` on, in place of its cosines, and 0 elsewhere. */
function rowGradient<T extends number>(
  row: usize,
  i: i32,
  from: i32,
  n: i32,
  labels: usize,
  margin: f64,
  gamma: f64,
  state: usize,
  factor: f64,
): void {
  if (!complete(state)) {
    memory.fill(row, 0, bytes<T>(n));
    return;
  }
  const near = logSum(state, true);
  const far = logSum(state, false);
  const weight = factor * sigmoidOf(near + far);
  const own = load<i32>(labels + ((<usize>i) << 2));
  for (let j = 0; j < n; j++) {
    const at = row + bytes<T>(j);
    if (j < from || j === i) {
      store<T>(at, <T>0);
      continue;
    }
    const positive = load<i32>(labels + ((<usize>j) << 2)) === own;
    const c = <f64>load<T>(at);
    const share = expOf<f64>(exponent(c, positive, margin, gamma) - (positive ? near : far));
    store<T>(at, <T>(weight * share * slope(c, positive, margin, gamma)));
  }
}

export function poolGradient<T extends number>(
  block: usize,
  first: i32,
  rows: i32,
  n: i32,
  labels: usize,
  margin: f64,
  gamma: f64,
  state: usize,
): void {
  for (let i = first; i < first + rows; i++, block += bytes<T>(n))
    rowGradient<T>(block, i, i + 1, n, labels, margin, gamma, state, 1);
}

/** One value an anchor, over all its pairs. */
export function circleAnchors<T extends number>(
  block: usize,
  first: i32,
  rows: i32,
  n: i32,
  labels: usize,
  margin: f64,
  gamma: f64,
  values: usize,
  upstream: usize,
  state: usize,
): f64 {
  let sum: f64 = 0;
  for (let i = first; i < first + rows; i++, block += bytes<T>(n)) {
    clearState(state);
    for (let j = 0; j < n; j++) if (j !== i) gatherPair<T>(block, i, j, labels, margin, gamma, state);
    const value = circleValue(state);
    sum += value;
    if (values) store<T>(values + bytes<T>(i), <T>value);
    const factor = upstream ? <f64>load<T>(upstream + bytes<T>(i)) : 1;
    rowGradient<T>(block, i, 0, n, labels, margin, gamma, state, factor);
  }
  return sum;
}
