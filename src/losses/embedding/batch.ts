/** What the losses on a labelled batch share. */

import type { Pass } from "../../contract/loss.ts";
import { memory } from "../../kernel/arena.ts";
import { type Operand, viewOf } from "../../tensor/stage.ts";
import { bytesPerElement } from "../../tensor/tensor.ts";

/** Anchors that have another of their identity and one of a different identity in the batch; under weights, Σ of theirs. */
export function anchorsWithTriplets(labels: Operand, pass: Pick<Pass, "dtype" | "weights">): number {
  const counts = identityCounts(labels);
  return counts.size < 2 ? 0 : anchorsAmong(counts, labels, pass);
}

/** Anchors that have another of their identity in the batch; under weights, Σ of theirs. */
export const anchorsWithPositives = (labels: Operand, pass: Pick<Pass, "dtype" | "weights">): number =>
  anchorsAmong(identityCounts(labels), labels, pass);

function anchorsAmong(
  counts: ReadonlyMap<number, number>,
  { pointer, size }: Operand,
  { dtype, weights }: Pick<Pass, "dtype" | "weights">,
): number {
  if (!weights) return [...counts.values()].reduce((sum, count) => sum + (count > 1 ? count : 0), 0);
  const labels = viewOf(pointer, size, "int32");
  const isAnchor = (i: number) => (counts.get(labels[i] as number) as number) > 1;
  let sum = 0;
  for (const [i, weight] of viewOf(weights.pointer, size, dtype).entries()) if (isAnchor(i)) sum += weight;
  return sum;
}

/** How often each identity occurs. */
export function identityCounts({ pointer, size }: Pick<Operand, "pointer" | "size">): Map<number, number> {
  const counts = new Map<number, number>();
  const labels = viewOf(pointer, size, "int32");
  for (let i = 0; i < size; i++) {
    const label = labels[i] as number;
    counts.set(label, (counts.get(label) ?? 0) + 1);
  }
  return counts;
}

/** Sets `count` numbers of the computation's type to 0; a pointer of 0 stays untouched. */
export function clear(pointer: number, count: number, { dtype }: Pick<Pass, "dtype">): void {
  if (pointer) new Uint8Array(memory.buffer, pointer, count * bytesPerElement(dtype)).fill(0);
}
