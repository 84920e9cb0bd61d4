// Rows as points whose pairwise distances are taken: prepared, their distances in blocks, and the way back.
//
//   euclidean, squared   p = x − a point amid the batch: distances do not change, and far from the origin nothing cancels
//   cosine               p = x / ‖x‖ (0 for a zero row): 1 − cos = ½ ‖p − q‖², plus ½ for each zero row
// Where the squares of a batch leave T, euclidean and squared points come divided by a power of two, the unit of their distances.
// A block of distances comes from the matrix product by ‖p‖² + ‖q‖² − 2 p·q. Entries that lose more than five bits that
// way are taken again by direct differences.
// Accuracy    1e-5 (f32), 1e-13 (f64) of a distance, as a loss (asserted in src/losses/embedding/triplet/batch.test.ts);
//             the gradients are those of the distances exactly.
import { DistanceKind } from "../maths/distance.kernel";
import { tame, wideLength } from "../maths/range.kernel";
import {
  addDifference,
  addScaled,
  distanceOf,
  dot,
  lengthOf,
  setDifference,
  setScaled,
  squaredDistance,
} from "../maths/rows.kernel";
import { addWidened, bytes, lanes, load as loadVector, splat, store as storeVector } from "../maths/vector.kernel";

const KEPT: f64 = 0.03;

/** Rows, spread over the batch, among whose values the centre is looked for. */
const CANDIDATES = 16;

/**
 * Fills `center`: of every coordinate the candidate nearest to its mean. Any centre will do; one of the data's own numbers keeps
 * differences exact on a grid, and so the ties of equal distances. `row` is scratch for d numbers.
 */
function findCenter<T extends number>(x: usize, n: i32, d: i32, center: usize, row: usize): void {
  meanOf<T>(x, n, d, center, center + ((<usize>d) << 3));
  memory.copy(row, x, bytes<T>(d));
  const stride = max(1, n / CANDIDATES);
  for (let i = stride; i < n; i += stride)
    for (let k = 0; k < d; k++) {
      const mean = <f64>load<T>(center + bytes<T>(k));
      const best = row + bytes<T>(k);
      const value = <f64>load<T>(x + bytes<T>(i) * <usize>d + bytes<T>(k));
      const apart = abs<f64>(<f64>load<T>(best) - mean);
      if (!(apart - apart === 0) || abs<f64>(value - mean) < apart) store<T>(best, <T>value);
    }
  for (let k = 0; k < d; k++) {
    const value = load<T>(row + bytes<T>(k));
    // NaN must not leave its row.
    store<T>(center + bytes<T>(k), <T>(value - value === 0 ? value : 0));
  }
}

/** Bytes for a centre and the sums it is found by. */
export function preparePointsWorkspace(d: i32): i32 {
  return (2 * d + 4) << 3;
}

/**
 * Fills points [n, d], their squared norms, and `lengths`, ‖x‖ (cosine only); returns the unit of their distances, 1 as a
 * rule.
 */
export function preparePoints<T extends number>(
  x: usize,
  n: i32,
  d: i32,
  kind: DistanceKind,
  points: usize,
  norms: usize,
  lengths: usize,
  workspace: usize,
): f64 {
  const row = bytes<T>(d);
  let longest: f64 = 0;
  if (kind !== DistanceKind.cosine) findCenter<T>(x, n, d, workspace, points);
  for (let i = 0; i < n; i++) {
    const from = x + <usize>i * row;
    const to = points + <usize>i * row;
    if (kind === DistanceKind.cosine) {
      const length = lengthOf<T>(from, d);
      store<T>(lengths + bytes<T>(i), <T>length);
      setScaled<T>(to, from, d, length === 0 ? 0 : 1 / length);
    } else setDifference<T>(to, 0, from, workspace, d, 1);
    const squares = dot<T>(to, to, d);
    const length = tame<T>(squares) ? sqrt<f64>(squares) : wideLength<T>(to, 0, d);
    if (length - length === 0) longest = max<f64>(longest, length);
    store<T>(norms + bytes<T>(i), <T>squares);
  }
  if (kind === DistanceKind.cosine || longest === 0 || tame<T>(longest * longest)) return 1;
  const unit = powerBelow(longest);
  for (let i = 0; i < n; i++, points += row) {
    setScaled<T>(points, points, d, 1 / unit);
    store<T>(norms + bytes<T>(i), <T>dot<T>(points, points, d));
  }
  return unit;
}

/** The largest power of two up to a positive number. */
function powerBelow(x: f64): f64 {
  return reinterpret<f64>(reinterpret<u64>(x) & 0x7ff0000000000000);
}

/** The mean of the rows. Any centre will do, but NaN and infinities must not leave their row: they count as 0. */
function meanOf<T extends number>(x: usize, n: i32, d: i32, mean: usize, sums: usize): void {
  memory.fill(sums, 0, (<usize>(d + 4)) << 3);
  for (let i = 0; i < n; i++)
    for (let k = 0; k < d; k += lanes<T>()) {
      const entries = loadVector<T>(x + bytes<T>(i) * <usize>d + bytes<T>(k), d - k);
      const finite = v128.and(entries, v128.eq<T>(v128.sub<T>(entries, entries), splat<T>(0)));
      addWidened<T>(sums + ((<usize>k) << 3), finite);
    }
  for (let k = 0; k < d; k++) store<T>(mean + bytes<T>(k), <T>(load<f64>(sums + ((<usize>k) << 3)) / n));
}

/**
 * Turns a block of products, rows `first`… against all n, into distances: all of them, or those from a row's own column on.
 */
