/** The trace of (S₁ S₂)^½ through symmetric eigenproblems, and what its derivative needs. */
import type { Pointer } from "../../kernel/kernels.ts";
import { cholesky } from "../../linear/cholesky.ts";
import type { Machine } from "../../linear/matrix.ts";
import { productOf, STRIP, type Strided, strided, strips } from "../../linear/strided.ts";
import { eigenvalues, eigenvectors, type Tridiagonal, tridiagonal, tridiagonalSteps } from "../../linear/symmetric.ts";
import { finish, type Steps } from "../../steps.ts";
import { viewOf } from "../../tensor/stage.ts";

/** Eigenvalues below this part of the largest are taken for the rounding errors of zeros. */
const NOISE = 32 * 2 ** -52;

/** F with S[p_i, p_j] = (Fᵀ F)_ij, [k, d]; triangular: 0 left of the diagonal. */
export interface Factor {
  readonly rows: Strided;
  readonly pivots: Int32Array | null;
}

/** The factor of a covariance [D, D] in kernel memory, in its place. */
export function factorize(machine: Machine, a: Pointer, d: number): Factor {
  const { lower, rank, pivots } = cholesky(machine, a, d);
  const view = viewOf(lower, d * d, "float64");
  // Products of strips read a little beyond the diagonal.
  for (let i = 0; i < d; i++) view.fill(0, i * d + Math.min(i + 1, rank), (i + 1) * d);
  return { rows: strided(lower, d, d).columns(0, rank).transpose(), pivots };
}

/** M = F S Fᵀ [k, k], both triangles, for S [d, d] in kernel memory; S is lost to the factor's order. */
export const congruence = (machine: Machine, factor: Factor, s: Pointer, d: number): Pointer =>
  finish(congruenceSteps(machine, factor, s, d));

/** The same, a strip a step. */
export function* congruenceSteps(machine: Machine, { rows, pivots }: Factor, s: Pointer, d: number): Steps<Pointer> {
  const { take } = machine;
  const k = rows.rows;
  const m = take("float64", k * k);
  const product = productOf(machine);
  const [y, block] = [take("float64", d * STRIP), take("float64", STRIP * STRIP)];
  if (pivots) reorder(viewOf(s, d * d, "float64"), pivots);
  const inner = strided(s, d, d);
  for (const [column, width] of strips(k)) {
    const from = pivots ? column : 0;
    const strip = rows.slice(column, width).columns(from, d - from);
    product(inner.columns(from, d - from), strip.transpose(), y);
    for (const [row, height] of strips(k)) {
      if (row < column) continue;
      const start = pivots ? row : 0;
      product(rows.slice(row, height).columns(start, d - start), strided(y, d, width).slice(start, d - start), block);
      const [into, part] = [viewOf(m, k * k, "float64"), viewOf(block, height * width, "float64")];
      for (let i = 0; i < height; i++)
        for (let j = 0; j < width; j++) {
          into[(row + i) * k + column + j] = part[i * width + j] as number;
          into[(column + j) * k + row + i] = part[i * width + j] as number;
        }
    }
    yield;
  }
  return m;
}

/** H F [k, d], for H [k, k]. */
export function timesFactor(machine: Machine, h: Strided, { rows, pivots }: Factor): Pointer {
  const [k, d] = [rows.rows, rows.width];
  const [to, block] = [machine.take("float64", k * d), machine.take("float64", k * STRIP)];
  const product = productOf(machine);
  for (const [column, width] of strips(d)) {
    // Behind the triangle's diagonal there is nothing to multiply.
    const depth = pivots ? Math.min(k, column + width) : k;
    product(h.columns(0, depth), rows.columns(column, width).slice(0, depth), block);
    const [into, part] = [viewOf(to, k * d, "float64"), viewOf(block, k * width, "float64")];
    for (let i = 0; i < k; i++) into.set(part.subarray(i * width, (i + 1) * width), i * d + column);
  }
  return to;
}

function reorder(s: Float64Array, pivots: Int32Array): void {
  const d = pivots.length;
  const old = s.slice();
  for (let i = 0, at = 0; i < d; i++) {
    const row = (pivots[i] as number) * d;
    for (let j = 0; j < d; j++, at++) s[at] = old[row + (pivots[j] as number)] as number;
  }
}

/** The square roots of eigenvalues; 0 for those that are rounding errors of 0. */
function rootsOf(values: Float64Array): Float64Array {
  const least = NOISE * values.reduce((most, value) => Math.max(most, value), 0);
  return values.map((value) => (value > least ? Math.sqrt(value) : 0));
}

/** The trace of the root of M, positive semidefinite but for rounding; M is lost. */
export const traceOfRoot = (machine: Machine, m: Pointer, k: number): number => finish(traceOfRootSteps(machine, m, k));

/** The same, a panel a step. */
export function* traceOfRootSteps(machine: Machine, m: Pointer, k: number): Steps<number> {
  return k === 0 ? 0 : traceOf(machine, yield* tridiagonalSteps(machine, m, k));
}

function traceOf(machine: Machine, reduced: Tridiagonal): number {
  return rootsOf(eigenvalues(machine, reduced)).reduce((sum, root) => sum + root, 0);
}

/**
 * The trace of the root of M, with the same bits as alone, and a matrix H [k, k] with HᵀH the pseudo-inverse of the root; M is
 * lost.
 */
export function inverseRoot(machine: Machine, m: Pointer, k: number): { trace: number; half: Strided } {
  const reduced = tridiagonal(machine, m, k);
  const trace = traceOf(machine, reduced);
  const { values, vectors } = eigenvectors(machine, reduced);
  const rows = viewOf(vectors, k * k, "float64");
  for (const [i, root] of rootsOf(values).entries()) {
    const factor = root === 0 ? 0 : 1 / Math.sqrt(root);
    for (let j = i * k; j < (i + 1) * k; j++) rows[j] = (rows[j] as number) * factor;
  }
  return { trace, half: strided(vectors, k, k) };
}
