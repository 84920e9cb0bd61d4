// Mining of triplets in a block of distances, rows `first`… against all n points (kernel/matrix/points).
//
//   hardest     the farthest of the own identity and the nearest of another; of equals the lower index; −1 for none
//   semi-hard   for every positive the closest negative with d_ap < d_an < d_ap + m
//   all         every triplet with d_ap − d_an + m > 0
// An anchor is never its own positive. A point with NaN in it is nobody's positive or negative; as an anchor its value and
// gradient are NaN.
// Requires    n, d > 0. `weights` is scratch for n f64; `counts` for two f64.
import { expOf } from "../../../kernel/maths/exp.kernel";
import { log1p } from "../../../kernel/maths/log.kernel";
import { bytes } from "../../../kernel/maths/vector.kernel";
import { addPair, hasDistances, pointDistance, spoilPoint } from "../../../kernel/matrix/points.kernel";

export function mineHardest<T extends number>(
  block: usize,
  labels: usize,
  first: i32,
  rows: i32,
  n: i32,
  positives: usize,
  negatives: usize,
): void {
  for (let i = first; i < first + rows; i++) {
    const own = load<i32>(labels + ((<usize>i) << 2));
    let positive = -1;
    let negative = -1;
    let far = <T>0;
    let near = <T>0;
    for (let j = 0; j < n; j++, block += sizeof<T>()) {
      const distance = load<T>(block);
      if (isNaN<T>(distance)) continue;
      if (load<i32>(labels + ((<usize>j) << 2)) !== own) {
        if (negative < 0 || distance < near) {
          near = distance;
          negative = j;
        }
      } else if (j !== i && (positive < 0 || distance > far)) {
        far = distance;
        positive = j;
      }
    }
    store<i32>(positives + ((<usize>i) << 2), positive);
    store<i32>(negatives + ((<usize>i) << 2), negative);
  }
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

/** The loss of mined triplets; `dp` must be 0 before. A negative margin stands for the soft form. */
export function minedTriplets<T extends number>(
  points: usize,
  norms: usize,
  positives: usize,
  negatives: usize,
  n: i32,
  d: i32,
  kind: i32,
  margin: f64,
  values: usize,
  dp: usize,
  upstream: usize,
): f64 {
  let sum: f64 = 0;
  for (let i = 0; i < n; i++) {
    const p = load<i32>(positives + ((<usize>i) << 2));
    const q = load<i32>(negatives + ((<usize>i) << 2));
    let value: f64 = 0;
    if (!hasDistances<T>(norms, i)) {
      value = NaN;
      if (dp) spoilPoint<T>(dp, i, d);
    } else if (p >= 0 && q >= 0) {
      const far = pointDistance<T>(points, norms, i, p, d, kind);
      const near = pointDistance<T>(points, norms, i, q, d, kind);
      const soft = margin < 0;
      const h = far - near + (soft ? 0 : margin);
      value = soft ? softplusOf(h) : max<f64>(h, 0);
      let weight = upstream ? <f64>load<T>(upstream + bytes<T>(i)) : 1;
      if (soft) weight *= sigmoidOf(h);
      if (dp && (soft || h > 0)) {
        addPair<T>(points, dp, i, p, d, kind, far, weight);
        addPair<T>(points, dp, i, q, d, kind, near, -weight);
      }
    }
    sum += value;
    if (values) store<T>(values + bytes<T>(i), <T>value);
  }
  return sum;
}

/** Adds a row's weighted pairs to the gradient. */
function addPairs<T extends number>(
  points: usize,
  dp: usize,
  i: i32,
  n: i32,
  d: i32,
  kind: i32,
  row: usize,
  weights: usize,
  factor: f64,
): void {
  for (let j = 0; j < n; j++) {
    const weight = load<f64>(weights + ((<usize>j) << 3));
    if (weight !== 0) addPair<T>(points, dp, i, j, d, kind, <f64>load<T>(row + bytes<T>(j)), factor * weight);
  }
}

function addTo(weights: usize, j: i32, by: f64): void {
  const at = weights + ((<usize>j) << 3);
  store<f64>(at, load<f64>(at) + by);
}

/** An anchor's value is the mean over its triplets. counts[0] grows by the anchors that have one. */
export function semiHardTriplets<T extends number>(
  block: usize,
  labels: usize,
  first: i32,
  rows: i32,
  n: i32,
  points: usize,
  norms: usize,
  d: i32,
  kind: i32,
  margin: f64,
  values: usize,
  dp: usize,
  upstream: usize,
  weights: usize,
  counts: usize,
): f64 {
  let sum: f64 = 0;
  for (let i = first; i < first + rows; i++, block += bytes<T>(n)) {
    const own = load<i32>(labels + ((<usize>i) << 2));
    memory.fill(weights, 0, (<usize>n) << 3);
    let found = 0;
    let total: f64 = 0;
    if (!hasDistances<T>(norms, i)) {
      total = NaN;
      if (dp) spoilPoint<T>(dp, i, d);
    }
    for (let p = 0; p < n; p++) {
      if (p === i || load<i32>(labels + ((<usize>p) << 2)) !== own) continue;
      const far = <f64>load<T>(block + bytes<T>(p));
      let closest = -1;
      let near = far + margin;
      for (let q = 0; q < n; q++) {
        const distance = <f64>load<T>(block + bytes<T>(q));
        if (distance > far && distance < near && load<i32>(labels + ((<usize>q) << 2)) !== own) {
          near = distance;
          closest = q;
        }
      }
      if (closest < 0) continue;
      found++;
      total += far - near + margin;
      addTo(weights, p, 1);
      addTo(weights, closest, -1);
    }
    const value = found > 0 ? total / found : total;
    if (found > 0) addTo(counts, 0, 1);
    sum += value;
    if (values) store<T>(values + bytes<T>(i), <T>value);
    const weight = upstream ? <f64>load<T>(upstream + bytes<T>(i)) : 1;
    if (dp && found > 0) addPairs<T>(points, dp, i, n, d, kind, block, weights, weight / found);
  }
  return sum;
}

/** Sum over all triplets. counts[0] grows by those with a positive value, counts[1] by all. */
export function allTriplets<T extends number>(
  block: usize,
  labels: usize,
  first: i32,
  rows: i32,
  n: i32,
  points: usize,
  norms: usize,
  d: i32,
  kind: i32,
  margin: f64,
  dp: usize,
  weights: usize,
  counts: usize,
): f64 {
  let sum: f64 = 0;
  for (let i = first; i < first + rows; i++, block += bytes<T>(n)) {
    const own = load<i32>(labels + ((<usize>i) << 2));
    memory.fill(weights, 0, (<usize>n) << 3);
    let active: f64 = 0;
    let valid: f64 = 0;
    if (!hasDistances<T>(norms, i)) {
      sum = NaN;
      if (dp) spoilPoint<T>(dp, i, d);
      continue;
    }
    for (let p = 0; p < n; p++) {
      if (p === i || load<i32>(labels + ((<usize>p) << 2)) !== own) continue;
      const limit = <f64>load<T>(block + bytes<T>(p)) + margin;
      let here: f64 = 0;
      for (let q = 0; q < n; q++) {
        if (load<i32>(labels + ((<usize>q) << 2)) === own) continue;
        const h = limit - <f64>load<T>(block + bytes<T>(q));
        if (isNaN<f64>(h)) continue;
        valid += 1;
        if (h <= 0) continue;
        sum += h;
        here += 1;
        addTo(weights, q, -1);
      }
      active += here;
      addTo(weights, p, here);
    }
    addTo(counts, 0, active);
    addTo(counts, 1, valid);
    if (dp) addPairs<T>(points, dp, i, n, d, kind, block, weights, 1);
  }
  return sum;
}
