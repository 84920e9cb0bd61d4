/** The formulas that readers type: read, printed, refused at the right place, and the same as TypeScript as in the widget. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { codeOf, declarationOf, optionsOf } from "../../handbook/formula/declare.ts";
import { parse } from "../../handbook/formula/parse.ts";
import { type Expression, evaluate, functions, print } from "../../handbook/formula/syntax.ts";
import { defineFormula } from "../../src/index.ts";

function understood(text: string): Expression {
  const parsed = parse(text);
  if ("fault" in parsed) throw new Error(`${text}: ${parsed.fault.says.en}`);
  return parsed.expression;
}
const value = (text: string, values: Readonly<Record<string, number>> = {}) =>
  evaluate(understood(text), (name) => values[name] ?? Number.NaN);

describe("reading", () => {
  it.each([
    ["-p^2", -9],
    ["(-p)^2", 9],
    ["2^-1 * p", 1.5],
    ["p - 2 - 1", 0],
    ["12 / p / 2", 2],
    ["1 + 2 * p^2", 19],
    ["2 * -p", -6],
    ["--p", 3],
    ["-2 * p + 1", -5],
    ["p^(1 / 2) * p^(0.5)", 3],
    ["1e2 * p + .5", 300.5],
    ["where(p < t and_, 1, 0)", Number.NaN],
    ["where(and(p < t, not(p == t)), 1, 2) + 0 * p", 1],
    ["where(p >= t, 1, 2)", 2],
    ["max(p, t) - min(p, 1)", 3],
    ["p − 2 × 3 ÷ 6 · 1", 2],
    ["max（p，t）", 4],
    ["where(p ≠ 3, 1, where(t ≤ 4, 5, 6))", 5],
    ["relu(p - t) + abs(p - t)", 1],
    ["δ * p", 6],
  ])("%s", (text, wanted) => {
    if (Number.isNaN(wanted)) expect(parse(text)).toHaveProperty("fault");
    else expect(value(text, { p: 3, t: 4, δ: 2 })).toBeCloseTo(wanted as number, 12);
  });

  it.each([
    ["", 1, "expected a number, a name or (, found the end"],
    ["p - ", 4, "expected a number, a name or (, found the end"],
    ["p t", 3, "expected an operator or the end, found t"],
    ["(p - t", 7, "expected an operator or ), found the end"],
    ["p + * t", 5, "expected a number, a name or (, found *"],
    ["p $ t", 3, "$ has no meaning in a formula"],
    ["p + 🙂", 5, "🙂 has no meaning in a formula"],
    ["sin(p)", 1, "there is no function sin; there are abs, sqrt,"],
    ["abs + p", 5, "expected ( after abs, found +"],
    ["1 + where(p, 1, 2)", 11, "a number, where a condition is expected, such as p < t"],
    ["p * (p < t)", 5, "a condition, where a number is expected"],
    ["p < t", 1, "a condition, where a number is expected"],
    ["1 < p < 2", 7, "one comparison at a time"],
    ["p + where(p < t, 1)", 5, "where takes 3 parts, got 2"],
    ["p^t", 3, "an exponent is a number; for others write exp(y * log(x))"],
    ["p^2^3", 4, "one ^ at a time"],
    ["p^0", 3, "to the power of 0 everything is 1"],
    ["p + 1 / 0", 5, "this is not a finite number"],
    ["p + 1e999", 5, "this is not a finite number"],
    ["p + log(-1)", 5, "this is not a finite number"],
    ["where(1 < 2, p, t)", 7, "a condition that is always the same"],
    ["p * delete", 5, "delete is taken; choose another name"],
    ["p * toString", 5, "toString is taken"],
  ])("%s is refused at column %i", (text, column, message) => {
    const parsed = parse(text);
    if (!("fault" in parsed)) throw new Error("understood");
    expect(parsed.fault.says.en).toContain(`Column ${column}: ${message}`);
    expect(parsed.fault.says.zh).toMatch(new RegExp(`^第 ${column} 列：.*[\\u4e00-\\u9fff]`));
    expect(parsed.fault.from).toBe(column - 1);
    expect(parsed.fault.to).toBeGreaterThan(parsed.fault.from);
  });

  it("ends for any text", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 40 }), (text) => {
        const parsed = parse(text);
        if ("fault" in parsed) expect(parsed.fault.from).toBeLessThanOrEqual(text.length);
      }),
    );
  });
});

/** Formulas with a name in each part, so that none is a constant. */
const expressions = fc.letrec<{ number: Expression; condition: Expression }>((tie) => {
  const name = fc.constantFrom("p", "t", "delta", "r").map((name): Expression => ({ kind: "name", name }));
  const constant = fc
    .double({ min: 0, noNaN: true, noDefaultInfinity: true })
    .map((value): Expression => ({ kind: "number", value: Math.abs(value) }));
  const number = tie("number");
  const binary = fc
    .record({
      operator: fc.constantFrom("+", "-", "*", "/"),
      left: number,
      other: fc.oneof(number, constant),
      swap: fc.boolean(),
    })
    .map(({ operator, left, other, swap }): Expression => {
      const [a, b] = swap ? [other, left] : [left, other];
      return { kind: "binary", operator: operator as "+", left: a, right: b };
    });
  const exponent = fc.double({ noNaN: true, noDefaultInfinity: true }).filter((x) => x !== 0);
  const power = fc.record({ base: number, exponent }).map((of): Expression => ({ kind: "power", ...of }));
  const calls = (gives: string) =>
    [...functions].flatMap(([name, { takes, gives: own }]) =>
      own === gives
        ? [fc.tuple(...takes.map((sort) => tie(sort))).map((args): Expression => ({ kind: "call", name, args }))]
        : [],
    );
  const comparison = fc
    .record({ operator: fc.constantFrom("<", "<=", ">", ">=", "==", "!="), left: number, right: number })
    .map((of): Expression => ({ kind: "comparison", ...of, operator: of.operator as "<" }));
  return {
    number: fc.oneof(
      { maxDepth: 5 },
      name,
      number.map((of): Expression => ({ kind: "negative", of })),
      binary,
      power,
      ...calls("number"),
    ),
    condition: fc.oneof({ maxDepth: 5 }, comparison, ...calls("condition")),
  };
});

