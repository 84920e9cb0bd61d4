/** A formula as a loss: the declaration that `defineFormula` takes, and the same as TypeScript to paste. */
import type { FormulaOption, Maths } from "lossary";
import { type Expression, evaluate, namesOf, print } from "./syntax.ts";

/** What a formula is in operations of `m`: a number, a name, or an operation on others. */
type Term = number | string | Operation;
interface Operation {
  readonly name: string;
  readonly of: readonly Term[];
}

const operation = (name: string, ...of: Term[]): Operation => ({ name, of });
const own: Readonly<Record<string, string>> = { p: "predictions", t: "targets" };

const binary = { "+": "add", "-": "sub", "*": "mul", "/": "div" } as const;

/** Parts without names become the numbers they are, so that operations which take arrays alone get no numbers. */
function termOf(expression: Expression): Term {
  if (namesOf(expression).length === 0) return evaluate(expression, () => Number.NaN) as number;
  switch (expression.kind) {
    case "number":
      return expression.value;
    case "name":
      return own[expression.name] ?? expression.name;
    case "negative":
      return operation("neg", termOf(expression.of));
    case "power":
      return raised(termOf(expression.base), expression.exponent);
    case "binary":
      return operation(binary[expression.operator], termOf(expression.left), termOf(expression.right));
    case "comparison":
      return compared(expression.operator, termOf(expression.left), termOf(expression.right));
    default:
      return called(expression.name, expression.args.map(termOf));
  }
}

/** `m.power` is of numbers ≥ 0; whole powers are of all numbers. */
function raised(x: Term, exponent: number): Term {
  if (exponent < 0) return operation("div", 1, raised(x, -exponent));
  if (exponent === 1) return x;
  if (exponent === 2) return operation("square", x);
  if (exponent === 0.5) return operation("sqrt", x);
  if (!Number.isInteger(exponent)) return operation("power", x, exponent);
  if (exponent % 2 === 1) return operation("mul", x, raised(x, exponent - 1));
  return operation("power", operation("abs", x), exponent);
}

function compared(operator: string, a: Term, b: Term): Term {
  if (operator === ">" || operator === ">=") return compared(operator.replace(">", "<"), b, a);
  if (operator === "!=") return operation("not", operation("equal", a, b));
  return operation(operator === "<" ? "less" : operator === "<=" ? "lessEqual" : "equal", a, b);
}

/** `max` and `min` are choices. Where both are equal the constant is chosen, which is the flat side, or else the first. */
function called(name: string, args: readonly Term[]): Term {
  if (name !== "max" && name !== "min") return operation(name, ...args);
  const [a, b] = args as [Term, Term];
  const [first, second] = typeof b === "number" ? [b, a] : [a, b];
  const [low, high] = name === "max" ? [second, first] : [first, second];
  return operation("where", operation("lessEqual", low, high), first, second);
}

type Run = (...args: unknown[]) => unknown;

/** Carries a term out in an engine's operations. */
function carryOut(term: Term, maths: object, values: Readonly<Record<string, unknown>>): unknown {
  if (typeof term === "number") return term;
  if (typeof term === "string") return values[term];
  return ((maths as Record<string, unknown>)[term.name] as Run)(
    ...term.of.map((part) => carryOut(part, maths, values)),
  );
}

const written = (term: Term): string =>
  typeof term === "object" ? `m.${term.name}(${term.of.map(written).join(", ")})` : String(term);

/** The body of the formula's function: what is used more than once gets a name. */
function bodyOf(term: Term, taken: ReadonlySet<string>): string[] {
  const uses = new Map<string, number>();
  const visit = (part: Term): void => {
    if (typeof part !== "object") return;
    const key = written(part);
    uses.set(key, (uses.get(key) ?? 0) + 1);
    if (uses.get(key) === 1) part.of.forEach(visit);
  };
  visit(term);
  const named = new Map<string, string>();
  const lines: string[] = [];
  const fresh = (wanted: string): string => {
    for (let i = wanted === "part" ? 1 : 0; ; i++) {
      const name = i === 0 ? wanted : `${wanted}${i}`;
      if (!taken.has(name) && ![...named.values()].includes(name)) return name;
    }
  };
  const short = (part: Term): string => {
    if (typeof part !== "object") return String(part);
    const key = written(part);
    const known = named.get(key);
    if (known) return known;
    const text = `m.${part.name}(${part.of.map(short).join(", ")})`;
    if ((uses.get(key) ?? 0) < 2) return text;
    const name = fresh(key === "m.sub(predictions, targets)" ? "error" : "part");
    named.set(key, name);
    lines.push(`const ${name} = ${text};`);
    return name;
  };
  const last = `return ${short(term)};`;
  return [...lines, last];
}

/** The names of a formula that are options. */
export const optionsOf = (expression: Expression): string[] =>
  namesOf(expression).filter((name) => own[name] === undefined);

/** The range of an option is a guess from its value: widths and temperatures are positive, and start so. */
const rangeOf = (value: number): string => (value > 0 ? "(0, ∞)" : "(-∞, ∞)");

/** Targets are data: they get no gradient. */
const inputs = { predictions: "N ...", targets: { shape: "N ...", differentiable: false } } as const;

/** What `defineFormula` takes; `values` are the options' defaults. */
export function declarationOf(expression: Expression, values: ReadonlyMap<string, number>) {
  const term = termOf(expression);
  // Which names there are is known only now: to the compiler there are none.
  const options: Readonly<Record<never, FormulaOption>> = Object.fromEntries(
    [...values].map(([name, value]) => [name, { default: value, range: rangeOf(value) }]),
  );
  return {
    name: "myLoss",
    arguments: inputs,
    options,
    formula: <X>(maths: Maths<X>, given: Record<string, X>, chosen: Record<string, X>) =>
      carryOut(term, maths, { ...given, ...chosen }) as X,
  };
}

/** The same as TypeScript. */
export function codeOf(expression: Expression, values: ReadonlyMap<string, number>): string {
  const names = namesOf(expression);
  const used = Object.entries(own).flatMap(([short, long]) => (names.includes(short) ? [long] : []));
  const options = [...values].map(
    ([name, value]) => `    ${name}: { default: ${value}, range: "${rangeOf(value)}" },\n`,
  );
  const parameters = `(m, { ${used.join(", ")} }${values.size > 0 ? `, { ${[...values.keys()].join(", ")} }` : ""})`;
  const body = bodyOf(termOf(expression), new Set([...values.keys()]));
  return `import { defineFormula } from "lossary";

/** ${print(expression)} */
const myLoss = defineFormula({
  name: "myLoss",
  arguments: { predictions: "N ...", targets: { shape: "N ...", differentiable: false } },
${options.length > 0 ? `  options: {\n${options.join("")}  },\n` : ""}  formula: ${parameters} => {
${body.map((line) => `    ${line}\n`).join("")}  },
});`;
}
