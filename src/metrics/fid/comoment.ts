import type { Pointer } from "../../kernel/kernels.ts";
import type { Machine } from "../../linear/matrix.ts";
import { productOf, STRIP, strided, strips } from "../../linear/strided.ts";
import { viewOf } from "../../tensor/stage.ts";

/** The upper triangle of sums += XᵀX, for centred rows X [n, d] in kernel memory. */
export function addComoment(machine: Machine, x: Pointer, n: number, d: number, sums: Float64Array): void {
  const product = productOf(machine);
  const rows = strided(x, n, d);
  const to = machine.take("float64", STRIP * d);
  for (const [first, size] of strips(d)) {
    const width = d - first;
    product(rows.columns(first, size).transpose(), rows.columns(first, width), to);
    const block = viewOf(to, size * width, "float64");
    for (let i = 0; i < size; i++)
      for (let j = i, at = (first + i) * d + first + i; j < width; j++, at++)
        sums[at] = (sums[at] as number) + (block[i * width + j] as number);
  }
}

const TILE = 32;

/** Copies the upper triangle of a [d, d] onto the lower, by tiles that fit the cache. Returns it. */
export function mirror(a: Float64Array, d: number): Float64Array {
  for (let top = 0; top < d; top += TILE)
    for (let left = top; left < d; left += TILE)
      for (let i = top; i < Math.min(d, top + TILE); i++)
        for (let j = Math.max(left, i + 1); j < Math.min(d, left + TILE); j++) a[j * d + i] = a[i * d + j] as number;
  return a;
}
