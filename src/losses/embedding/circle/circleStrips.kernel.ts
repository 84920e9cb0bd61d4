// One circle loss (circleLoss.kernel.ts) per row of a labelled batch, from strips of the upper half of its cosines: a strip holds
// rows first…first + rows − 1, each from column `first` on, and each pair i < j counts for both its rows.
//
// Method      As in contrastStrips.kernel.ts, with two sides: pairs of other identities, then pairs of the own one.
// Accuracy    that of circleLoss.kernel.ts.
// Requires    `tops`, `before` and `factors` are [2 n] of T, `sums` [2 n + 4] of f64, negatives first.

import {
  circleSlope,
  circleValue,
  clearState,
  complete,
  distanceToGo,
  gather,
  POSITIVES,
  pull,
  raise,
} from "../../../kernel/maths/circle.kernel";
import { exp, expOf } from "../../../kernel/maths/exp.kernel";
import { labelOf, sameLabel } from "../../../kernel/maths/labels.kernel";
import {
  addTo,
  addWidened,
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

function raiseColumn<T extends number>(tops: usize, z: v128, left: i32): void {
  store<T>(tops, v128.pmax<T>(z, load<T>(tops, left)), left);
}

function raiseOwn<T extends number>(top: usize, most: v128): void {
  setElement<T>(top, max<f64>(element<T>(top), <f64>maximum<T>(most)));
}

function raiseTops<T extends number>(
  row: usize,
  i: i32,
  n: i32,
  labels: usize,
  margin: f64,
  gamma: f64,
  tops: usize,
): void {
  const own = labelOf(labels, i);
  const m = splat<T>(margin);
  const g = splat<T>(gamma);
  const least = splat<T>(-Infinity);
  let mostN = least;
  let mostP = least;
  for (let j = i + 1; j < n; j += lanes<T>()) {
    const left = n - j;
    const positive = sameLabel<T>(labels, j, left, own);
    const t = distanceToGo<T>(load<T>(row + bytes<T>(j), left), positive);
    const z = v128.mul<T>(pull<T>(t, m, g), v128.sub<T>(t, m));
    const negatives = v128.bitselect(least, z, positive);
    mostN = v128.pmax<T>(headOr<T>(negatives, left, least), mostN);
    raiseColumn<T>(tops + bytes<T>(j), negatives, left);
    if (!v128.any_true(head<T>(positive, left))) continue;
    const positives = v128.bitselect(z, least, positive);
    mostP = v128.pmax<T>(headOr<T>(positives, left, least), mostP);
    raiseColumn<T>(tops + bytes<T>(n + j), positives, left);
  }
  raiseOwn<T>(tops + bytes<T>(i), mostN);
  raiseOwn<T>(tops + bytes<T>(n + i), mostP);
}

function sumRow<T extends number>(
  row: usize,
  i: i32,
  n: i32,
  labels: usize,
  margin: f64,
  gamma: f64,
  tops: usize,
  sums: usize,
): void {
  const own = labelOf(labels, i);
  const m = splat<T>(margin);
  const g = splat<T>(gamma);
  const topN = splat<T>(element<T>(tops + bytes<T>(i)));
  const topP = splat<T>(element<T>(tops + bytes<T>(n + i)));
  let sumN = f64x2.splat(0);
  let sumP = sumN;
  for (let j = i + 1; j < n; j += lanes<T>()) {
    const left = n - j;
    const positive = sameLabel<T>(labels, j, left, own);
    const t = distanceToGo<T>(load<T>(row + bytes<T>(j), left), positive);
    const z = v128.mul<T>(pull<T>(t, m, g), v128.sub<T>(t, m));
    const theirN = load<T>(tops + bytes<T>(j), left);
    const column = sums + bytes<f64>(j);
    if (!v128.any_true(head<T>(positive, left))) {
      sumN = addTo<T>(sumN, head<T>(exp<T>(v128.sub<T>(z, topN)), left));
      addWidened<T>(column, head<T>(exp<T>(v128.sub<T>(z, theirN)), left));
      continue;
    }
    const theirP = load<T>(tops + bytes<T>(n + j), left);
    const ours = head<T>(exp<T>(v128.sub<T>(z, v128.bitselect(topP, topN, positive))), left);
    const theirs = head<T>(exp<T>(v128.sub<T>(z, v128.bitselect(theirP, theirN, positive))), left);
    sumP = addTo<T>(sumP, v128.and(ours, positive));
    sumN = addTo<T>(sumN, v128.andnot(ours, positive));
    addWidened<T>(column, v128.andnot(theirs, positive));
    for (let k = j; k < min(n, j + lanes<T>()); k++)
      if (labelOf(labels, k) === own) addSum(sums, n + k, laneOf<T>(theirs, k - j));
  }
  addSum(sums, i, total(sumN));
  addSum(sums, n + i, total(sumP));
}

function laneOf<T extends number>(vector: v128, lane: i32): f64 {
  if (sizeof<T>() === 8) return lane ? f64x2.extract_lane(vector, 1) : f64x2.extract_lane(vector, 0);
  if (lane < 2) return <f64>(lane ? f32x4.extract_lane(vector, 1) : f32x4.extract_lane(vector, 0));
  return <f64>(lane === 3 ? f32x4.extract_lane(vector, 3) : f32x4.extract_lane(vector, 2));
}

function sumAt(sums: usize, i: i32): f64 {
  return element<f64>(sums + bytes<f64>(i));
}

function addSum(sums: usize, i: i32, by: f64): void {
  setElement<f64>(sums + bytes<f64>(i), sumAt(sums, i) + by);
}

/** Takes a strip into account; the first one begins anew. */
export function foldCircles<T extends number>(
  strip: usize,
  labels: usize,
  first: i32,
  rows: i32,
  n: i32,
  margin: f64,
  gamma: f64,
  tops: usize,
  sums: usize,
  before: usize,
): void {
  if (first === 0) {
    memory.fill(sums, 0, bytes<f64>(2 * n));
    for (let j = 0; j < 2 * n; j++) setElement<T>(tops + bytes<T>(j), -Infinity);
  }
  const pitch = bytes<T>(n - first);
  const start = strip - bytes<T>(first);
  memory.copy(before, tops, bytes<T>(2 * n));
  for (let r = 0; r < rows; r++) raiseTops<T>(start + <usize>r * pitch, first + r, n, labels, margin, gamma, tops);
  for (let j = 0; j < 2 * n; j++) {
    const sum = sumAt(sums, j);
    if (sum === 0) continue;
    const raised = element<T>(tops + bytes<T>(j)) - element<T>(before + bytes<T>(j));
    if (raised !== 0) setElement<f64>(sums + bytes<f64>(j), sum * expOf<f64>(-raised));
  }
  for (let r = 0; r < rows; r++) sumRow<T>(start + <usize>r * pitch, first + r, n, labels, margin, gamma, tops, sums);
}

/** The values and their sum; `factors` then holds what slopes are multiplied by; `workspace` is that of `circle`. */
export function circleValues<T extends number>(
  tops: usize,
  sums: usize,
  n: i32,
  values: usize,
  factors: usize,
  upstream: usize,
  workspace: usize,
): f64 {
  let all: f64 = 0;
  for (let i = 0; i < n; i++) {
    clearState(workspace);
    raise(workspace, element<T>(tops + bytes<T>(i)));
    raise(workspace + POSITIVES, element<T>(tops + bytes<T>(n + i)));
    gather(workspace, sumAt(sums, i));
    gather(workspace + POSITIVES, sumAt(sums, n + i));
    const value = circleValue(workspace);
    all += value;
    if (values) setElement<T>(values + bytes<T>(i), value);
    const whole = complete(workspace);
    const weight = whole ? circleSlope(workspace) * (upstream ? element<T>(upstream + bytes<T>(i)) : 1) : 0;
    setElement<T>(factors + bytes<T>(i), whole ? weight / sumAt(sums, i) : 0);
    setElement<T>(factors + bytes<T>(n + i), whole ? -weight / sumAt(sums, n + i) : 0);
  }
  return all;
}

/** Puts what each pair adds to both gradients in the place of its cosine, and 0 up to a row's own column. */
export function circleSlopes<T extends number>(
  strip: usize,
  labels: usize,
  tops: usize,
  factors: usize,
  first: i32,
  rows: i32,
  n: i32,
  margin: f64,
  gamma: f64,
): void {
  const m = splat<T>(margin);
  const g = splat<T>(gamma);
  const pitch = bytes<T>(n - first);
  for (let r = 0; r < rows; r++) {
    const i = first + r;
    const row = strip + <usize>r * pitch - bytes<T>(first);
    memory.fill(row + bytes<T>(first), 0, bytes<T>(r + 1));
    const own = labelOf(labels, i);
    const topN = splat<T>(element<T>(tops + bytes<T>(i)));
    const topP = splat<T>(element<T>(tops + bytes<T>(n + i)));
    const factorN = splat<T>(element<T>(factors + bytes<T>(i)));
    const factorP = splat<T>(element<T>(factors + bytes<T>(n + i)));
    for (let j = i + 1; j < n; j += lanes<T>()) {
      const left = n - j;
      const at = bytes<T>(j);
      const other = bytes<T>(n + j);
      const positive = sameLabel<T>(labels, j, left, own);
      const t = distanceToGo<T>(load<T>(row + at, left), positive);
      const slope = pull<T>(t, m, g);
      const z = v128.mul<T>(slope, v128.sub<T>(t, m));
      const theirTop = v128.bitselect(load<T>(tops + other, left), load<T>(tops + at, left), positive);
      const theirFactor = v128.bitselect(load<T>(factors + other, left), load<T>(factors + at, left), positive);
      const ours = exp<T>(v128.sub<T>(z, v128.bitselect(topP, topN, positive)));
      const theirs = exp<T>(v128.sub<T>(z, theirTop));
      const share = v128.add<T>(
        v128.mul<T>(v128.bitselect(factorP, factorN, positive), ours),
        v128.mul<T>(theirFactor, theirs),
      );
      store<T>(row + at, v128.mul<T>(slope, share), left);
    }
  }
}
