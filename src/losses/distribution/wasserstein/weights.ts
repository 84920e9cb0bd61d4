import { LossaryRangeError } from "../../../lossaryError.ts";
import { type Operand, viewOf } from "../../../tensor/stage.ts";
import type { Dtype } from "../../../tensor/tensor.ts";

/** Throws where weights, which are known to be ≥ 0, are all 0. */
export function checkMass(weights: Operand | undefined, dtype: Dtype): void {
  if (weights && viewOf(weights.pointer, weights.size, dtype).every((weight) => weight === 0))
    throw new LossaryRangeError(weights.what, `is 0 everywhere, expected some mass`);
}
