/** The formulas that a reader types: what they are made of, how they are written, and what they come to in plain numbers. */

/** A number or, where it is compared, a condition. No number is negative: that is a sign in front of it. */
export type Expression =
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "name"; readonly name: string }
  | { readonly kind: "negative"; readonly of: Expression }
  | {
      readonly kind: "binary";
      readonly operator: "+" | "-" | "*" | "/";
      readonly left: Expression;
      readonly right: Expression;
    }
  | { readonly kind: "power"; readonly base: Expression; readonly exponent: number }
  | {
      readonly kind: "comparison";
      readonly operator: "<" | "<=" | ">" | ">=" | "==" | "!=";
      readonly left: Expression;
      readonly right: Expression;
    }
  | { readonly kind: "call"; readonly name: string; readonly args: readonly Expression[] };

type Sort = "number" | "condition";
interface Operation {
  readonly takes: readonly Sort[];
  readonly gives: Sort;
  /** On plain numbers. */
  readonly of: (...args: never[]) => number | boolean;
}

const numeric = (of: (x: number) => number): Operation => ({ takes: ["number"], gives: "number", of });
const logistic = (x: number) => (x > 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x)));

export const functions: ReadonlyMap<string, Operation> = new Map<string, Operation>([
  ["abs", numeric(Math.abs)],
  ["sqrt", numeric(Math.sqrt)],
  ["exp", numeric(Math.exp)],
  ["log", numeric(Math.log)],
  ["log1p", numeric(Math.log1p)],
  ["atan", numeric(Math.atan)],
  ["sigmoid", numeric(logistic)],
  ["softplus", numeric((x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))))],
  ["relu", numeric((x) => Math.max(x, 0))],
  ["min", { takes: ["number", "number"], gives: "number", of: Math.min }],
  ["max", { takes: ["number", "number"], gives: "number", of: Math.max }],
  [
    "where",
    {
      takes: ["condition", "number", "number"],
      gives: "number",
      of: (holds: boolean, yes: number, no: number) => (holds ? yes : no),
    },
  ],
  ["and", { takes: ["condition", "condition"], gives: "condition", of: (a: boolean, b: boolean) => a && b }],
  ["not", { takes: ["condition"], gives: "condition", of: (a: boolean) => !a }],
]);

const operators: Readonly<Record<string, (a: number, b: number) => number | boolean>> = {
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  "/": (a, b) => a / b,
  "<": (a, b) => a < b,
  "<=": (a, b) => a <= b,
  ">": (a, b) => a > b,
  ">=": (a, b) => a >= b,
  "==": (a, b) => a === b,
  "!=": (a, b) => a !== b,
};

/** What a formula comes to. */
export function evaluate(expression: Expression, numberOf: (name: string) => number): number | boolean {
  const number = (part: Expression) => evaluate(part, numberOf) as number;
  switch (expression.kind) {
    case "number":
      return expression.value;
    case "name":
      return numberOf(expression.name);
    case "negative":
      return -number(expression.of);
    case "power":
      return number(expression.base) ** expression.exponent;
    case "call": {
      const { of } = functions.get(expression.name) as Operation;
      return (of as (...args: unknown[]) => number | boolean)(...expression.args.map((arg) => evaluate(arg, numberOf)));
    }
    default:
      return (operators[expression.operator] as (a: number, b: number) => number | boolean)(
        number(expression.left),
        number(expression.right),
      );
  }
}

/** The parts that a formula is put together from. */
export function partsOf(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case "negative":
      return [expression.of];
    case "power":
      return [expression.base];
    case "call":
      return expression.args;
    case "binary":
    case "comparison":
      return [expression.left, expression.right];
    default:
      return [];
  }
}

/** All names of a formula, in the order in which they first appear. */
export function namesOf(expression: Expression): string[] {
  const own = expression.kind === "name" ? [expression.name] : partsOf(expression).flatMap(namesOf);
  return [...new Set(own)];
}

/** How tightly a formula holds together: what binds less needs parentheses inside what binds more. */
function binding({ kind, ...rest }: Expression): number {
  if (kind === "comparison") return 0;
  if (kind === "binary") return "+-".includes((rest as { operator: string }).operator) ? 1 : 2;
  return kind === "negative" ? 3 : kind === "power" ? 4 : 5;
}

/** A formula as text, with no more parentheses than it needs. */
export function print(expression: Expression): string {
  const inside = (part: Expression, least: number) => (binding(part) < least ? `(${print(part)})` : print(part));
  const own = binding(expression);
  switch (expression.kind) {
    case "number":
      return String(expression.value);
    case "name":
      return expression.name;
    case "negative":
      return `-${inside(expression.of, own)}`;
    case "power":
      return `${inside(expression.base, 5)}^${expression.exponent}`;
    case "call":
      return `${expression.name}(${expression.args.map(print).join(", ")})`;
    default:
      return `${inside(expression.left, Math.max(own, 1))} ${expression.operator} ${inside(expression.right, own + 1)}`;
  }
}
