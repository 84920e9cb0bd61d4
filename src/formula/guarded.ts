/** What a user's formula gets while it is traced: operations that say which of them was misused, and names that were declared. */
import { NotCompiled } from "./compiler/graph.ts";
import type { Traced } from "./compiler/trace.ts";
import type { Maths } from "./maths.ts";

/** Operations whose complaints begin with their name. */
export function guardedMaths(maths: Maths<Traced>): Maths<Traced> {
  const guarded = Object.entries(maths).map(([name, operation]) => {
    if (typeof operation !== "function") return [name, operation];
    return [
      name,
      (...args: unknown[]) => {
        if (args.some((arg) => Number.isNaN(arg))) throw new NotCompiled(`m.${name} got NaN`);
        try {
          return (operation as (...given: unknown[]) => unknown)(...args);
        } catch (error) {
          if (!(error instanceof NotCompiled)) throw error;
          throw new NotCompiled(`m.${name}: ${error.message}`);
        }
      },
    ];
  });
  return declared("operation", "m.", Object.fromEntries(guarded)) as Maths<Traced>;
}

/** An object that throws where a name is asked for that it has not. */
export function declared<T extends object>(noun: string, prefix: string, known: T): T {
  return new Proxy(known, {
    get(target, name, receiver) {
      if (typeof name === "string" && !(name in target))
        throw new NotCompiled(
          `uses ${prefix}${name}, and there is no such ${noun} (there are ${Object.keys(target).join(", ") || "none"})`,
        );
      return Reflect.get(target, name, receiver);
    },
  });
}
