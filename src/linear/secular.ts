/**
 * The eigenproblem of a diagonal matrix with a rank-one update, D + ρ z zᵀ, by the secular equation
 *
 *     f(λ) = 1 + ρ Σ z_j² / (d_j − λ) = 0,   one root in each gap between the d_j and one beyond the last.
 *
 * A root is sought as its distance to the nearer d, so that all d_j − λ keep their digits; the vectors then come from the z
 * whose exact roots the computed ones are, which makes them orthogonal however close the roots lie (Gu and Eisenstat).
 */

const EPSILON = 2 ** -52;
const MOST = 100;

/** d ascending and apart, z without zeros, ρ > 0. Returns the roots; row i of `vectors` [k, k] is the unit vector of root i. */
export function solveSecular(d: Float64Array, z: Float64Array, rho: number, vectors: Float64Array): Float64Array {
  const k = d.length;
  const squares = z.map((x) => rho * x * x);
  const roots = new Float64Array(k);
  // Until the vectors take their place, row i holds d_j − λ_i.
  for (let i = 0; i < k; i++) roots[i] = findRoot(d, squares, i, vectors.subarray(i * k, (i + 1) * k));
  const exact = exactUpdate(d, z, vectors);
  for (let i = 0; i < k; i++) {
    const row = vectors.subarray(i * k, (i + 1) * k);
    let norm = 0;
    for (let j = 0; j < k; j++) {
      const x = (exact[j] as number) / (row[j] as number);
      row[j] = x;
      norm += x * x;
    }
    const factor = 1 / Math.sqrt(norm);
    for (let j = 0; j < k; j++) row[j] = (row[j] as number) * factor;
  }
  return roots;
}

/** The z, but for a factor, that has exactly the computed roots: z_j² ~ Π_i (λ_i − d_j) / Π_{i ≠ j} (d_i − d_j). */
function exactUpdate(d: Float64Array, z: Float64Array, gaps: Float64Array): Float64Array {
  const k = d.length;
  const products = new Float64Array(k).fill(1);
  for (let i = 0; i < k; i++) {
    const own = d[i] as number;
    for (let j = 0; j < k; j++) {
      const gap = gaps[i * k + j] as number;
      products[j] = (products[j] as number) * (i === j ? gap : gap / ((d[j] as number) - own));
    }
  }
  return products.map((product, j) => Math.sqrt(Math.abs(product)) * Math.sign(z[j] as number));
}

/** Root i: leaves d_j − λ in `gaps`. */
function findRoot(d: Float64Array, squares: Float64Array, i: number, gaps: Float64Array): number {
  const k = d.length;
  const last = i === k - 1;
  // The last root lies within Σ ρ z² of its d.
  const reach = last ? 2 * squares.reduce((sum, x) => sum + x, 0) : (d[i + 1] as number) - (d[i] as number);
  // The model has poles at two neighbours: those of the gap, or the last two.
  const [left, right] = last ? [Math.max(0, i - 1), i] : [i, i + 1];
  const shift = (origin: number, tau: number) => {
    const at = d[origin] as number;
    for (let j = 0; j < k; j++) gaps[j] = (d[j] as number) - at - tau;
  };
  let origin = i;
  let [low, high, tau] = [0, reach, reach / 2];
  shift(origin, tau);
  let now = evaluate(gaps, squares, left);
  if (!last && now.value < 0) {
    // Nearer to the upper end.
    origin = i + 1;
    [low, high, tau] = [-reach / 2, 0, -reach / 2];
    shift(origin, tau);
  }
  let before = Number.POSITIVE_INFINITY;
  for (let tries = 0; tries < MOST; tries++) {
    if (Math.abs(now.value) <= 8 * EPSILON * now.size) break;
    if (now.value < 0) low = tau;
    else high = tau;
    const slow = Math.abs(now.value) > 0.1 * before;
    before = Math.abs(now.value);
    const step = modelStep(now, gaps, squares, left, right, slow ? -1 : origin);
    let next = tau + step;
    if (!(next > low && next < high)) next = (low + high) / 2;
    if (next === tau || next === low || next === high) break;
    tau = next;
    shift(origin, tau);
    now = evaluate(gaps, squares, left);
  }
  return (d[origin] as number) + tau;
}

interface Secular {
  readonly value: number;
  /** What rounding errors of the value are relative to. */
  readonly size: number;
  /** Derivatives of the terms up to the model's left pole, and of those after it. */
  readonly slopeLeft: number;
  readonly slopeRight: number;
}

function evaluate(gaps: Float64Array, squares: Float64Array, left: number): Secular {
  let [value, size, slopeLeft, slopeRight] = [1, 1, 0, 0];
  for (let j = 0; j < gaps.length; j++) {
    const gap = gaps[j] as number;
    const term = (squares[j] as number) / gap;
    value += term;
    size += Math.abs(term);
    if (j <= left) slopeLeft += term / gap;
    else slopeRight += term / gap;
  }
  return { value, size, slopeLeft, slopeRight };
}

/**
 * The step to the root of c + s / (d_left − λ) + t / (d_right − λ), which has the value and slope of f here. One of both
 * weights is f's own where `origin` is that pole; else each side's slope is fitted.
 */
function modelStep(
  { value, slopeLeft, slopeRight }: Secular,
  gaps: Float64Array,
  squares: Float64Array,
  left: number,
  right: number,
  origin: number,
): number {
  const [p, q] = [gaps[left] as number, gaps[right] as number];
  const slope = slopeLeft + slopeRight;
  if (left === right) return -value / slope;
  let c = value - p * slopeLeft - q * slopeRight;
  if (origin === left) c = value - q * slope - (p - q) * ((squares[left] as number) / (p * p));
  if (origin === right) c = value - p * slope - (q - p) * ((squares[right] as number) / (q * q));
  const a = (p + q) * value - p * q * slope;
  const b = p * q * value;
  const root = Math.sqrt(Math.max(0, a * a - 4 * b * c));
  // Between its poles the model has one root; beyond both, the one it has there is the other.
  if (q < 0) return a >= 0 ? (a + root) / (2 * c) : (2 * b) / (a - root);
  return a <= 0 ? (a - root) / (2 * c) : (2 * b) / (a + root);
}
