/**
 * Eigenvectors of a symmetric tridiagonal matrix by divide and conquer (Cuppen): the matrix is torn in two, whose eigenvectors
 * are those of a diagonal matrix with a rank-one update away from its own. Most of the work is matrix products.
 */
import type { Pointer } from "../kernel/kernels.ts";
import { viewOf } from "../tensor/stage.ts";
import type { Machine } from "./matrix.ts";
import { solveSecular } from "./secular.ts";
import { productOf, strided } from "./strided.ts";

const EPSILON = 2 ** -52;
/** Up to this size rotations are faster. */
export const LEAF = 32;

/** Solves one small matrix in place: eigenvalues for the diagonal, eigenvectors as the rows of z [n, n]. */
export type Leaf = (diagonal: Float64Array, off: Float64Array, z: Float64Array) => void;

/** The eigenvalues in no order; row i of vectors [n, n], in kernel memory, becomes the eigenvector of value i. */
export function divideAndConquer(
  machine: Machine,
  diagonal: Float64Array,
  off: Float64Array,
  vectors: Pointer,
  leaf: Leaf,
): Float64Array {
  const n = diagonal.length;
  const { take } = machine;
  const half = n * ((n + 1) >> 1);
  const memory = { inner: take("float64", n * n), basis: take("float64", half), image: take("float64", half) };
  const merger = { ...memory, n, vectors, product: productOf(machine) };
  const values = diagonal.slice();
  viewOf(vectors, n * n, "float64").fill(0);
  const solve = (first: number, size: number): void => {
    if (size <= LEAF) {
      const z = new Float64Array(size * size);
      leaf(values.subarray(first, first + size), off.slice(first, first + size), z);
      const all = viewOf(vectors, n * n, "float64");
      for (let i = 0; i < size; i++) all.set(z.subarray(i * size, (i + 1) * size), (first + i) * n + first);
      return;
    }
    const left = size >> 1;
    const tear = off[first + left - 1] as number;
    const rho = Math.abs(tear);
    for (const at of [first + left - 1, first + left]) values[at] = (values[at] as number) - rho;
    solve(first, left);
    solve(first + left, size - left);
    if (rho > 0) merge(merger, values, first, left, size, rho, Math.sign(tear));
  };
  solve(0, n);
  return values;
}

interface Merger {
  readonly n: number;
  readonly vectors: Pointer;
  readonly inner: Pointer;
  readonly basis: Pointer;
  readonly image: Pointer;
  readonly product: ReturnType<typeof productOf>;
}

/** Where an eigenvector has entries other than 0. */
const UPPER = 1;
const LOWER = 2;

/** Brings both halves together: their eigenproblem becomes that of diag + ρ u uᵀ, u 1 before the tear and `sign` behind it. */
function merge(
  merger: Merger,
  values: Float64Array,
  first: number,
  left: number,
  size: number,
  rho: number,
  sign: number,
): void {
  const { n, vectors, inner } = merger;
  const all = viewOf(vectors, n * n, "float64");
  const rowOf = (i: number) => all.subarray((first + i) * n + first, (first + i) * n + first + size);
  const d = values.subarray(first, first + size);
  const z = d.map((_, i) => (i < left ? (rowOf(i)[left - 1] as number) : sign * (rowOf(i)[left] as number)));
  const sides = Uint8Array.from(d, (_, i) => (i < left ? UPPER : LOWER));
  const order = Array.from(d, (_, i) => i).sort((i, j) => (d[i] as number) - (d[j] as number));
  const kept = deflate(order, d, z, sides, rho, rowOf);
  const k = kept.length;
  if (k === 0) return;
  const own = viewOf(inner, k * k, "float64");
  const pick = (list: Float64Array) => Float64Array.from(kept, (i) => list[i] as number);
  const roots = solveSecular(pick(d), pick(z), rho, own);
  // Columns in the order of where their vectors lie, so that each half's product takes only what it needs.
  const within = (side: number) => [...kept.keys()].filter((j) => sides[kept[j] as number] === side);
  const [upper, both, lower] = [within(UPPER), within(UPPER | LOWER), within(LOWER)];
  const columns = [...upper, ...both, ...lower];
  for (let at = 0; at < k * k; at += k) {
    const row = own.slice(at, at + k);
    for (let j = 0; j < k; j++) own[at + j] = row[columns[j] as number] as number;
  }
  const [start, end] = [upper.length, upper.length + both.length];
  combine(merger, kept, columns.slice(0, end), 0, first, first, left);
  combine(merger, kept, columns.slice(start), start, first, first + left, size - left);
  for (const [i, row] of kept.entries()) d[row] = roots[i] as number;
}

/** `width` columns of the kept vectors: combinations of those of `parts`, by the inner vectors' columns from `start` on. */
function combine(
  { n, vectors, inner, basis, image, product }: Merger,
  kept: readonly number[],
  parts: readonly number[],
  start: number,
  first: number,
  column: number,
  width: number,
): void {
  const [k, count] = [kept.length, parts.length];
  if (count === 0) return;
  const all = viewOf(vectors, n * n, "float64");
  const at = (i: number) => (first + (kept[i] as number)) * n + column;
  const from = viewOf(basis, count * width, "float64");
  for (const [j, part] of parts.entries()) from.set(all.subarray(at(part), at(part) + width), j * width);
  product(strided(inner, k, k).columns(start, count), strided(basis, count, width), image);
  const to = viewOf(image, k * width, "float64");
  for (let i = 0; i < k; i++) all.set(to.subarray(i * width, (i + 1) * width), at(i));
}

/**
 * Eigenvalues that the update moves by no more than a rounding error stay, and of two that are equal within one a rotation
 * frees the first. Returns the others, ascending.
 */
function deflate(
  order: readonly number[],
  d: Float64Array,
  z: Float64Array,
  sides: Uint8Array,
  rho: number,
  rowOf: (i: number) => Float64Array,
): number[] {
  const least = 8 * EPSILON * d.reduce((most, x) => Math.max(most, Math.abs(x)), rho);
  const kept: number[] = [];
  for (const i of order) {
    if (2 * rho * Math.abs(z[i] as number) <= least) continue;
    const p = kept.at(-1);
    if (p !== undefined) {
      const [x, y] = [z[p] as number, z[i] as number];
      const length = Math.hypot(x, y);
      const [c, s] = [y / length, -x / length];
      const gap = (d[i] as number) - (d[p] as number);
      if (Math.abs(gap * c * s) <= least) {
        rotate(rowOf(p), rowOf(i), c, s);
        [z[p], z[i]] = [0, length];
        sides[i] = (sides[i] as number) | (sides[p] as number);
        sides[p] = sides[i] as number;
        const [own, other] = [d[p] as number, d[i] as number];
        [d[p], d[i]] = [own * c * c + other * s * s, own * s * s + other * c * c];
        kept.pop();
      }
    }
    kept.push(i);
  }
  return kept;
}

/** p, q = c p + s q, c q − s p. */
function rotate(p: Float64Array, q: Float64Array, c: number, s: number): void {
  for (let k = 0; k < p.length; k++) {
    const [x, y] = [p[k] as number, q[k] as number];
    p[k] = c * x + s * y;
    q[k] = c * y - s * x;
  }
}
