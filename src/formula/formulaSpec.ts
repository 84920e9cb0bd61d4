/** What a loss from a formula says about itself. */
import type { LossSpec } from "../contract/spec.ts";
import type { FormulaArgument } from "./declaration.ts";
import { type AnyDeclaration, argumentOf, symbolsOf } from "./declared.ts";
import type { Runner } from "./runner.ts";

export function specOf(
  { name, arguments: specs, options = {}, docs = {}, divisor }: AnyDeclaration,
  runner: Runner,
): LossSpec {
  const title = docs.title ?? { en: name, zh: name };
  return {
    name,
    family: "regression",
    summary: `A loss from a formula.`,
    aliases: { en: [], zh: [] },
    formula: "",
    traps: [],
    references: [],
    ...docs,
    title,
    arguments: Object.entries(specs).map(([key, given]) => {
      const argument = argumentOf(given);
      const { shape, kind = "float", doc = `An array [${symbolsOf(shape).join(", ")}].` } = argument;
      const base = { name: key, shape: symbolsOf(shape).join(" "), doc };
      return kind === "index" ? { ...base, kind } : { ...base, kind, differentiable: argument.differentiable ?? true };
    }),
    options: Object.fromEntries(
      Object.entries(options).map(([key, { doc = `A number in ${options[key]?.range}.`, ...option }]) => [
        key,
        { type: "number" as const, doc, ...option },
      ]),
    ),
    unreduced: unreducedOf(Object.values(specs).map(argumentOf), runner, divisor !== undefined),
  };
}

function unreducedOf(
  specs: readonly FormulaArgument[],
  { symbols, mixesRows }: Runner,
  hasDivisor: boolean,
): LossSpec["unreduced"] {
  if (symbols.length === 0) return null;
  const shape = symbols.join(" ");
  const shapes = specs.map((spec) => symbolsOf(spec.shape).join(" "));
  const longest = shapes.reduce((most, own) => (symbolsOf(own).length > symbolsOf(most).length ? own : most));
  const leads = shapes.some((own) => own.startsWith(`${shape} `));
  const noun = leads ? "rows" : shape === longest ? "elements" : "values";
  return {
    shape,
    mean: hasDivisor ? "sum of what the values count" : `number of ${noun}`,
    ...(mixesRows && { acrossRows: true }),
  };
}
