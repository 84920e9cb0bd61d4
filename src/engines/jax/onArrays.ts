/** Users' losses on jax-js arrays. */
import type { Loss } from "../../contract/loss.ts";
import type { PlannedLoss } from "../../formula/plan.ts";
import type { Native } from "../native.ts";
import { ownDefinition } from "../own.ts";
import type { JaxArray } from "./engine.ts";
import { native } from "./native.ts";

/** A loss of `defineFormula` on jax-js arrays: the same formula, differentiated by jax-js. */
export function onArrays<A extends readonly unknown[], O, G extends string>(
  loss: PlannedLoss<A, O, G>,
): Native<Loss<A, O, G>, JaxArray> {
  return native(ownDefinition<Loss<A, O, G>>("onArrays", loss));
}
