/** The matrix product, at every kind of edge, against plain f64 sums. */
import { expect, it } from "vitest";
import { kernels, scratch, withScratch } from "../src/kernel/arena.ts";
import { matrix, multiplier, transpose } from "../src/kernel/matrix/matrix.ts";
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
        const take = (count: number) => scratch(count * 8);
        const [a, b, c] = [take(m * k), take(k * n), take(m * n)];
        const views = [viewOf(a, m * k, dtype), viewOf(b, k * n, dtype), viewOf(c, m * n, dtype)] as const;
        for (const view of views) for (let i = 0; i < view.length; i++) view[i] = random.normal();
        const [left, right, before] = views.map((view) => [...view]) as [number[], number[], number[]];
        const machine = { kernel: kernels[dtype], scratch: take };
        const A = flipA ? transpose(matrix(a, k, m)) : matrix(a, m, k);
        const B = flipB ? transpose(matrix(b, n, k)) : matrix(b, k, n);
        multiplier(machine)(A, B, c, add);
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
