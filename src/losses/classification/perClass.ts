/** Weights of yes-or-no losses, one per class along axis 1 of inputs of any shape. */
import type { Pointer } from "../../kernel/kernels.ts";
import type { Machine } from "../../linear/matrix.ts";
import { type Operand, viewOf } from "../../tensor/stage.ts";
import { type Shape, sizeOf } from "../../tensor/tensor.ts";

/** Numbers made of each class's weight, one per element of a sample, or of one for all; `period` is how many those are. */
export function spread(
  { dtype, take }: Machine,
  shape: Shape,
  weights: Operand | number,
  ...each: readonly ((weight: number) => number)[]
): { period: number; pointer: Pointer } {
  const given = typeof weights === "number" ? [weights] : viewOf(weights.pointer, weights.size, dtype);
  const period = typeof weights === "number" ? 1 : sizeOf(shape.slice(1));
  const pointer = take(dtype, each.length * period);
  const [view, inner] = [viewOf(pointer, each.length * period, dtype), period / given.length];
  for (const [k, of] of each.entries())
    for (const [c, weight] of given.entries())
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
