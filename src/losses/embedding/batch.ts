/** What the losses on a labelled batch share. */

import type { Pass } from "../../contract/loss.ts";
import { memory } from "../../kernel/arena.ts";
import { type Operand, viewOf } from "../../tensor/stage.ts";
import { bytesPerElement } from "../../tensor/tensor.ts";

/** Anchors that have another of their identity and one of a different identity in the batch. */
export function anchorsWithTriplets(labels: Operand): number {
  const counts = identityCounts(labels);
  if (counts.size < 2) return 0;
  return [...counts.values()].reduce((sum, count) => sum + (count > 1 ? count : 0), 0);
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
