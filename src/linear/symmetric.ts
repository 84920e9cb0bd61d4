/** Eigenvalues and eigenvectors of symmetric matrices in kernel memory, in f64. */
import { after, nowhere, type Pointer } from "../kernel/kernels.ts";
import { finish, type Steps } from "../steps.ts";
import { viewOf } from "../tensor/stage.ts";
import { divideAndConquer, LEAF, type Leaf } from "./divide.ts";
import type { Machine } from "./matrix.ts";
import { productOf, STRIP, strided, strips } from "./strided.ts";

const PANEL = 64;
/** Bytes of the rotations and sweeps that ql.kernel.ts keeps. */
const KEPT = 16 * 65536 + 12 * 64;

/** A symmetric matrix [n, n] reduced to its diagonals; the reflectors' vectors lie in the rows of `a`. */
export interface Tridiagonal {
  readonly a: Pointer;
  readonly n: number;
  readonly diagonal: Float64Array;
  readonly off: Float64Array;
  readonly tau: Pointer;
}

/** Reduces the symmetric matrix whose upper triangle lies in a [n, n], which is lost. */
export const tridiagonal = (machine: Machine, a: Pointer, n: number): Tridiagonal =>
  finish(tridiagonalSteps(machine, a, n));

/** The same, a panel a step. */
export function* tridiagonalSteps(machine: Machine, a: Pointer, n: number): Steps<Tridiagonal> {
  const { kernel, take } = machine;
  const [diagonal, off, tau] = [take("float64", n), take("float64", n), take("float64", n)];
  const [x, y, work] = [take("float64", n * 2 * PANEL), take("float64", n * 2 * PANEL), take("float64", n + 4 * PANEL)];
  const product = productOf(machine);
  const block = take("float64", STRIP * n);
  for (let first = 0; first < n; first += PANEL) {
    const count = Math.min(PANEL, n - first);
    kernel.tridiagonalPanel(a, n, first, count, x, y, diagonal, off, tau, work);
    const rest = first + count;
    const [rowsX, rowsY] = [strided(x, n, 2 * count), strided(y, n, 2 * count)];
    for (const [start, size] of strips(n - rest)) {
      const from = rest + start;
      product(rowsX.slice(from, size), rowsY.slice(from, n - from).transpose(), block);
      kernel.subtractBlock(after(a, 8 * (from * n + from)), block, n, size, n - from);
    }
    yield;
  }
  return { a, n, diagonal: viewOf(diagonal, n, "float64").slice(), off: viewOf(off, n, "float64").slice(), tau };
}

/** A solver by QL of matrices up to [n, n]: puts the eigenvalues, in no order, in place of the diagonal. */
function ql(machine: Machine, n: number, withVectors: boolean): Leaf {
  const { kernel, take } = machine;
  const [diagonal, off] = [take("float64", n), take("float64", n)];
  const [vectors, kept, panel] = withVectors
    ? [take("float64", n * n), take("float64", KEPT / 8), take("float64", 8 * n)]
    : [nowhere, nowhere, nowhere];
  return (values, e, z) => {
    const size = values.length;
    viewOf(diagonal, size, "float64").set(values);
    viewOf(off, size, "float64").set(e);
    const rows = viewOf(vectors, z.length, "float64").fill(0);
    if (withVectors) for (let i = 0; i < size; i++) rows[i * (size + 1)] = 1;
    if (kernel.tridiagonalQl(diagonal, off, size, vectors, kept, after(kept, 16 * 65536), panel) !== 0)
      throw new Error(`internal: eigenvalues of a [${size}, ${size}] matrix did not settle`);
    values.set(viewOf(diagonal, size, "float64"));
    z.set(rows);
  };
}

/** The eigenvalues, in no order. */
export function eigenvalues(machine: Machine, { n, diagonal, off }: Tridiagonal): Float64Array {
  const values = diagonal.slice();
  ql(machine, n, false)(values, off, new Float64Array(0));
  return values;
}

/** Eigenvalues, and a matrix [n, n] whose rows are their eigenvectors, of length 1. */
export function eigenvectors(machine: Machine, reduced: Tridiagonal): { values: Float64Array; vectors: Pointer } {
  const { a, n, diagonal, off, tau } = reduced;
  const vectors = machine.take("float64", n * n);
  const values = divideAndConquer(machine, diagonal, off, vectors, ql(machine, Math.min(n, LEAF), true));
  transformBack(machine, a, tau, n, vectors);
  return { values, vectors };
}

/** Rows z of the reduced matrix's eigenvectors become Q z, a panel of reflectors I − V T Vᵀ at a time, the last first. */
function transformBack(machine: Machine, a: Pointer, tau: Pointer, n: number, vectors: Pointer): void {
  const { take } = machine;
  const product = productOf(machine);
  const [v, t, gram] = [take("float64", n * PANEL), take("float64", PANEL * PANEL), take("float64", PANEL * PANEL)];
  const [onto, turned, block] = [take("float64", n * PANEL), take("float64", n * PANEL), take("float64", STRIP * n)];
  const all = strided(vectors, n, n);
  for (let first = Math.floor((n - 1) / PANEL) * PANEL; first >= 0; first -= PANEL) {
    const count = Math.min(PANEL, n - first);
    // Row p of v is the p-th vector, from column `first` on.
    const width = n - first;
    const rows = strided(v, count, width);
    const view = viewOf(v, count * width, "float64").fill(0);
    for (let p = 0; p < count; p++)
      view.set(viewOf(after(a, 8 * ((first + p) * n + first + p + 1)), width - p - 1, "float64"), p * width + p + 1);
    product(rows, rows.transpose(), gram);
    fillTriangle(t, gram, viewOf(after(tau, 8 * first), count, "float64"));
    product(all.columns(first, width), rows.transpose(), onto);
    product(strided(onto, n, count), strided(t, count, count).transpose(), turned);
    for (const [start, size] of strips(n)) {
      product(strided(turned, n, count).slice(start, size), rows, block);
      machine.kernel.subtractBlock(after(vectors, 8 * (start * n + first)), block, n, size, width);
    }
  }
}

/** T of I − V T Vᵀ, upper triangular, from the products of the vectors. */
function fillTriangle(t: Pointer, gram: Pointer, tau: Float64Array): void {
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
