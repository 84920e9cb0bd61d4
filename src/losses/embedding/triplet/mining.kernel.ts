// Mining of triplets in a block of distances, rows `first`… against all n points (kernel/matrix/points).
//
//   hardest     the farthest of the own identity and the nearest of another; of equals the lower index; −1 for none. Squared
//               distances serve as well.
//   semi-hard   for every positive the closest negative with d_ap < d_an < d_ap + m
//   all         every triplet with d_ap − d_an + m > 0
// An anchor is never its own positive. A point with NaN in it is nobody's positive or negative; as an anchor its value and
// gradient are NaN.
// Requires    n, d > 0. `counts` is two f64, which grow.
import { DistanceKind } from "../../../kernel/maths/distance.kernel";
import { expOf } from "../../../kernel/maths/exp.kernel";
import { columnsFrom, labelOf, sameLabel } from "../../../kernel/maths/labels.kernel";
import { log1p } from "../../../kernel/maths/log.kernel";
import {
  addTo,
  bytes,
  head,
  headOr,
  lanes,
  load as loadVector,
  maximum,
  splat,
  store as storeVector,
  total,
} from "../../../kernel/maths/vector.kernel";
import { addPair, hasDistances, pointDistance, spoilPoint } from "../../../kernel/matrix/points.kernel";

/**
 * Takes each pair i < j of a block into account for both its points; the block need hold no others. `far` and `near` [n] carry
 * the extremes from block to block, `positives` and `negatives` [n] who they are, as whole numbers of type T.
 */
export function mineHardest<T extends number>(
  block: usize,
  labels: usize,
  first: i32,
  rows: i32,
  n: i32,
  far: usize,
  near: usize,
  positives: usize,
  negatives: usize,
): void {
  if (first === 0)
    for (let at: usize = 0; at < bytes<T>(n); at += sizeof<T>()) {
      store<T>(far + at, <T>-1);
      store<T>(near + at, <T>Infinity);
      store<T>(positives + at, <T>-1);
      store<T>(negatives + at, <T>-1);
    }
  for (let i = first; i < first + rows; i++, block += bytes<T>(n)) {
    const own = labelOf(labels, i);
    const self = splat<T>(i);
    let farthest = splat<T>(-1);
    let nearest = splat<T>(Infinity);
    let positive = farthest;
    let negative = farthest;
    for (let j = i + 1; j < n; j += lanes<T>()) {
      const left = n - j;
      const column = bytes<T>(j);
      const same = sameLabel<T>(labels, j, left, own);
      // NaN, also after the last column, is neither farther nor nearer than anything.
      const distance = headOr<T>(loadVector<T>(block + column, left), left, splat<T>(NaN));
      const apart = v128.bitselect(splat<T>(Infinity), distance, same);
      const nearer = v128.lt<T>(apart, nearest);
      const others = loadVector<T>(near + column, left);
      const nearerForOthers = v128.lt<T>(apart, others);
      if (v128.any_true(v128.or(nearer, nearerForOthers))) {
        nearest = v128.bitselect(apart, nearest, nearer);
        negative = v128.bitselect(columnsFrom<T>(j), negative, nearer);
        storeVector<T>(near + column, v128.bitselect(apart, others, nearerForOthers), left);
        replace<T>(negatives + column, self, nearerForOthers, left);
      }
      if (!v128.any_true(head<T>(same, left))) continue;
      const together = v128.bitselect(distance, splat<T>(-1), same);
      const farther = v128.gt<T>(together, farthest);
      const theirs = loadVector<T>(far + column, left);
      const fartherForOthers = v128.gt<T>(together, theirs);
      farthest = v128.bitselect(together, farthest, farther);
      positive = v128.bitselect(columnsFrom<T>(j), positive, farther);
      storeVector<T>(far + column, v128.bitselect(together, theirs, fartherForOthers), left);
      replace<T>(positives + column, self, fartherForOthers, left);
    }
    keepBest<T>(far + bytes<T>(i), positives + bytes<T>(i), farthest, positive, 1);
    keepBest<T>(near + bytes<T>(i), negatives + bytes<T>(i), nearest, negative, -1);
  }
}

function replace<T extends number>(at: usize, by: v128, mask: v128, left: i32): void {
  storeVector<T>(at, v128.bitselect(by, loadVector<T>(at, left), mask), left);
}

/**
 * Puts the largest of sign · distance among a row's lanes, of equals the lowest index, in place of what earlier rows found for
 * it, if it is larger: their indices are lower.
 */
