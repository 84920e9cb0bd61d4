/** SSIM of images whose squares would leave the type they are computed in. */

import type { Pass, StagedInputs, StagedOptions } from "../../../contract/loss.ts";
import type { Pointer } from "../../../kernel/kernels.ts";
import type { Operand } from "../../../tensor/stage.ts";
import { viewOf } from "../../../tensor/stage.ts";
import { type Images, type ImagesGrads, type RangeOptions, rangeOf } from "../pair.ts";

type Compare<O> = (inputs: StagedInputs<Images>, options: O, pass: Pass<ImagesGrads>) => number[];

/** Ranges whose squares, and the inverses of these, are far from the ends of the type. */
const safe = { float32: [1e-8, 1e8], float64: [1e-70, 1e70] } as const;

/**
 * Compares images as they are where their range is safe. Others are compared as images of a range in [1, 2): pixels and
 * range times a power of two, which changes no digit, and the gradients times it afterwards.
 */
export function inUnitRange<O extends StagedOptions<RangeOptions>>(
  [x, y]: StagedInputs<Images>,
  options: O,
  pass: Pass<ImagesGrads>,
  compare: Compare<O>,
): number[] {
  const { dtype, grads, take } = pass;
  const range = rangeOf([x, y], options.dataRange);
  const [least, most] = safe[dtype];
  if (range >= least && range <= most) return compare([x, y], options, pass);
  const factor = 2 ** -Math.max(-1000, Math.min(1000, Math.floor(Math.log2(range))));
  const multiply = (from: Pointer, size: number, to: Pointer) => {
    const source = viewOf(from, size, dtype);
    const target = viewOf(to, size, dtype);
    for (let i = 0; i < size; i++) target[i] = (source[i] as number) * factor;
  };
  const scaled = (operand: Operand): Operand => {
    const pointer = take(dtype, operand.size);
    multiply(operand.pointer, operand.size, pointer);
    return { ...operand, pointer };
  };
  const lost = compare([scaled(x), scaled(y)], { ...options, dataRange: range * factor }, pass);
  for (const pointer of [grads.predictions, grads.targets]) if (pointer) multiply(pointer, x.size, pointer);
  return lost;
}
