/** The matrix product, at every kind of edge, against plain f64 sums. */
import { expect, it } from "vitest";
import { kernels, take, withScratch } from "../src/kernel/arena.ts";
import { machineFor, matrix, multiplier, transpose } from "../src/linear/matrix.ts";
import { viewOf } from "../src/tensor/stage.ts";
import { seeded } from "./harness/random.ts";

it.each([
  ["float32", 5e-7],
  ["float64", 1e-15],
] as const)("%s: products agree to %d of the sum of sizes, transposed and added", (dtype, accuracy) => {
  const random = seeded(1);
  for (const [m, n, k] of [
    [1, 1, 1],
    [3, 5, 7],
    [4, 8, 128],
    [5, 9, 129],
    [66, 17, 300],
    [65, 1030, 3],
  ] as const)
    for (const [flipA, flipB, add] of [
      [false, false, false],
      [true, false, true],
      [false, true, true],
      [true, true, false],
    ] as const)
      withScratch(() => {
        const [a, b, c] = [take(dtype, m * k), take(dtype, k * n), take(dtype, m * n)];
        const views = [viewOf(a, m * k, dtype), viewOf(b, k * n, dtype), viewOf(c, m * n, dtype)] as const;
        for (const view of views) for (let i = 0; i < view.length; i++) view[i] = random.normal();
        const [left, right, before] = views.map((view) => [...view]) as [number[], number[], number[]];
        const A = flipA ? transpose(matrix(a, k, m)) : matrix(a, m, k);
        const B = flipB ? transpose(matrix(b, n, k)) : matrix(b, k, n);
        multiplier(machineFor(dtype))(A, B, c, add);
        const came = viewOf(c, m * n, dtype);
        for (let at = 0; at < m * n; at += 1 + Math.floor((m * n) / 500)) {
          const [i, j] = [Math.floor(at / n), at % n];
          let [wanted, size] = add ? [before[at] as number, Math.abs(before[at] as number)] : [0, 0];
          for (let p = 0; p < k; p++) {
            const term =
              (left[flipA ? p * m + i : i * k + p] as number) * (right[flipB ? j * k + p : p * n + j] as number);
            wanted += term;
            size += Math.abs(term);
          }
          expect(Math.abs((came[at] as number) - wanted)).toBeLessThanOrEqual(accuracy * size);
        }
      });
});

it.each(["float32", "float64"] as const)(
  "%s: a matrix times its transpose, from the diagonal on and mirrored, has the bits of the whole product",
  (dtype) => {
    const random = seeded(2);
    for (const [n, k] of [
      [1, 3],
      [7, 1],
      [16, 5],
      [33, 130],
      [71, 9],
      [1100, 2],
    ] as const)
      withScratch(() => {
        const kernel = kernels[dtype];
        const [x, whole, upper] = [take(dtype, n * k), take(dtype, n * n), take(dtype, n * n)];
        const rows = viewOf(x, n * k, dtype);
        for (let i = 0; i < rows.length; i++) rows[i] = random.normal();
        const workspace = take("bytes", kernel.productWorkspace());
        multiplier(machineFor(dtype))(matrix(x, n, k), transpose(matrix(x, n, k)), whole);
        const wanted = viewOf(whole, n * n, dtype);
        const came = viewOf(upper, n * n, dtype);
        // Whole, and as the rows behind a third of them.
        for (const first of [0, Math.floor(n / 3)]) {
          came.fill(Number.NaN);
          kernel.upperProduct(x, k, 1, first, n - first, n, k, upper, workspace);
          let wrong = 0;
          for (let i = first; i < n; i++)
            for (let j = i; j < n; j++) if (came[(i - first) * n + j] !== wanted[i * n + j]) wrong++;
          expect(wrong).toBe(0);
          if (first > 0) continue;
          kernel.mirror(upper, n);
          expect(came.every((v, at) => v === wanted[at])).toBe(true);
        }
      });
  },
);

it.each(["float32", "float64"] as const)("%s: a matrix plus its transpose, in place", (dtype) => {
  const random = seeded(3);
  for (const n of [1, 2, 15, 16, 17, 32, 45])
    withScratch(() => {
      const [c, tile] = [take(dtype, n * n), take("bytes", kernels[dtype].addTransposedWorkspace())];
      const entries = viewOf(c, n * n, dtype);
      for (let i = 0; i < n * n; i++) entries[i] = random.normal();
      const before = entries.slice();
      kernels[dtype].addTransposed(c, n, tile);
      const sums = before.map((v, at) => v + (before[(at % n) * n + Math.floor(at / n)] as number));
      expect(entries.every((v, at) => v === sums[at])).toBe(true);
    });
});
