/** What a user's formula gets while it is traced: operations that say which of them was misused, and names that were declared. */
import { NotCompiled } from "./compiler/graph.ts";
import { InvalidFormula } from "./invalid.ts";
import type { Maths } from "./maths.ts";

/** Operations whose complaints begin with their name; `readsLengths` is told where a formula asks for a shape. */
export function guardedMaths<X>(maths: Maths<X>, readsLengths: () => void): Maths<X> {
  const guarded = Object.entries(maths).map(([name, operation]) => {
    if (typeof operation !== "function") return [name, operation];
    return [
      name,
      (...args: unknown[]) => {
        if (name === "shapeOf") readsLengths();
        if (args.some((arg) => Number.isNaN(arg))) throw new InvalidFormula(`m.${name} got NaN`);
        try {
          return (operation as (...given: unknown[]) => unknown)(...args);
        } catch (error) {
          if (error instanceof NotCompiled) throw new NotCompiled(`m.${name}: ${error.message}`);
          if (error instanceof InvalidFormula) throw new InvalidFormula(`m.${name}: ${error.message}`);
          throw error;
        }
      },
    ];
  });
  return declared("operation", "m.", Object.fromEntries(guarded)) as Maths<X>;
}

/** An object that throws where a name is asked for that it has not. */
export function declared<T extends object>(noun: string, prefix: string, known: T): T {
  return new Proxy(known, {
    get(target, name, receiver) {
      if (typeof name === "string" && !(name in target))
        throw new InvalidFormula(
          `uses ${prefix}${name}, and there is no such ${noun} (there are ${Object.keys(target).join(", ") || "none"})`,
        );
      return Reflect.get(target, name, receiver);
    },
  });
}
