import type { Machine } from "../../kernel/matrix/matrix.ts";
import { productOf, STRIP, strided, strips } from "../../kernel/matrix/strided.ts";
import { viewOf } from "../../tensor/stage.ts";

/** sums += XᵀX, for centred rows X [n, d] in kernel memory: the upper triangle by strips, then its mirror image. */
export function addComoment(machine: Machine, x: number, n: number, d: number, sums: Float64Array): void {
  const product = productOf(machine);
  const rows = strided(x, n, d);
  const to = machine.scratch(STRIP * d);
  for (const [first, size] of strips(d)) {
    const width = d - first;
    product(rows.columns(first, size).transpose(), rows.columns(first, width), to);
    const block = viewOf(to, size * width, "float64");
    for (let i = 0; i < size; i++)
      for (let j = i; j < width; j++) {
        const [a, b] = [first + i, first + j];
        const sum = (sums[a * d + b] as number) + (block[i * width + j] as number);
        sums[a * d + b] = sum;
        sums[b * d + a] = sum;
      }
  }
}
