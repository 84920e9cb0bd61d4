/** Weights of yes-or-no losses, one per class along axis 1 of inputs of any shape. */
import { nowhere, type Pointer } from "../../kernel/kernels.ts";
import type { Machine } from "../../linear/matrix.ts";
import { type Operand, viewOf } from "../../tensor/stage.ts";
import { type Shape, sizeOf } from "../../tensor/tensor.ts";

/** Numbers made of each class's weight, for every element of a sample; `period` is how many those are. */
export function spread(
  { dtype, take }: Machine,
  shape: Shape,
  weights: Operand | number | null | undefined,
  ...each: readonly ((weight: number) => number)[]
): { period: number; pointer: Pointer } {
  const period = sizeOf(shape.slice(1));
  if (typeof weights !== "object" || weights === null) return { period, pointer: nowhere };
  const pointer = take(dtype, each.length * period);
  const [view, inner] = [viewOf(pointer, each.length * period, dtype), period / weights.size];
  for (const [k, of] of each.entries())
    for (const [c, weight] of viewOf(weights.pointer, weights.size, dtype).entries())
      view.fill(of(weight), k * period + c * inner, k * period + (c + 1) * inner);
  return { period, pointer };
}

/** Targets with their share ε spread over yes and no. */
export function smoothed({ kernel, dtype, take }: Machine, targets: Operand, smoothing: number): Pointer {
  if (smoothing === 0) return targets.pointer;
  const pointer = take(dtype, targets.size);
  kernel.smoothTargets(targets.pointer, targets.size, smoothing, pointer);
  return pointer;
}

export const smoothingOption = {
  type: "number",
  default: 0,
  range: "[0, 1)",
  doc: "Share of every target that is spread evenly over yes and no.",
} as const;