function keepBest<T extends number>(best: usize, index: usize, distances: v128, indices: v128, sign: f64): void {
  const extreme = sign * <f64>maximum<T>(v128.mul<T>(distances, splat<T>(sign)));
  if (!(sign * (extreme - <f64>load<T>(best)) > 0)) return;
  const tied = v128.eq<T>(distances, splat<T>(extreme));
  const lowest = maximum<T>(v128.bitselect(v128.neg<T>(indices), splat<T>(-Infinity), tied));
  store<T>(best, <T>extreme);
  store<T>(index, <T>-lowest);
}

/** log(1 + exp(x)). */
function softplusOf(x: f64): f64 {
  const e = expOf<f64>(-abs<f64>(x));
  return max<f64>(x, 0) + v128.extract_lane<f64>(log1p<f64>(f64x2.splat(e)), 0);
}

function sigmoidOf(x: f64): f64 {
  const e = expOf<f64>(-abs<f64>(x));
  return (x >= 0 ? 1 : e) / (1 + e);
}

/** The loss of mined triplets; `dp` must be 0 before. The soft form has no margin. */
export function minedTriplets<T extends number>(
  points: usize,
  norms: usize,
  positives: usize,
  negatives: usize,
  n: i32,
  d: i32,
  kind: DistanceKind,
  soft: bool,
  margin: f64,
  values: usize,
  dp: usize,
  upstream: usize,
): f64 {
  let sum: f64 = 0;
  for (let i = 0; i < n; i++) {
    const p = <i32>load<T>(positives + bytes<T>(i));
    const q = <i32>load<T>(negatives + bytes<T>(i));
    let value: f64 = 0;
    let weight = upstream ? <f64>load<T>(upstream + bytes<T>(i)) : 1;
    if (!hasDistances<T>(norms, i)) {
      value = NaN;
      if (dp && weight !== 0) spoilPoint<T>(dp, i, d);
    } else if (p >= 0 && q >= 0) {
      const far = pointDistance<T>(points, norms, i, p, d, kind);
      const near = pointDistance<T>(points, norms, i, q, d, kind);
      const h = far - near + (soft ? 0 : margin);
      value = soft ? softplusOf(h) : max<f64>(h, 0);
      if (soft) weight *= sigmoidOf(h);
      if (dp && (soft || h > 0)) {
        addPair<T>(points, i, p, d, kind, far, weight, dp);
        addPair<T>(points, i, q, d, kind, near, -weight, dp);
      }
    }
    sum += value;
    if (values) store<T>(values + bytes<T>(i), <T>value);
  }
  return sum;
}

/** Bytes for the weight of each of a row's pairs. */
export function tripletsWorkspace<T extends number>(n: i32): i32 {
  return <i32>bytes<T>(n);
}

/** Adds a row's weighted pairs to the gradient. */
function addPairs<T extends number>(
  points: usize,
  dp: usize,
  i: i32,
  n: i32,
  d: i32,
  kind: DistanceKind,
  row: usize,
  weights: usize,
  factor: f64,
): void {
  for (let j = 0; j < n; j++) {
    const weight = <f64>load<T>(weights + bytes<T>(j));
    if (weight !== 0) addPair<T>(points, i, j, d, kind, <f64>load<T>(row + bytes<T>(j)), factor * weight, dp);
  }
}

function addWeight<T extends number>(weights: usize, j: i32, by: f64): void {
  const at = weights + bytes<T>(j);
  store<T>(at, <T>(<f64>load<T>(at) + by));
}

/**
 * The closest of a row's points of another identity that is farther than `far` and nearer than `limit`, of equals the first;
 * −1 for none.
 */
function closestBetween<T extends number>(row: usize, labels: usize, own: i32, n: i32, far: f64, limit: f64): i32 {
  const least = splat<T>(far);
  let closest = -1;
  let near = limit;
  for (let j = 0; j < n; j += lanes<T>()) {
    const left = n - j;
    const distance = loadVector<T>(row + bytes<T>(j), left);
    const between = v128.and(v128.gt<T>(distance, least), v128.le<T>(distance, splat<T>(near)));
    if (!v128.any_true(head<T>(v128.andnot(between, sameLabel<T>(labels, j, left, own)), left))) continue;
    for (let q = j; q < min(n, j + lanes<T>()); q++) {
      const one = <f64>load<T>(row + bytes<T>(q));
      if (!(one > far && one < near) || labelOf(labels, q) === own) continue;
      near = one;
      closest = q;
    }
  }
  return closest;
}

