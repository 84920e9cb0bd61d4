/** Rows of classes that lie in planes, [N, C, ...], for kernels that know rows of classes, [N, C]. */
import { after, type Pointer } from "../kernel/kernels.ts";
import type { Dims } from "../tensor/shapes.ts";
import { bytesPerElement } from "../tensor/tensor.ts";
import type { Machine } from "./matrix.ts";

/** Bytes of a block of rows: it and its gradient stay in the processor's nearest cache but one. */
const BLOCK_BYTES = 2 ** 16;

type Pointers<P extends readonly Pointer[]> = { readonly [K in keyof P]: Pointer };

/**
 * Calls `run` with the rows of the inputs and room for those of the gradients, `first` being the first row's place among
 * the positions [N, ...], and returns the sum of its results. Rows that lie as [N, C] are one block, where they are.
 */
export function eachRows<const I extends readonly Pointer[], const G extends readonly Pointer[]>(
  { kernel, dtype, take, dims }: Machine & { readonly dims: Dims },
  inputs: I,
  grads: G,
  run: (rows: number, inputs: Pointers<I>, grads: Pointers<G>, first: number) => number,
): number {
  const { N, C, "...": inner } = dims as { N: number; C: number; "...": number };
  if (inner === 1) return run(N, inputs as Pointers<I>, grads as Pointers<G>, 0);
  const size = bytesPerElement(dtype);
  const most = Math.min(inner, Math.max(16, Math.floor(BLOCK_BYTES / (size * C))));
  const block = inputs.map(() => take(dtype, most * C));
  const slopes = grads.map((to) => (to ? take(dtype, most * C) : to));
  let sum = 0;
  for (let n = 0; n < N; n++)
    for (let start = 0; start < inner; start += most) {
      const rows = Math.min(most, inner - start);
      const at = (plane: Pointer) => after(plane, size * (n * C * inner + start));
      for (const [k, to] of block.entries()) kernel.transposeBlock(at(inputs[k] as Pointer), C, rows, inner, C, to);
      sum += run(rows, block as unknown as Pointers<I>, slopes as unknown as Pointers<G>, n * inner + start);
      for (const [k, from] of slopes.entries())
        if (from) kernel.transposeBlock(from, rows, C, C, inner, at(grads[k] as Pointer));
    }
  return sum;
}
