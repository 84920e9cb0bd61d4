/** Checks what a user declares before anything is made of it: the compiler checks types, but not every caller has one. */
import { commonOptions } from "../contract/call.ts";
import { checkFlag, checkFunction, checkNumber, isOptions, suggest } from "../contract/options.ts";
import { LossaryRangeError, LossaryTypeError } from "../lossaryError.ts";
import { isInterval } from "../tensor/interval.ts";
import { describe } from "../tensor/read.ts";
import type { FormulaArgument, FormulaDocs, FormulaOption } from "./declaration.ts";
import type { AnyDeclaration } from "./declared.ts";

type Parts = Readonly<Record<string, unknown>>;

const declarationKeys = [
  "name",
  "arguments",
  "options",
  "docs",
  "divisor",
  "formula",
] satisfies (keyof AnyDeclaration)[];
const argumentKeys = ["shape", "kind", "classes", "differentiable", "doc"] satisfies (keyof FormulaArgument)[];
const optionKeys = ["default", "range", "integer", "doc"] satisfies (keyof FormulaOption)[];
const docsKeys = [
  "family",
  "title",
  "summary",
  "aliases",
  "formula",
  "traps",
  "references",
  "heldConstant",
] satisfies (keyof FormulaDocs)[];
const kinds: readonly unknown[] = ["float", "probability", "sign", "box", "index"] satisfies FormulaArgument["kind"][];

/** Throws unless `declaration` is one; whether its formula is one shows when it is traced. */
export function checkDeclaration(declaration: unknown): void {
  const parts = partsOf("defineFormula: declaration", declaration, "an object with name, arguments and formula");
  const name = isName(parts.name) ? parts.name : "defineFormula";
  checkKeys(`${name}: declaration`, parts, declarationKeys);
  if (!isName(parts.name)) throw wrong("defineFormula: name", parts.name, 'a name such as "myLoss"');
  const given = partsOf(`${name}: arguments`, parts.arguments, "an object of shapes by name");
  if (Object.keys(given).length === 0)
    throw new LossaryRangeError(`${name}: arguments`, "is empty; expected at least one argument");
  checkNames(`${name}: arguments`, given);
  for (const [key, argument] of Object.entries(given)) checkArgument(`${name}: arguments.${key}`, argument);
  if (parts.options !== undefined) {
    const options = partsOf(`${name}: options`, parts.options, "an object of options by name");
    checkNames(`${name}: options`, options, commonOptions);
    for (const [key, option] of Object.entries(options)) checkOption(`${name}: options.${key}`, option);
  }
  if (parts.docs !== undefined) checkKeys(`${name}: docs`, partsOf(`${name}: docs`, parts.docs, "an object"), docsKeys);
  if (parts.divisor !== undefined) checkFunction(`${name}: divisor`, parts.divisor);
  if (parts.formula === undefined) throw wrong(`${name}: formula`, undefined, "a function");
  checkFunction(`${name}: formula`, parts.formula);
}

function checkArgument(where: string, argument: unknown): void {
  if (typeof argument === "string") {
    checkShape(where, argument);
    return;
  }
  const parts = partsOf(where, argument, 'a shape such as "N ..." or an object with one');
  checkKeys(where, parts, argumentKeys);
  const { shape, kind, classes, differentiable } = parts;
  if (typeof shape !== "string") throw wrong(`${where}.shape`, shape, 'a shape such as "N ..."');
  checkShape(`${where}.shape`, shape);
  if (kind !== undefined && !kinds.includes(kind))
    throw new LossaryRangeError(
      `${where}.kind`,
      `is ${describe(kind)}, expected ${kinds.map((known) => `"${known}"`).join(" or ")}`,
    );
  if (classes !== undefined && typeof classes !== "string" && typeof classes !== "number")
    throw wrong(`${where}.classes`, classes, 'a symbol such as "C" or a whole number ≥ 1');
  if (differentiable !== undefined) checkFlag(`${where}.differentiable`, differentiable);
  checkDoc(where, parts);
}

function checkShape(where: string, shape: string): void {
  const symbols = shape.split(" ").filter(Boolean);
  if (!symbols.every((symbol) => symbol === "..." || /^([A-Z]\w*|[1-9]\d*)$/.test(symbol)))
    throw new LossaryRangeError(
      where,
      `is ${describe(shape)}, expected upper-case symbols or lengths with spaces between, such as "N ..." or "N C"`,
    );
  if (symbols.slice(0, -1).includes("..."))
    throw new LossaryRangeError(where, `is ${describe(shape)}, expected "..." once, as the last symbol`);
}

function checkOption(where: string, option: unknown): void {
  const parts = partsOf(where, option, "an object with default and range");
  checkKeys(where, parts, optionKeys);
  const { range, integer } = parts;
  if (typeof range !== "string") throw wrong(`${where}.range`, range, "an interval such as (0, ∞)");
  if (!isInterval(range))
    throw new LossaryRangeError(`${where}.range`, `is ${describe(range)}, expected an interval such as (0, ∞)`);
  if (integer !== undefined) checkFlag(`${where}.integer`, integer);
  if (parts.default === undefined) throw wrong(`${where}.default`, undefined, `a number in ${range}`);
  checkNumber(`${where}.default`, parts.default, { range, integer: integer === true });
  checkDoc(where, parts);
}

/** A name that stands as it is in code, and that no object has of itself. */
const isName = (name: unknown): name is string =>
  typeof name === "string" && /^[\p{ID_Start}_$][\p{ID_Continue}$]*$/u.test(name) && !isTaken(name);

const isTaken = (name: string): boolean => name in Object.prototype || name === "prototype";

function checkNames(where: string, named: Parts, common: readonly string[] = []): void {
  for (const key of Object.keys(named)) {
    if (common.includes(key))
      throw new LossaryRangeError(where, `has the name "${key}", which is an option of every loss; expected another`);
    if (isTaken(key))
      throw new LossaryRangeError(where, `has the name "${key}", which JavaScript uses itself; expected another`);
    if (!isName(key))
      throw new LossaryRangeError(where, `has the name ${describe(key)}, expected one such as "delta" or "low_2"`);
  }
}

function checkKeys(where: string, parts: Parts, known: readonly string[]): void {
  for (const key of Object.keys(parts))
    if (!known.includes(key))
      throw new LossaryTypeError(where, `has the unknown key ${describe(key)}${suggest(key, known)}`);
}

function checkDoc(where: string, { doc }: Parts): void {
  if (doc !== undefined && (typeof doc !== "string" || /[\r\n]/.test(doc)))
    throw wrong(`${where}.doc`, doc, "one line");
}

function partsOf(where: string, value: unknown, expected: string): Parts {
  if (!isOptions(value)) throw wrong(where, value, expected);
  return value;
}

const wrong = (where: string, value: unknown, expected: string): LossaryTypeError =>
  new LossaryTypeError(
    where,
    value === undefined ? `is missing; expected ${expected}` : `is ${describe(value)}, expected ${expected}`,
  );
