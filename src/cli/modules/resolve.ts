/** How a module of the user's finds the package where its own folder has none: a global install, or npx. */
import * as nodeModule from "node:module";

type Next = (specifier: string, context: object) => unknown;
type Hooks = { resolve(specifier: string, context: object, next: Next): unknown };

/** Not in Node 20. */
const { registerHooks } = nodeModule as { registerHooks?: (hooks: Hooks) => void };

let registered = false;

/** Where an import of lossary leads nowhere, the package that is running is taken. */
export function lendPackage(): void {
  if (registered) return;
  registered = true;
  registerHooks?.({
    resolve(specifier, context, next) {
      if (!/^lossary(\/|$)/.test(specifier)) return next(specifier, context);
      try {
        return next(specifier, context);
      } catch {
        return { url: import.meta.resolve(specifier), shortCircuit: true };
      }
    },
  });
}
