// Circle: a_p = max(0, 1 + m − s_p), a_n = max(0, s_n + m), held constant; scale γ
//   value     softplus(log Σ exp(γ a_n (s_n − m)) + log Σ exp(−γ a_p (s_p − 1 + m)))
//   gradient  σ γ a_n softmax_n for s_n, −σ γ a_p softmax_p for s_p, σ the sigmoid of the sum of logarithms
// An empty side gives 0. In a batch the gradient takes the place of the cosines.
//
// Method      With t = s for a negative and 1 − s for a positive both exponents are z = γ max(0, t + m) (t − m). They are
//             summed against the largest of their side, which a state carries on from row to row.
// Accuracy    1e-6 (f32), 4e-15 (f64) of γ: rounding of a similarity is multiplied by it.
// Requires    similarities within a few units of [−1, 1].

import {
  circleSlope,
  circleValue,
  clearState,
  complete,
  distanceToGo,
  gather,
  largest,
  POSITIVES,
  pull,
  raise,
  sumOf,
} from "../../../kernel/maths/circle.kernel";
import { exp, expOf } from "../../../kernel/maths/exp.kernel";
import { labelOf, sameLabel } from "../../../kernel/maths/labels.kernel";
import {
  addTo,
  bytes,
  element,
  head,
  headOr,
  lanes,
  load,
  maximum,
  setElement,
  splat,
  store,
  total,
} from "../../../kernel/maths/vector.kernel";

/** All ones where a label is `own`; without labels, everywhere if `own` is not 0. Lanes from `left` on are undefined. */
function positiveMask<T extends number>(labels: usize, own: i32, j: i32, left: i32): v128 {
  return labels ? sameLabel<T>(labels, j, left, own) : i32x4.splat(own ? -1 : 0);
}

/** Bytes of a state: of either side the largest exponent and the sum against it. */
export function circleWorkspace(): i32 {
  return 2 * <i32>POSITIVES;
}

/** Makes room in the state for the exponents of a row's columns from `from` up to `to`. */
function raiseRow<T extends number>(
  row: usize,
  from: i32,
  to: i32,
  labels: usize,
  own: i32,
  margin: f64,
  gamma: f64,
  state: usize,
): void {
  const m = splat<T>(margin);
  const g = splat<T>(gamma);
  const least = splat<T>(-Infinity);
  let mostN = least;
  let mostP = least;
  for (let j = from; j < to; j += lanes<T>()) {
    const left = to - j;
    const positive = positiveMask<T>(labels, own, j, left);
    const t = distanceToGo<T>(load<T>(row + bytes<T>(j), left), positive);
    const z = v128.mul<T>(pull<T>(t, m, g), v128.sub<T>(t, m));
    mostP = v128.pmax<T>(headOr<T>(v128.bitselect(z, least, positive), left, least), mostP);
    mostN = v128.pmax<T>(headOr<T>(v128.bitselect(least, z, positive), left, least), mostN);
  }
  raise(state, <f64>maximum<T>(mostN));
  raise(state + POSITIVES, <f64>maximum<T>(mostP));
}

/**
 * Sums the exponentials of these into the state. Each times the slope of its exponent, below 0 for a positive, goes to `shares`,
 * unless that is 0.
 */
function sumRow<T extends number>(
  row: usize,
  shares: usize,
  from: i32,
  to: i32,
  labels: usize,
  own: i32,
  margin: f64,
  gamma: f64,
  state: usize,
): void {
  const m = splat<T>(margin);
  const g = splat<T>(gamma);
  const topN = splat<T>(largest(state));
  const topP = splat<T>(largest(state + POSITIVES));
  let sumN = f64x2.splat(0);
  let sumP = sumN;
  for (let j = from; j < to; j += lanes<T>()) {
    const left = to - j;
    const positive = positiveMask<T>(labels, own, j, left);
    const t = distanceToGo<T>(load<T>(row + bytes<T>(j), left), positive);
    const slope = pull<T>(t, m, g);
    const z = v128.mul<T>(slope, v128.sub<T>(t, m));
    const e = head<T>(exp<T>(v128.sub<T>(z, v128.bitselect(topP, topN, positive))), left);
    sumP = addTo<T>(sumP, v128.and(e, positive));
    sumN = addTo<T>(sumN, v128.andnot(e, positive));
    if (!shares) continue;
    const share = v128.mul<T>(e, slope);
    store<T>(shares + bytes<T>(j), v128.bitselect(v128.neg<T>(share), share, positive), left);
  }
  gather(state, total(sumN));
  gather(state + POSITIVES, total(sumP));
}

/** Gathers similarities into the state, those of positives if `own` is not 0. */
function gatherAll<T extends number>(row: usize, n: i32, own: i32, margin: f64, gamma: f64, state: usize): void {
  raiseRow<T>(row, 0, n, 0, own, margin, gamma, state);
  sumRow<T>(row, 0, 0, n, 0, own, margin, gamma, state);
}