it("reads what it prints", () => {
  fc.assert(
    fc.property(expressions.number, (expression) => {
      expect(understood(print(expression))).toEqual(expression);
    }),
    { numRuns: 500 },
  );
});

it("prints no parentheses that change nothing", () => {
  for (const text of ["-p^2", "(-p)^2", "p - (t - 1)", "p - t - 1", "2 * (p + t)", "(p^2)^3", "-(p + t)", "-p * t"])
    expect(print(understood(text))).toBe(text);
});

describe("as a loss", () => {
  const values = new Map([
    ["delta", 0.7],
    ["r", 0.3],
  ]);
  /** At these, no formula below is on a kink. */
  const predictions = [-2.3, -0.4, 0.6, 1.7, 3.1];
  const targets = [0.35, 0.9, 0.1, 0.55, 0.2];

  it.each([
    "(p - t)^2",
    "where(abs(p - t) < delta, (p - t)^2 / 2, delta * (abs(p - t) - delta / 2))",
    "delta^2 * (sqrt(1 + ((p - t) / delta)^2) - 1)",
    "abs(p - t) + log1p(exp(-2 * abs(p - t))) - log(2)",
    "max(r * (t - p), (r - 1) * (t - p))",
    "softplus(p) - t * p",
    "max(p, 1) + max(1, t - p) - min(p, 0.2) * min(0.2, t)",
    "p^3 + p^4 - p^5 + p^6 + p^-2 - p^-1 + t^1",
    "(p^2 + 1)^1.5 + (p^2 + 1)^0.5 - (p^2 + 1)^-0.5",
    "where(and(p >= t, not(p > 2)), p * r, -p) + where(p != t, p, 0) + where(p == t, p, 0) + where(p <= 0, p, t)",
    "sigmoid(p) * atan(p) + relu(p - t) + log(2) * exp(-p / 3) + 2 * -p",
    "p",
  ])("%s", (text) => {
    const expression = understood(text);
    const own = new Map([...values].filter(([name]) => optionsOf(expression).includes(name)));
    const at = (p: number, i: number) =>
      evaluate(expression, (name) =>
        name === "p" ? p : name === "t" ? (targets[i] as number) : (own.get(name) as number),
      ) as number;
    const loss = defineFormula(declarationOf(expression, own));
    const { value: got, grads } = loss.valueAndGrad(predictions, targets, { reduction: "none" });
    const slopes = (grads as { predictions: { data: Float64Array } }).predictions.data;
    for (const [i, p] of predictions.entries()) {
      expect(got.data[i]).toBeCloseTo(at(p, i), 11);
      const h = 1e-6;
      expect(slopes[i]).toBeCloseTo((at(p + h, i) - at(p - h, i)) / (2 * h), 5);
    }
  });

  it("has the slope of the flat side where the larger of two is a constant", () => {
    for (const text of ["max(p, 0)", "max(0, p)", "min(p, 0)", "min(0, p)", "relu(p)"]) {
      const loss = defineFormula(declarationOf(understood(text), new Map()));
      const { value: got, grads } = loss.valueAndGrad([0, Number.NaN], [0, 0], { reduction: "none" });
      const slopes = (grads as { predictions: { data: Float64Array } }).predictions.data;
      expect([got.data[0], slopes[0], got.data[1]], text).toEqual([0, 0, Number.NaN]);
    }
  });

  it("is written as a reader would, with names for what is used again", () => {
    expect(
      codeOf(understood("where(abs(p - t) < d, (p - t)^2 / 2, d * (abs(p - t) - d / 2))"), new Map([["d", 2]])),
    ).toBe(
      `import { defineFormula } from "lossary";

/** where(abs(p - t) < d, (p - t)^2 / 2, d * (abs(p - t) - d / 2)) */
const myLoss = defineFormula({
  name: "myLoss",
  arguments: { predictions: "N ...", targets: { shape: "N ...", differentiable: false } },
  options: {
    d: { default: 2, range: "(0, ∞)" },
  },
  formula: (m, { predictions, targets }, { d }) => {
    const error = m.sub(predictions, targets);
    const part1 = m.abs(error);
    return m.where(m.less(part1, d), m.div(m.square(error), 2), m.mul(d, m.sub(part1, m.div(d, 2))));
  },
});`,
    );
    expect(codeOf(understood("exp(error) * exp(error) * p + (p - t) * (p - t)"), new Map([["error", -1]]))).toContain(
      "const part1 = m.exp(error);\n    const error1 = m.sub(predictions, targets);",
    );
  });
});
