/** The definitions of users' losses, which engines run as they run the package's own. */
import type { Definition } from "./define.ts";

const definitions = /* @__PURE__ */ new WeakMap<object, Definition>();

export const register = (loss: object, definition: Definition): void => {
  definitions.set(loss, definition);
};

/** The definition of a loss that was made from a formula; undefined for any other. */
export const definitionOf = (loss: unknown): Definition | undefined =>
  typeof loss === "function" ? definitions.get(loss) : undefined;