/** Puts the gradients of a row's similarities, times `factor`, into `out`, which may be the row. */
function rowGradient<T extends number>(
  row: usize,
  out: usize,
  n: i32,
  labels: usize,
  own: i32,
  margin: f64,
  gamma: f64,
  state: usize,
  factor: f64,
): void {
  if (!complete(state)) {
    memory.fill(out, 0, bytes<T>(n));
    return;
  }
  const weight = factor * circleSlope(state);
  const m = splat<T>(margin);
  const g = splat<T>(gamma);
  const topN = splat<T>(largest(state));
  const topP = splat<T>(largest(state + POSITIVES));
  const shareN = splat<T>(weight / sumOf(state));
  const shareP = splat<T>(-weight / sumOf(state + POSITIVES));
  for (let j = 0; j < n; j += lanes<T>()) {
    const positive = positiveMask<T>(labels, own, j, n - j);
    const t = distanceToGo<T>(load<T>(row + bytes<T>(j), n - j), positive);
    const slope = pull<T>(t, m, g);
    const z = v128.mul<T>(slope, v128.sub<T>(t, m));
    const e = exp<T>(v128.sub<T>(z, v128.bitselect(topP, topN, positive)));
    const share = v128.mul<T>(e, v128.bitselect(shareP, shareN, positive));
    store<T>(out + bytes<T>(j), v128.mul<T>(share, slope), n - j);
  }
}

/** Similarities within classes and between. */
export function circle<T extends number>(
  positives: usize,
  negatives: usize,
  positiveCount: i32,
  negativeCount: i32,
  margin: f64,
  gamma: f64,
  dp: usize,
  dn: usize,
  scale: f64,
  workspace: usize,
): f64 {
  clearState(workspace);
  gatherAll<T>(positives, positiveCount, 1, margin, gamma, workspace);
  gatherAll<T>(negatives, negativeCount, 0, margin, gamma, workspace);
  if (dp) rowGradient<T>(positives, dp, positiveCount, 0, 1, margin, gamma, workspace, scale);
  if (dn) rowGradient<T>(negatives, dn, negativeCount, 0, 0, margin, gamma, workspace, scale);
  return circleValue(workspace);
}

/**
 * Gathers the pairs i < j of a strip, rows `first`… each from column `first` on, and returns the value of all so far: with `anew` the
 * state begins with this strip. The pairs' shares of the gradient take their places, as `scalePool` wants them: relative to the
 * largest exponents so far, which go to `tops`, two f64.
 */
export function gatherPool<T extends number>(
  strip: usize,
  labels: usize,
  first: i32,
  rows: i32,
  n: i32,
  margin: f64,
  gamma: f64,
  anew: bool,
  state: usize,
  tops: usize,
): f64 {
  if (anew) clearState(state);
  const pitch = bytes<T>(n - first);
  const start = strip - bytes<T>(first);
  for (let i = first, row = start; i < first + rows; i++, row += pitch)
    raiseRow<T>(row, i + 1, n, labels, labelOf(labels, i), margin, gamma, state);
  for (let i = first, row = start; i < first + rows; i++, row += pitch)
    sumRow<T>(row, row, i + 1, n, labels, labelOf(labels, i), margin, gamma, state);
  setElement<f64>(tops, largest(state));
  setElement<f64>(tops + 8, largest(state + POSITIVES));
  return circleValue(state);
}

/** What a share of one side, relative to `top`, is multiplied by. */
function shareFactor(side: usize, top: f64, weight: f64): f64 {
  return weight === 0 ? 0 : (weight * expOf<f64>(top - largest(side))) / sumOf(side);
}

/** From a strip's shares, which tell positives by their sign, to the gradients of its pairs, with 0 up to a row's own column. */
export function scalePool<T extends number>(
  strip: usize,
  state: usize,
  tops: usize,
  first: i32,
  rows: i32,
  n: i32,
): void {
  const weight = complete(state) ? circleSlope(state) : 0;
  const ofNegatives = splat<T>(shareFactor(state, element<f64>(tops), weight));
  const ofPositives = splat<T>(shareFactor(state + POSITIVES, element<f64>(tops + 8), weight));
  const pitch = bytes<T>(n - first);
  for (let r = 0; r < rows; r++) {
    const row = strip + <usize>r * pitch - bytes<T>(first);
    memory.fill(row + bytes<T>(first), 0, bytes<T>(r + 1));
    for (let j = first + r + 1; j < n; j += lanes<T>()) {
      const share = load<T>(row + bytes<T>(j), n - j);
      const factor = v128.bitselect(ofPositives, ofNegatives, v128.lt<T>(share, splat<T>(0)));
      store<T>(row + bytes<T>(j), v128.mul<T>(share, factor), n - j);
    }
  }
}

/** One value per anchor, over all its pairs. */
export function circleAnchors<T extends number>(
  block: usize,
  labels: usize,
  first: i32,
  rows: i32,
  n: i32,
  margin: f64,
  gamma: f64,
  values: usize,
  upstream: usize,
  workspace: usize,
): f64 {
  let sum: f64 = 0;
  for (let i = first; i < first + rows; i++, block += bytes<T>(n)) {
    const own = labelOf(labels, i);
    clearState(workspace);
    raiseRow<T>(block, 0, i, labels, own, margin, gamma, workspace);
    raiseRow<T>(block, i + 1, n, labels, own, margin, gamma, workspace);
    sumRow<T>(block, 0, 0, i, labels, own, margin, gamma, workspace);
    sumRow<T>(block, 0, i + 1, n, labels, own, margin, gamma, workspace);
    const value = circleValue(workspace);
    sum += value;
    if (values) setElement<T>(values + bytes<T>(i), value);
    const factor = upstream ? element<T>(upstream + bytes<T>(i)) : 1;
    rowGradient<T>(block, block, n, labels, own, margin, gamma, workspace, factor);
    setElement<T>(block + bytes<T>(i), 0);
  }
  return sum;
}