export function productsToDistances<T extends number>(
  block: usize,
  points: usize,
  norms: usize,
  first: i32,
  rows: i32,
  n: i32,
  d: i32,
  kind: DistanceKind,
  upper: bool,
): void {
  for (let i = first; i < first + rows; i++, block += bytes<T>(n)) {
    const own = splat<T>(<f64>load<T>(norms + bytes<T>(i)));
    const ownZero = oneIfZero<T>(own);
    for (let j = upper ? i : 0; j < n; j += lanes<T>()) {
      const at = block + bytes<T>(j);
      const norm = loadVector<T>(norms + bytes<T>(j), n - j);
      const size = v128.add<T>(own, norm);
      // A point with NaN or infinities has no distances; NaN says so, where some infinities would not.
      const product = v128.add<T>(loadVector<T>(at, n - j), v128.sub<T>(size, size));
      let squared = v128.sub<T>(size, v128.add<T>(product, product));
      if (v128.any_true(v128.lt<T>(squared, v128.mul<T>(splat<T>(KEPT), size)))) {
        storeVector<T>(at, squared, n - j);
        takeAgain<T>(at, points, norms, i, j, min(lanes<T>(), n - j), d);
        squared = loadVector<T>(at, n - j);
      }
      storeVector<T>(at, fromSquared<T>(kind, squared, v128.add<T>(ownZero, oneIfZero<T>(norm))), n - j);
    }
  }
}

/** Squared distances of point i and points j…, of which some have cancelled. */
function takeAgain<T extends number>(
  squares: usize,
  points: usize,
  norms: usize,
  i: i32,
  j: i32,
  count: i32,
  d: i32,
): void {
  const row = bytes<T>(d);
  const own = <f64>load<T>(norms + bytes<T>(i));
  for (let l = 0; l < count; l++) {
    const at = squares + bytes<T>(l);
    if (j + l === i) store<T>(at, <T>(load<T>(at) - load<T>(at)));
    else if (<f64>load<T>(at) < KEPT * (own + <f64>load<T>(norms + bytes<T>(j + l))))
      store<T>(at, <T>squaredDistance<T>(points + <usize>i * row, points + <usize>(j + l) * row, d));
  }
}

function oneIfZero<T extends number>(norm: v128): v128 {
  return v128.and(v128.eq<T>(norm, splat<T>(0)), splat<T>(1));
}

/** Distances of squared ones; `zeros` counts the zero rows among the two. */
function fromSquared<T extends number>(kind: DistanceKind, squared: v128, zeros: v128): v128 {
  if (kind === DistanceKind.euclidean) return v128.sqrt<T>(squared);
  if (kind === DistanceKind.squared) return squared;
  return v128.mul<T>(splat<T>(0.5), v128.add<T>(squared, zeros));
}

/** Whether a point has distances at all: none of its numbers is NaN or infinite. */
export function hasDistances<T extends number>(norms: usize, i: i32): bool {
  const norm = load<T>(norms + bytes<T>(i));
  return norm - norm === <T>0;
}

/** Sets the gradient of a point to NaN. */
export function spoilPoint<T extends number>(dp: usize, i: i32, d: i32): void {
  const row = bytes<T>(d);
  setScaled<T>(dp + <usize>i * row, dp + <usize>i * row, d, NaN);
}

/** One distance, by direct differences of points, or for other kinds than the cosine of the rows themselves. */
export function pointDistance<T extends number>(
  points: usize,
  norms: usize,
  i: i32,
  j: i32,
  d: i32,
  kind: DistanceKind,
): f64 {
  const row = bytes<T>(d);
  if (kind === DistanceKind.euclidean) return distanceOf<T>(points + <usize>i * row, points + <usize>j * row, d);
  const squared = squaredDistance<T>(points + <usize>i * row, points + <usize>j * row, d);
  if (kind === DistanceKind.squared) return squared;
  const zeros = (load<T>(norms + bytes<T>(i)) === <T>0 ? 1 : 0) + (load<T>(norms + bytes<T>(j)) === <T>0 ? 1 : 0);
  return 0.5 * (squared + <f64>zeros);
}

/** dp += weight ∂distance(i, j), for both points, or rows. */
export function addPair<T extends number>(
  points: usize,
  i: i32,
  j: i32,
  d: i32,
  kind: DistanceKind,
  distance: f64,
  weight: f64,
  dp: usize,
): void {
  if (distance === 0) return;
  const row = bytes<T>(d);
  const p = points + <usize>i * row;
  const q = points + <usize>j * row;
  const w = kind === DistanceKind.euclidean ? weight / distance : kind === DistanceKind.squared ? 2 * weight : weight;
  addDifference<T>(dp + <usize>i * row, p, q, d, w);
  addDifference<T>(dp + <usize>j * row, q, p, d, w);
}

/** x [n, d] *= factor. */
export function scaleRows<T extends number>(x: usize, n: i32, d: i32, factor: f64): void {
  for (let i = 0; i < n; i++, x += bytes<T>(d)) setScaled<T>(x, x, d, factor);
}

/** From gradients for points to those for rows, times `factor`, in place. */
export function finishPoints<T extends number>(
  points: usize,
  lengths: usize,
  n: i32,
  d: i32,
  kind: DistanceKind,
  dp: usize,
  factor: f64,
): void {
  const row = bytes<T>(d);
  for (let i = 0; i < n; i++, dp += row, points += row) {
    if (kind !== DistanceKind.cosine) {
      setScaled<T>(dp, dp, d, factor);
      continue;
    }
    const length = <f64>load<T>(lengths + bytes<T>(i));
    if (length === 0) {
      memory.fill(dp, 0, row);
      continue;
    }
    const along = dot<T>(dp, points, d);
    addScaled<T>(dp, points, d, -along);
    setScaled<T>(dp, dp, d, factor / length);
  }
}
