/** Symmetric eigenproblems and the pivoted Cholesky factorisation, against what defines them. */
import { expect, it } from "vitest";
import { withScratch } from "../src/kernel/arena.ts";
import type { Pointer } from "../src/kernel/kernels.ts";
import { cholesky } from "../src/linear/cholesky.ts";
import { machineFor } from "../src/linear/matrix.ts";
import { eigenvalues, eigenvectors, tridiagonal } from "../src/linear/symmetric.ts";
import { viewOf } from "../src/tensor/stage.ts";
import { seeded } from "./harness/random.ts";

const machine = machineFor("float64");

function stored(numbers: Float64Array): Pointer {
  const pointer = machine.take("float64", numbers.length);
  viewOf(pointer, numbers.length, "float64").set(numbers);
  return pointer;
}

/** Symmetric matrices [n, n] of many kinds. */
function matrices(n: number): [name: string, matrix: Float64Array][] {
  const random = seeded(n);
  const symmetric = (entry: (i: number, j: number) => number) => {
    const a = new Float64Array(n * n);
    for (let i = 0; i < n; i++) for (let j = 0; j <= i; j++) a[i * n + j] = a[j * n + i] = entry(i, j);
    return a;
  };
  const u = Array.from({ length: n }, () => random.normal());
  return [
    ["random", symmetric(() => random.normal())],
    ["graded", symmetric((i, j) => random.normal() * 10 ** (-10 * Math.max(i / n, j / n)))],
    ["of rank one", symmetric((i, j) => (u[i] as number) * (u[j] as number))],
    ["all ones", symmetric(() => 1)],
    ["diagonal", symmetric((i, j) => (i === j ? i - n / 2 : 0))],
    ["tridiagonal", symmetric((i, j) => (i === j ? 2 : i - j === 1 ? -1 : 0))],
    ["of clusters", symmetric((i, j) => (i === j ? Math.abs((i % 21) - 10) : i - j === 1 ? (i % 21 ? 1 : 1e-8) : 0))],
    ["zero", symmetric(() => 0)],
  ];
}

const sizes = [1, 2, 3, 4, 5, 7, 8, 9, 17, 63, 64, 65, 66, 129, 200];

it.each(sizes)("n = %d: A v = λ v to 1e-13 of the norm, with orthonormal v; values alone are the same", (n) => {
  for (const [name, a] of matrices(n))
    withScratch(() => {
      const norm = Math.sqrt(a.reduce((sum, x) => sum + x * x, 0)) || 1;
      const { values, vectors } = eigenvectors(machine, tridiagonal(machine, stored(a), n));
      const v = viewOf(vectors, n * n, "float64").slice();
      for (let i = 0; i < n; i++) {
        const own = v.subarray(i * n, (i + 1) * n);
        for (let r = 0; r < n; r += 1 + Math.floor(n / 20)) {
          let image = 0;
          let product = 0;
          for (let k = 0; k < n; k++) {
            image += (a[r * n + k] as number) * (own[k] as number);
            product += (v[r * n + k] as number) * (own[k] as number);
          }
          const apart = Math.abs(image - (values[i] as number) * (own[r] as number));
          expect(apart, `${name}: A v − λ v`).toBeLessThan(1e-13 * norm);
          expect(Math.abs(product - (r === i ? 1 : 0)), `${name}: orthonormal`).toBeLessThan(1e-13);
        }
      }
      const alone = eigenvalues(machine, tridiagonal(machine, stored(a), n)).sort();
      const sorted = values.slice().sort();
      for (let i = 0; i < n; i++)
        expect(Math.abs((alone[i] as number) - (sorted[i] as number)), name).toBeLessThan(1e-13 * norm);
    });
});

it("finds the eigenvalues of the second difference: 2 − 2 cos(k π / (n + 1))", () =>
  withScratch(() => {
    const n = 150;
    const a = matrices(n).find(([name]) => name === "tridiagonal")?.[1] as Float64Array;
    const values = eigenvalues(machine, tridiagonal(machine, stored(a), n)).sort();
    for (let k = 1; k <= n; k++) expect(values[k - 1]).toBeCloseTo(2 - 2 * Math.cos((k * Math.PI) / (n + 1)), 13);
  }));

it.each([
  [1, 1],
  [5, 5],
  [9, 4],
  [64, 64],
  [65, 65],
  [130, 130],
  [140, 70],
  [140, 1],
  [40, 0],
])("Cholesky: P A Pᵀ = L Lᵀ to 1e-13, n = %d, of rank %d", (n, rank) =>
  withScratch(() => {
    const random = seeded(n + rank);
    const factor = Float64Array.from({ length: n * rank }, () => random.normal());
    const a = new Float64Array(n * n);
    for (let i = 0; i < n; i++)
      for (let j = 0; j < n; j++)
        for (let k = 0; k < rank; k++)
          a[i * n + j] = (a[i * n + j] as number) + (factor[i * rank + k] as number) * (factor[j * rank + k] as number);
    const largest = a.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
    const found = cholesky(machine, stored(a), n);
    expect(found.rank).toBe(rank);
    expect([...found.pivots].sort((x, y) => x - y)).toEqual(Array.from({ length: n }, (_, i) => i));
    const lower = viewOf(found.lower, n * n, "float64");
    for (let i = 0; i < n; i++)
      for (let j = 0; j <= i; j++) {
        let sum = 0;
        for (let k = 0; k < Math.min(rank, j + 1); k++)
          sum += (lower[i * n + k] as number) * (lower[j * n + k] as number);
        const wanted = a[(found.pivots[i] as number) * n + (found.pivots[j] as number)] as number;
        expect(Math.abs(sum - wanted)).toBeLessThanOrEqual(1e-13 * largest);
      }
  }),
);
