/** How a module of the user's finds the package where its own folder has none: a global install, or npx. */
import * as nodeModule from "node:module";

type Next = (specifier: string, context: object) => unknown;
type Hooks = { resolve(specifier: string, context: object, next: Next): unknown };

/** Not before Node 22.15: there hooks are a module, which runs in a thread of its own. */
const { registerHooks } = nodeModule as { registerHooks?: (hooks: Hooks) => void };

const threaded = `
let home;
export const initialize = (url) => { home = url; };
export async function resolve(specifier, context, next) {
  if (!/^lossary(\\/|$)/.test(specifier)) return next(specifier, context);
  try {
    return await next(specifier, context);
  } catch {
    return next(specifier, { ...context, parentURL: home });
  }
}`;

let registered = false;

/** Where an import of lossary leads nowhere, the package that is running is taken. */
export function lendPackage(): void {
  if (registered) return;
  registered = true;
  if (!registerHooks) {
    nodeModule.register(`data:text/javascript,${encodeURIComponent(threaded)}`, { data: import.meta.url });
    return;
  }
  registerHooks({
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
