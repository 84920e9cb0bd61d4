/** Transport on a line, as both the distance of numbers and the sliced distance of points use it. */
import type { Pass } from "../../../contract/loss.ts";

/** Numbers in order, and where each of them stood. */
export interface Sorted {
  readonly sorted: number;
  readonly order: number;
  readonly size: number;
}

export interface Transport {
  readonly u: Sorted & { readonly weights: number };
  readonly v: Sorted & { readonly weights: number };
  readonly p: number;
}

const DIGITS = 6 * 2048;

/** A sorter of at most `most` numbers; its results live in scratch memory of their own, its working memory is shared. */
export function sorter({ kernel, scratch }: Pick<Pass, "kernel" | "scratch">, most: number) {
  const pairs = scratch(4 * most);
  const counts = scratch(DIGITS);
  return (x: number, size: number, into: Sorted = { sorted: scratch(size), order: scratch(size), size }): Sorted => {
    kernel.argsort(x, size, into.sorted, into.order, pairs, counts);
    return into;
  };
}

/** Mean of (|d| / unit)ᵖ over the mass moved, with its gradients times `scale`; for p = ∞ the largest |d| / unit. */
export const walk = (
  kernel: Pass["kernel"],
  { u, v, p }: Transport,
  unit: number,
  scale: number,
  du: number,
  dv: number,
): number =>
  kernel.transport1d(
    u.sorted,
    u.order,
    u.weights,
    u.size,
    v.sorted,
    v.order,
    v.weights,
    v.size,
    du,
    dv,
    p,
    unit,
    scale,
  );
