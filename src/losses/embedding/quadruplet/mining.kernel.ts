// Batch-hard quadruplets: h = max(0, d_ap − d_an + m) with the anchor's hardest triplet, k = max(0, d_ap − d_qr + m2) with
// the closest pair (q, r) of two different identities, neither the anchor's.
//   value     h + k
//   gradient  ∂d_ap − ∂d_an where h > 0, plus ∂d_ap − ∂d_qr where k > 0
// The closest pair of all identities serves every anchor but those of its own two; these have the closest pair without their
// identity. One sweep keeps all three: where a closer pair takes the place of the first, what was closest without either of its
// identities is still among the three.
// Accuracy    1e-6 (f32), 1e-13 (f64) relative to the largest value, for the distances cancel near the margins.
//             Each pair gathers its anchors' shares in f64, for nearly all of the batch may have the same one.
// Requires    n, d > 0. A pair in memory is {f64 distance, i32 q, i32 r, f64 share}, its distance infinite where there is none.
import { DistanceKind } from "../../../kernel/maths/distance.kernel";
import { labelOf, sameLabel } from "../../../kernel/maths/labels.kernel";
import { bytes, head, lanes, load as loadVector, splat } from "../../../kernel/maths/vector.kernel";
import { addPair, hasDistances, pointDistance, spoilPoint } from "../../../kernel/matrix/points.kernel";

const PAIR: usize = 24;

/** Bytes of the closest pair, and of those without the identity of its q and of its r, each with the anchors' shares in it. */
export function closestPairsWorkspace(): i32 {
  return 3 * <i32>PAIR;
}

function reach(pair: usize): f64 {
  return load<f64>(pair);
}

function firstOf(pair: usize): i32 {
  return load<i32>(pair, 8);
}

function secondOf(pair: usize): i32 {
  return load<i32>(pair, 12);
}

function setPair(pair: usize, distance: f64, q: i32, r: i32): void {
  store<f64>(pair, distance);
  store<i32>(pair, q, 8);
  store<i32>(pair, r, 12);
  store<f64>(pair, 0, 16);
}

function shareOf(pair: usize): f64 {
  return load<f64>(pair, 16);
}

function addShare(pair: usize, share: f64): void {
  store<f64>(pair, shareOf(pair) + share, 16);
}

/** The closest pair without an identity. */
function pairWithout(pairs: usize, labels: usize, identity: i32): usize {
  if (reach(pairs) === Infinity) return pairs;
  if (labelOf(labels, firstOf(pairs)) === identity) return pairs + PAIR;
  return labelOf(labels, secondOf(pairs)) === identity ? pairs + 2 * PAIR : pairs;
}

/**
 * Takes each pair i < j of a block into account; the first block begins anew. `near` [n] is each row's least distance to another
 * identity, that of this block included (mineHardest): few rows have one that matters.
 */
export function closestPairs<T extends number>(
  block: usize,
  labels: usize,
  near: usize,
  first: i32,
  rows: i32,
  n: i32,
  pairs: usize,
): void {
  if (first === 0) for (let k: usize = 0; k < 3; k++) setPair(pairs + k * PAIR, Infinity, 0, 0);
  for (let i = first; i < first + rows; i++, block += bytes<T>(n)) {
    const nearest = <f64>load<T>(near + bytes<T>(i));
    if (!(nearest < max<f64>(reach(pairs + PAIR), reach(pairs + 2 * PAIR)))) continue;
    const own = labelOf(labels, i);
    for (let j = i + 1; j < n; j += lanes<T>())
      if (v128.any_true(candidates<T>(block + bytes<T>(j), labels, pairs, own, j, n - j)))
        keepClosest<T>(block, labels, i, j, min(n, j + lanes<T>()), own, pairs);
  }
}