/** An anchor's value is the mean over its triplets. counts[0] grows by the anchors that have one, or by their weights among `samples`. */
export function semiHardTriplets<T extends number>(
  block: usize,
  labels: usize,
  points: usize,
  norms: usize,
  samples: usize,
  first: i32,
  rows: i32,
  n: i32,
  d: i32,
  kind: DistanceKind,
  margin: f64,
  values: usize,
  counts: usize,
  dp: usize,
  upstream: usize,
  workspace: usize,
): f64 {
  let sum: f64 = 0;
  for (let i = first; i < first + rows; i++, block += bytes<T>(n)) {
    const own = labelOf(labels, i);
    memory.fill(workspace, 0, bytes<T>(n));
    let found = 0;
    let gathered: f64 = 0;
    const weight = upstream ? <f64>load<T>(upstream + bytes<T>(i)) : 1;
    if (!hasDistances<T>(norms, i)) {
      gathered = NaN;
      if (dp && weight !== 0) spoilPoint<T>(dp, i, d);
    }
    for (let p = 0; p < n; p++) {
      if (p === i || labelOf(labels, p) !== own) continue;
      const far = <f64>load<T>(block + bytes<T>(p));
      const closest = closestBetween<T>(block, labels, own, n, far, far + margin);
      if (closest < 0) continue;
      found++;
      gathered += far - <f64>load<T>(block + bytes<T>(closest)) + margin;
      addWeight<T>(workspace, p, 1);
      addWeight<T>(workspace, closest, -1);
    }
    const value = found > 0 ? gathered / found : gathered;
    if (found > 0) store<f64>(counts, load<f64>(counts) + (samples ? <f64>load<T>(samples + bytes<T>(i)) : 1));
    sum += value;
    if (values) store<T>(values + bytes<T>(i), <T>value);
    if (dp && found > 0 && weight !== 0) addPairs<T>(points, dp, i, n, d, kind, block, workspace, weight / found);
  }
  return sum;
}

/** Sum over all triplets. counts[0] grows by those with a positive value, counts[1] by all. */
export function allTriplets<T extends number>(
  block: usize,
  labels: usize,
  points: usize,
  norms: usize,
  first: i32,
  rows: i32,
  n: i32,
  d: i32,
  kind: DistanceKind,
  margin: f64,
  counts: usize,
  dp: usize,
  workspace: usize,
): f64 {
  let sum = f64x2.splat(0);
  let broken = false;
  const zero = splat<T>(0);
  const one = splat<T>(1);
  for (let i = first; i < first + rows; i++, block += bytes<T>(n)) {
    const own = labelOf(labels, i);
    memory.fill(workspace, 0, bytes<T>(n));
    if (!hasDistances<T>(norms, i)) {
      broken = true;
      if (dp) spoilPoint<T>(dp, i, d);
      continue;
    }
    for (let p = 0; p < n; p++) {
      if (p === i || labelOf(labels, p) !== own) continue;
      const limit = splat<T>(<f64>load<T>(block + bytes<T>(p)) + margin);
      // Whole numbers below n, which T holds exactly.
      let active = zero;
      let valid = zero;
      for (let q = 0; q < n; q += lanes<T>()) {
        const left = n - q;
        const h = v128.sub<T>(limit, loadVector<T>(block + bytes<T>(q), left));
        const negative = head<T>(v128.andnot(v128.eq<T>(h, h), sameLabel<T>(labels, q, left, own)), left);
        const positive = v128.and(v128.gt<T>(h, zero), negative);
        const count = v128.and(one, positive);
        sum = addTo<T>(sum, v128.and(h, positive));
        active = v128.add<T>(active, count);
        valid = v128.add<T>(valid, v128.and(one, negative));
        const at = workspace + bytes<T>(q);
        storeVector<T>(at, v128.sub<T>(loadVector<T>(at, left), count), left);
      }
      const here = total(addTo<T>(f64x2.splat(0), active));
      store<f64>(counts, load<f64>(counts) + here);
      store<f64>(counts, load<f64>(counts, 8) + total(addTo<T>(f64x2.splat(0), valid)), 8);
      store<T>(workspace + bytes<T>(p), <T>(<f64>load<T>(workspace + bytes<T>(p)) + here));
    }
    if (dp) addPairs<T>(points, dp, i, n, d, kind, block, workspace, 1);
  }
  return broken ? NaN : total(sum);
}
