/** Transport on a line, as both the distance of numbers and the sliced distance of points use it. */

import type { Pass } from "../../../contract/loss.ts";
import type { Pointer } from "../../../kernel/kernels.ts";

/** Numbers in order, and where each of them stood. */
export interface Sorted {
  readonly sorted: Pointer;
  readonly order: Pointer;
  readonly size: number;
}

export interface Transport {
  readonly u: Sorted & { readonly weights: Pointer };
  readonly v: Sorted & { readonly weights: Pointer };
  readonly p: number;
}

/** A sorter of at most `most` numbers; its results live in scratch memory of their own, its working memory is shared. */
export function sorter({ kernel, dtype, take }: Pick<Pass, "kernel" | "dtype" | "take">, most: number) {
  const workspace = take("bytes", kernel.argsortWorkspace(most));
  return (
    x: Pointer,
    size: number,
    into: Sorted = { sorted: take(dtype, size), order: take(dtype, size), size },
  ): Sorted => {
    kernel.argsort(x, size, into.sorted, into.order, workspace);
    return into;
  };
}

/** Mean of (|d| / unit)ᵖ over the mass moved, with its gradients times `scale`; for p = ∞ the largest |d| / unit. */
export const walk = (
  kernel: Pass["kernel"],
  { u, v, p }: Transport,
  unit: number,
  scale: number,
  du: Pointer,
  dv: Pointer,
): number =>
  kernel.transport1d(
    u.sorted,
    u.order,
    u.weights,
    v.sorted,
    v.order,
    v.weights,
    u.size,
    v.size,
    p,
    unit,
    du,
    dv,
    scale,
  );