/** The lanes that are closer than one of the three pairs whose place they could take. */
function candidates<T extends number>(at: usize, labels: usize, pairs: usize, own: i32, j: i32, left: i32): v128 {
  const q = labelOf(labels, firstOf(pairs));
  const r = labelOf(labels, secondOf(pairs));
  const closest = reach(pairs);
  const withoutQ = own === q ? closest : reach(pairs + PAIR);
  const withoutR = own === r ? closest : reach(pairs + 2 * PAIR);
  const distances = loadVector<T>(at, left);
  const near = v128.lt<T>(distances, splat<T>(max<f64>(withoutQ, withoutR)));
  if (!v128.any_true(near)) return near;
  const lacksQ = v128.andnot(v128.lt<T>(distances, splat<T>(withoutQ)), sameLabel<T>(labels, j, left, q));
  const lacksR = v128.andnot(v128.lt<T>(distances, splat<T>(withoutR)), sameLabel<T>(labels, j, left, r));
  const closer = v128.or(v128.lt<T>(distances, splat<T>(closest)), v128.or(lacksQ, lacksR));
  return head<T>(v128.andnot(closer, sameLabel<T>(labels, j, left, own)), left);
}

function keepClosest<T extends number>(
  row: usize,
  labels: usize,
  i: i32,
  from: i32,
  to: i32,
  own: i32,
  pairs: usize,
): void {
  for (let j = from; j < to; j++) {
    const other = labelOf(labels, j);
    if (other === own) continue;
    const distance = <f64>load<T>(row + bytes<T>(j));
    if (distance < reach(pairs)) {
      const lacksOwn = pairWithout(pairs, labels, own);
      const lacksOther = pairWithout(pairs, labels, other);
      const least = reach(lacksOwn);
      const q = firstOf(lacksOwn);
      const r = secondOf(lacksOwn);
      setPair(pairs + 2 * PAIR, reach(lacksOther), firstOf(lacksOther), secondOf(lacksOther));
      setPair(pairs + PAIR, least, q, r);
      setPair(pairs, distance, i, j);
      continue;
    }
    const q = labelOf(labels, firstOf(pairs));
    const r = labelOf(labels, secondOf(pairs));
    if (own !== q && other !== q && distance < reach(pairs + PAIR)) setPair(pairs + PAIR, distance, i, j);
    if (own !== r && other !== r && distance < reach(pairs + 2 * PAIR)) setPair(pairs + 2 * PAIR, distance, i, j);
  }
}

/** `pairs` is what closestPairs found; points without a positive or a negative have −1 for it. */
export function minedQuadruplets<T extends number>(
  points: usize,
  norms: usize,
  labels: usize,
  positives: usize,
  negatives: usize,
  pairs: usize,
  n: i32,
  d: i32,
  kind: DistanceKind,
  margin: f64,
  margin2: f64,
  values: usize,
  dp: usize,
  upstream: usize,
): f64 {
  let sum: f64 = 0;
  for (let i = 0; i < n; i++) {
    const p = <i32>load<T>(positives + bytes<T>(i));
    const negative = <i32>load<T>(negatives + bytes<T>(i));
    let value: f64 = 0;
    const weight = upstream ? <f64>load<T>(upstream + bytes<T>(i)) : 1;
    if (!hasDistances<T>(norms, i)) {
      value = NaN;
      if (dp && weight !== 0) spoilPoint<T>(dp, i, d);
    } else if (p >= 0 && negative >= 0) {
      const pair = pairWithout(pairs, labels, labelOf(labels, i));
      const exists = reach(pair) !== Infinity;
      const far = pointDistance<T>(points, norms, i, p, d, kind);
      const near = pointDistance<T>(points, norms, i, negative, d, kind);
      const apart = exists ? pointDistance<T>(points, norms, firstOf(pair), secondOf(pair), d, kind) : Infinity;
      const h = far - near + margin;
      const k = exists ? far - apart + margin2 : 0;
      value = max<f64>(h, 0) + max<f64>(k, 0);
      if (dp && h > 0) {
        addPair<T>(points, i, p, d, kind, far, weight, dp);
        addPair<T>(points, i, negative, d, kind, near, -weight, dp);
      }
      if (dp && k > 0) {
        addPair<T>(points, i, p, d, kind, far, weight, dp);
        addShare(pair, weight);
      }
    }
    sum += value;
    if (values) store<T>(values + bytes<T>(i), <T>value);
  }
  for (let k: usize = 0; k < 3; k++) {
    const pair = pairs + k * PAIR;
    if (shareOf(pair) === 0) continue;
    const q = firstOf(pair);
    const r = secondOf(pair);
    const apart = pointDistance<T>(points, norms, q, r, d, kind);
    addPair<T>(points, q, r, d, kind, apart, -shareOf(pair), dp);
  }
  return sum;
}
