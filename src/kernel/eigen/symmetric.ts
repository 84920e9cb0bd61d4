/** Eigenvalues and eigenvectors of symmetric matrices in kernel memory, in f64. */
import { viewOf } from "../../tensor/stage.ts";
import type { Machine } from "../matrix/matrix.ts";
import { productOf, STRIP, strided, strips } from "../matrix/strided.ts";

const PANEL = 64;
/** Bytes of the rotations and sweeps that ql.kernel.ts keeps. */
const KEPT = 16 * 65536 + 12 * 64;

/** The reduced matrix: its diagonals, and the reflectors, whose vectors lie in the rows of `a`. */
interface Tridiagonal {
  readonly diagonal: number;
  readonly off: number;
  readonly tau: number;
}

/** Reduces the upper triangle of a [n, n], which is lost. */
function reduce(machine: Machine, a: number, n: number): Tridiagonal {
  const { kernel, scratch } = machine;
  const [diagonal, off, tau] = [scratch(n), scratch(n), scratch(n)];
  const [x, y, work] = [scratch(n * 2 * PANEL), scratch(n * 2 * PANEL), scratch(n + 4 * PANEL)];
  const product = productOf(machine);
  const block = scratch(STRIP * n);
  for (let first = 0; first < n; first += PANEL) {
    const count = Math.min(PANEL, n - first);
    kernel.tridiagonalPanel(a, n, first, count, x, y, diagonal, off, tau, work);
    const rest = first + count;
    const [rowsX, rowsY] = [strided(x, n, 2 * count), strided(y, n, 2 * count)];
    for (const [start, size] of strips(n - rest)) {
      const from = rest + start;
      product(rowsX.slice(from, size), rowsY.slice(from, n - from).transpose(), block);
      kernel.subtractBlock(a + 8 * (from * n + from), n, block, size, n - from);
    }
  }
  return { diagonal, off, tau };
}

function settle(machine: Machine, { diagonal, off }: Tridiagonal, n: number, z: number): Float64Array {
  const [kept, panel] = z ? [machine.scratch(KEPT / 8), machine.scratch(8 * n)] : [0, 0];
  if (machine.kernel.tridiagonalQl(diagonal, off, n, z, kept, kept + 16 * 65536, panel) !== 0)
    throw new Error(`internal: eigenvalues of a [${n}, ${n}] matrix did not settle`);
  return viewOf(diagonal, n, "float64").slice();
}

/** The eigenvalues, in no order, of the symmetric matrix whose upper triangle lies in a [n, n], which is lost. */
export function eigenvalues(machine: Machine, a: number, n: number): Float64Array {
  return settle(machine, reduce(machine, a, n), n, 0);
}

/** Eigenvalues, and a matrix [n, n] whose rows are their eigenvectors, of length 1. `a` is lost. */
export function eigenvectors(machine: Machine, a: number, n: number): { values: Float64Array; vectors: number } {
  const reduced = reduce(machine, a, n);
  const vectors = machine.scratch(n * n);
  const identity = viewOf(vectors, n * n, "float64").fill(0);
  for (let i = 0; i < n; i++) identity[i * (n + 1)] = 1;
  const values = settle(machine, reduced, n, vectors);
  transformBack(machine, a, reduced.tau, n, vectors);
  return { values, vectors };
}

/** Rows z of the reduced matrix's eigenvectors become Q z, a panel of reflectors I − V T Vᵀ at a time, the last first. */
function transformBack(machine: Machine, a: number, tau: number, n: number, vectors: number): void {
  const { scratch } = machine;
  const product = productOf(machine);
  const [v, t, gram] = [scratch(n * PANEL), scratch(PANEL * PANEL), scratch(PANEL * PANEL)];
  const [onto, turned, block] = [scratch(n * PANEL), scratch(n * PANEL), scratch(STRIP * n)];
  const all = strided(vectors, n, n);
  for (let first = Math.floor((n - 1) / PANEL) * PANEL; first >= 0; first -= PANEL) {
    const count = Math.min(PANEL, n - first);
    // Row p of v is the p-th vector, from column `first` on.
    const width = n - first;
    const rows = strided(v, count, width);
    const view = viewOf(v, count * width, "float64").fill(0);
    for (let p = 0; p < count; p++)
      view.set(viewOf(a + 8 * ((first + p) * n + first + p + 1), width - p - 1, "float64"), p * width + p + 1);
    product(rows, rows.transpose(), gram);
    fillTriangle(t, gram, viewOf(tau + 8 * first, count, "float64"));
    product(all.columns(first, width), rows.transpose(), onto);
    product(strided(onto, n, count), strided(t, count, count).transpose(), turned);
    for (const [start, size] of strips(n)) {
      product(strided(turned, n, count).slice(start, size), rows, block);
      machine.kernel.subtractBlock(vectors + 8 * (start * n + first), n, block, size, width);
    }
  }
}

/** T of I − V T Vᵀ, upper triangular, from the products of the vectors. */
function fillTriangle(t: number, gram: number, tau: Float64Array): void {
  const count = tau.length;
  const [triangle, products] = [viewOf(t, count * count, "float64").fill(0), viewOf(gram, count * count, "float64")];
  for (let p = 0; p < count; p++) {
    triangle[p * count + p] = tau[p] as number;
    for (let i = 0; i < p; i++) {
      let sum = 0;
      for (let k = i; k < p; k++) sum += (triangle[i * count + k] as number) * (products[k * count + p] as number);
      triangle[i * count + p] = -(tau[p] as number) * sum;
    }
  }
}
