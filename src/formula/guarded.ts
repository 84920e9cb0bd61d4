/** What a user's formula gets while it is traced: operations that say which of them was misused, and names that were declared. */
import { NotCompiled } from "./compiler/graph.ts";
import { InvalidFormula } from "./invalid.ts";
import type { Maths } from "./maths.ts";

/** What makes masks, and what keeps them. */
const making = new Set("less lessEqual equal and not whole atLargest classes sameLabel others".split(" "));
const keeping = new Set("reshape expand transpose slice concat stop where".split(" "));
/** The places at which an operation takes masks; elsewhere it takes numbers. */
const due: Readonly<Record<string, readonly number[]>> = {
  ...{ where: [0], and: [0, 1], not: [0], number: [0] },
  ...{ sumWhere: [0], count: [0], surprisal: [0], ofClasses: [3] },
};

/**
 * Operations whose complaints begin with their name, and that tell masks from numbers and arrays of this trace from others;
 * `own` are those it begins with. `readsLengths` is told where a formula asks for a shape.
 */
export function guardedMaths<X>(maths: Maths<X>, own: readonly X[], readsLengths: () => void): Maths<X> {
  const known = new WeakSet<object>(own as readonly object[]);
  const masks = new WeakSet<object>();
  const kind = (own[0] as object).constructor;
  const isArray = (x: unknown): x is object => x instanceof kind;
  // One kept from elsewhere may have been traced for another way of computing.
  const isForeign = (x: unknown) =>
    typeof x === "object" &&
    x !== null &&
    "shape" in x &&
    Object.getPrototypeOf(x) !== Object.prototype &&
    !known.has(x);
  const isMask = (x: unknown) => isArray(x) && masks.has(x);
  const check = (name: string, args: readonly unknown[]): void => {
    if (args.some((arg) => Number.isNaN(arg))) throw new InvalidFormula(`m.${name} got NaN`);
    if (args.flat(2).some((arg) => isForeign(arg)))
      throw new InvalidFormula(`m.${name} got an array of another formula`);
    const places = due[name] ?? [];
    if (places.some((i) => (isArray(args[i]) || typeof args[i] === "number") && !isMask(args[i])))
      throw new InvalidFormula(`m.${name} got numbers where a mask is due; compare them, as by m.less(0, x)`);
    const others = args.filter((_, i) => !places.includes(i)).flat(2);
    const all = keeping.has(name) && others.every((arg) => !isArray(arg) || masks.has(arg));
    const mixed = name === "where" && others.some((arg) => !isMask(arg));
    if (name !== "shapeOf" && others.some(isMask) && (!all || mixed))
      throw new InvalidFormula(`m.${name} got a mask, expected numbers; m.number(mask) makes zeros and ones of it`);
  };
  const remember = (name: string, args: readonly unknown[], result: unknown): void => {
    if (!isArray(result)) {
      if (typeof result === "object" && result !== null)
        for (const each of Object.values(result)) if (isArray(each)) known.add(each);
      return;
    }
    known.add(result);
    const kept = args.slice(name === "where" ? 1 : 0).flat();
    if (making.has(name) || (keeping.has(name) && kept.some(isMask))) masks.add(result);
  };
  const guarded = Object.entries(maths).map(([name, operation]) => {
    if (typeof operation !== "function") return [name, operation];
    return [
      name,
      (...args: unknown[]) => {
        if (name === "shapeOf") readsLengths();
        check(name, args);
        try {
          const result = (operation as (...given: unknown[]) => unknown)(...args);
          remember(name, args, result);
          return result;
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
