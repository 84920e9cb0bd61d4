/** Users' losses on tensors. */
import type { Tensor } from "@tensorflow/tfjs-core";
import type { Loss } from "../../contract/loss.ts";
import type { PlannedLoss } from "../../formula/plan.ts";
import type { Native } from "../native.ts";
import { ownDefinition } from "../own.ts";
import { native, type TfjsOptions } from "./native.ts";

/**
 * A loss of `defineFormula` on tensors: the same formula, differentiated by TensorFlow.js or by its compiled kernel, which runs
 * on the backends cpu and wasm.
 */
export function onTensors<A extends readonly unknown[], O, G extends string>(
  loss: PlannedLoss<A, O, G>,
): Native<Loss<A, O, G>, Tensor, TfjsOptions> {
  return native(ownDefinition<Loss<A, O, G>>("onTensors", loss));
}
