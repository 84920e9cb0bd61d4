/** The definitions of users' losses. */
import type { Definition } from "../formula/define.ts";
import { definitionOf } from "../formula/definitions.ts";
import { LossaryTypeError } from "../lossaryError.ts";
import { describe } from "../tensor/read.ts";

/** The definition of a loss of `defineFormula`; `name` is the function that wants it. */
export function ownDefinition<L>(name: string, loss: unknown): Definition<L> {
  const definition = definitionOf(loss);
  if (definition) return definition as Definition<L>;
  const ready =
    typeof loss === "function" && "spec" in loss ? `, which this entry exports already, as ${loss.name}` : "";
  throw new LossaryTypeError(`${name}: loss`, `is ${describe(loss)}${ready}; expected a loss of defineFormula`);
}
