/** Checks a call's options against the specification and fills in the defaults. */

import { LossaryRangeError, LossaryTypeError } from "../lossaryError.ts";
import { interval } from "../tensor/interval.ts";
import { describe } from "../tensor/read.ts";
import type { Check, FunctionSpec, OptionSpec, ValueOption } from "./spec.ts";

type Options = Readonly<Record<string, unknown>>;
type Specs = Readonly<Record<string, OptionSpec | ValueOption>>;

const none: Options = {};

/** The known name closest to a misspelt one, if any is close. */
export function nearest(name: string, known: readonly string[]): string | undefined {
  const distance = (a: string, b: string): number => {
    let row = Array.from({ length: b.length + 1 }, (_, j) => j);
    for (let i = 1; i <= a.length; i++) {
      const next = [i];
      for (let j = 1; j <= b.length; j++)
        next.push(
          Math.min(
            (row[j] as number) + 1,
            (next[j - 1] as number) + 1,
            (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1),
          ),
        );
      row = next;
    }
    return row[b.length] as number;
  };
  const ranked = known.map((other) => ({ other, far: distance(name.toLowerCase(), other.toLowerCase()) }));
  ranked.sort((a, b) => a.far - b.far);
  const [best] = ranked;
  // Half of a short name may not be another.
  const allowed = name.length < 4 ? name.length / 3 : Math.max(2, name.length / 3);
  return best && best.far <= allowed ? best.other : undefined;
}

/** "; did you mean 'gamma'?" or the list of what there is. */
export function suggest(name: string, known: readonly string[]): string {
  const close = nearest(name, known);
  return close ? `; did you mean "${close}"?` : `; it takes ${known.map((other) => `"${other}"`).join(", ")}`;
}

/** Whether a value may be an object of options: a plain one, or an instance of a class without a kind of its own. */
export const isOptions = (value: unknown): value is Options =>
  Object.prototype.toString.call(value) === "[object Object]";

/**
 * The options of a call that takes some, their names checked, each of them read once; `home` tells where one belongs that is
 * not among those known.
 */
export function namedOptions(
  name: string,
  given: unknown,
  known: readonly string[],
  home?: (option: string) => string | undefined,
): Options {
  if (given === undefined) return none;
  if (!isOptions(given))
    throw new LossaryTypeError(`${name}: options`, `is ${describe(given)}, expected a plain object`);
  // Inherited ones too, since these would be read as well.
  for (const key in given) {
    if (known.includes(key)) continue;
    const place = home?.(key);
    const more = place === undefined ? suggest(key, known) : `; ${place}`;
    throw new LossaryTypeError(name, `unknown option "${key}"${more}`, { argument: key });
  }
  const taken: Record<string, unknown> = {};
  for (const key of known) {
    const value = given[key];
    if (value !== undefined) taken[key] = value;
  }
  return taken;
}

/** The options of a call, checked, with the defaults of the others. */
export function readOptions<O>(name: string, given: unknown, specs: Specs): O {
  return resolveOptions(name, namedOptions(name, given, Object.keys(specs)), specs) as O;
}

/** Throws unless a value is a number of a range. */
export function checkNumber(
  what: string,
  value: unknown,
  { range, integer }: { range: string; integer?: boolean },
): void {
  if (typeof value !== "number")
    throw new LossaryTypeError(what, `is ${describe(value)}, expected a number in ${range}`);
  if (!interval(range)(value)) throw new LossaryRangeError(what, `is ${value}, outside ${range}`);
  if (integer && !Number.isInteger(value)) throw new LossaryRangeError(what, `is ${value}, expected a whole number`);
}

export function checkFlag(what: string, value: unknown): void {
  if (typeof value !== "boolean") throw new LossaryTypeError(what, `is ${describe(value)}, expected true or false`);
}

export const checkFunction: Check = (what, value) => {
  if (typeof value !== "function") throw new LossaryTypeError(what, `is ${describe(value)}, expected a function`);
};

/** A count, such as the states of an environment. */
export const checkCount: Check = (what, value) => {
  const expected = "expected a whole number ≥ 1";
  if (typeof value !== "number") throw new LossaryTypeError(what, `is ${describe(value)}, ${expected}`);
  if (!Number.isInteger(value) || value < 1) throw new LossaryRangeError(what, `is ${value}, ${expected}`);
};

function checkOption(what: string, value: unknown, spec: OptionSpec | ValueOption): void {
  if (value === null && "nullable" in spec && spec.nullable) return;
  if (spec.type === "number") checkNumber(what, value, spec);
  else if (spec.type === "choice" && !spec.choices.includes(value as string))
    throw new LossaryRangeError(
      what,
      `is ${describe(value)}, expected ${spec.choices.map((c) => `"${c}"`).join(" or ")}`,
    );
  else if (spec.type === "boolean") checkFlag(what, value);
  else if (spec.type === "value") spec.check(what, value);
  else if (spec.type === "tensor" && (value === null || typeof value === "number")) {
    if (!spec.scalar) throw new LossaryTypeError(what, `is ${describe(value)}, expected an array`);
    checkNumber(what, value, spec);
  }
}

/** Throws where an option asks for more than the value of a call that gives the value alone. */
export function refuseOutputs({ name, options: specs }: FunctionSpec, options: Options): void {
  for (const [key, spec] of Object.entries(specs))
    if ("addsOutput" in spec && options[key] === true)
      throw new LossaryRangeError(`${name}: ${key}`, `is true, which only ${name}(…) on arrays takes; expected false`);
}

/** What is expected where a required option is missing. */
function expected(spec: OptionSpec | ValueOption): string {
  if (spec.type === "number") return `a ${spec.integer ? "whole " : ""}number in ${spec.range}`;
  if (spec.type === "boolean") return "true or false";
  return spec.type === "value" ? spec.expected : spec.doc;
}

/** The options of a call: those given, checked, and the defaults of the others. `undefined` means the default. */
export function resolveOptions(name: string, given: Options, specs: Specs): Record<string, unknown> {
  const resolved: Record<string, unknown> = {};
  for (const key in specs) {
    const spec = specs[key] as OptionSpec | ValueOption;
    const value = given[key];
    if (value !== undefined) checkOption(`${name}: ${key}`, value, spec);
    else if (spec.required) throw new LossaryTypeError(`${name}: ${key}`, `is missing; expected ${expected(spec)}`);
    resolved[key] = value === undefined ? spec.default : value;
  }
  return resolved;
}
