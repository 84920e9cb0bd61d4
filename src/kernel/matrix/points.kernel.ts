// Rows as points whose pairwise distances are taken: prepared, their distances in blocks, and the way back.
//
//   euclidean, squared   p = x − a point amid the batch: distances do not change, and far from the origin nothing cancels
//   cosine               p = x / ‖x‖ (0 for a zero row): 1 − cos = ½ ‖p − q‖², plus ½ for each zero row
// A block of distances comes from the matrix product by ‖p‖² + ‖q‖² − 2 p·q. Entries that lose more than five bits that
// way are taken again by direct differences.
// Accuracy    1e-5 (f32), 2e-14 (f64) of a squared distance; the gradients are those of the distances exactly.
import { addDifference, addScaled, dot, setScaled, squaredDistance } from "../maths/rows.kernel";
import { bytes } from "../maths/vector.kernel";

const COSINE = 2;
const KEPT: f64 = 0.03;

/**
 * Fills `center`: of every coordinate the value nearest to its mean. Any centre will do; one of the data's own numbers keeps
 * differences exact on a grid, and so the ties of equal distances. `row` is scratch for d numbers.
 */
function findCenter<T extends number>(x: usize, n: i32, d: i32, center: usize, row: usize): void {
  memory.fill(center, 0, (<usize>d) << 3);
  for (let i = 0, from = x; i < n; i++)
    for (let k = 0; k < d; k++, from += sizeof<T>()) {
      const at = center + ((<usize>k) << 3);
      const value = <f64>load<T>(from);
      // NaN must not leave its row.
      if (value - value === 0) store<f64>(at, load<f64>(at) + value / n);
    }
  memory.copy(row, x, bytes<T>(d));
  for (let i = 1, from = x + bytes<T>(d); i < n; i++)
    for (let k = 0; k < d; k++, from += sizeof<T>()) {
      const mean = load<f64>(center + ((<usize>k) << 3));
      const best = row + bytes<T>(k);
      const value = <f64>load<T>(from);
      const apart = abs<f64>(<f64>load<T>(best) - mean);
      if (!(apart - apart === 0) || abs<f64>(value - mean) < apart) store<T>(best, <T>value);
    }
  for (let k = 0; k < d; k++) {
    const value = <f64>load<T>(row + bytes<T>(k));
    store<f64>(center + ((<usize>k) << 3), value - value === 0 ? value : 0);
  }
}

/** Fills points [n, d], their squared norms, and `lengths`, ‖x‖ (cosine only). `center` is scratch for d f64. */
export function preparePoints<T extends number>(
  x: usize,
  points: usize,
  n: i32,
  d: i32,
  kind: i32,
  norms: usize,
  lengths: usize,
  center: usize,
): void {
  const row = bytes<T>(d);
  if (kind !== COSINE) findCenter<T>(x, n, d, center, points);
  for (let i = 0; i < n; i++) {
    const from = x + <usize>i * row;
    const to = points + <usize>i * row;
    if (kind === COSINE) {
      const length = sqrt<f64>(dot<T>(from, from, d));
      store<T>(lengths + bytes<T>(i), <T>length);
      setScaled<T>(to, from, d, length === 0 ? 0 : 1 / length);
    } else
      for (let k = 0; k < d; k++) {
        const centered = <f64>load<T>(from + bytes<T>(k)) - load<f64>(center + ((<usize>k) << 3));
        store<T>(to + bytes<T>(k), <T>centered);
      }
    store<T>(norms + bytes<T>(i), <T>dot<T>(to, to, d));
  }
}

/** Turns a block of products, rows `first`… against all n, into distances. */
export function productsToDistances<T extends number>(
  block: usize,
  points: usize,
  norms: usize,
  first: i32,
  rows: i32,
  n: i32,
  d: i32,
  kind: i32,
): void {
  const row = bytes<T>(d);
  for (let i = first; i < first + rows; i++) {
    const own = <f64>load<T>(norms + bytes<T>(i));
    for (let j = 0; j < n; j++, block += sizeof<T>()) {
      const size = own + <f64>load<T>(norms + bytes<T>(j));
      // A point with NaN or infinities has no distances; NaN says so, where some infinities would not.
      let squared = size - size === 0 ? size - 2 * <f64>load<T>(block) : NaN;
      if (squared < KEPT * size) squared = squaredDistance<T>(points + <usize>i * row, points + <usize>j * row, d);
      store<T>(block, <T>fromSquared<T>(kind, squared, norms, i, j));
    }
  }
}

function fromSquared<T extends number>(kind: i32, squared: f64, norms: usize, i: i32, j: i32): f64 {
  if (kind === 0) return sqrt<f64>(squared);
  if (kind === 1) return squared;
  const zeros = (load<T>(norms + bytes<T>(i)) === <T>0 ? 1 : 0) + (load<T>(norms + bytes<T>(j)) === <T>0 ? 1 : 0);
  return 0.5 * (squared + <f64>zeros);
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

/** One distance, by direct differences. */
export function pointDistance<T extends number>(points: usize, norms: usize, i: i32, j: i32, d: i32, kind: i32): f64 {
  const row = bytes<T>(d);
  const squared = squaredDistance<T>(points + <usize>i * row, points + <usize>j * row, d);
  return fromSquared<T>(kind, squared, norms, i, j);
}

/** dp += weight ∂distance(i, j), for both points. */
export function addPair<T extends number>(
  points: usize,
  dp: usize,
  i: i32,
  j: i32,
  d: i32,
  kind: i32,
  distance: f64,
  weight: f64,
): void {
  if (distance === 0) return;
  const row = bytes<T>(d);
  const p = points + <usize>i * row;
  const q = points + <usize>j * row;
  const w = kind === 0 ? weight / distance : kind === 1 ? 2 * weight : weight;
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
  dp: usize,
  n: i32,
  d: i32,
  kind: i32,
  factor: f64,
): void {
  const row = bytes<T>(d);
  for (let i = 0; i < n; i++, dp += row, points += row) {
    if (kind !== COSINE) {
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
