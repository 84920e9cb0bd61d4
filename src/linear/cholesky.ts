/** The Cholesky factorisation of a positive semidefinite matrix in kernel memory, with diagonal pivoting, in f64. */
import { after, type Pointer } from "../kernel/kernels.ts";
import { viewOf } from "../tensor/stage.ts";
import type { Machine } from "./matrix.ts";
import { productOf, STRIP, strided, strips } from "./strided.ts";

const PANEL = 64;
const EPSILON = 2 ** -52;

/** A[p_i, p_j] = (L Lᵀ)_ij: L is lower triangular and has `rank` columns, in a row-major [n, n]. */
export interface Cholesky {
  readonly lower: Pointer;
  readonly rank: number;
  /** Which row of A is row i of L. */
  readonly pivots: Int32Array;
}

/** Factorises the lower triangle of a [n, n] in place. Ends where no diagonal above n · ε of the largest is left. */
export function cholesky(machine: Machine, a: Pointer, n: number): Cholesky {
  const { kernel, take } = machine;
  const [pivots, work, block] = [take("float64", n), take("float64", n), take("float64", STRIP * n)];
  const product = productOf(machine);
  const order = () => viewOf(pivots, n, "int32");
  for (let i = 0; i < n; i++) order()[i] = i;
  const entries = viewOf(a, n * n, "float64");
  let largest = 0;
  for (let i = 0; i < n; i++) largest = Math.max(largest, entries[i * (n + 1)] as number);
  const stop = n * EPSILON * largest;
  let first = 0;
  while (first < n) {
    const count = Math.min(PANEL, n - first);
    const reached = kernel.choleskyPanel(a, n, first, count, stop, pivots, work);
    if (reached < first + count) return { lower: a, rank: reached, pivots: order().slice() };
    const panel = strided(a, n, n).columns(first, count);
    first = reached;
    for (const [start, size] of strips(n - first)) {
      const from = first + start;
      product(panel.slice(from, size), panel.slice(first, start + size).transpose(), block);
      kernel.subtractBlock(after(a, 8 * (from * n + first)), block, n, size, start + size);
    }
  }
  return { lower: a, rank: n, pivots: order().slice() };
}
