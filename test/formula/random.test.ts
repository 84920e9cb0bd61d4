/** Random formulas: their kernels against plain evaluation and central differences. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { mathsOf } from "../../src/formula/maths.ts";
import { seeded } from "../harness/random.ts";
import type { Formula } from "./kernel.ts";
import { kernelOf } from "./kernel.ts";

/** The array interface on single numbers; masks are truth values. */
const plain = mathsOf({
  ...{ epsilon: 2 ** -52, sumsExactly: true, shapeOf: () => [], stop: (x: number) => x },
  ...{ add: (a: number, b: number) => a + b, sub: (a: number, b: number) => a - b },
  ...{ mul: (a: number, b: number) => a * b, div: (a: number, b: number) => a / b },
  ...{ exp: Math.exp, log: Math.log, log1p: Math.log1p, sqrt: Math.sqrt, atan: Math.atan, sign: Math.sign },
  ...{ less: (a: number, b: number) => a < b, lessEqual: (a: number, b: number) => a <= b },
  ...{ equal: (a: number, b: number) => a === b, and: (a: boolean, b: boolean) => a && b, not: (a: boolean) => !a },
  ...{ number: Number, where: (mask: boolean, a: number, b: number) => (mask ? a : b) },
} as never) as unknown as Parameters<Formula>[0];

/** An expression in three arguments and an option; it is run on numbers and on what is traced alike. */
type Expression = (m: Parameters<Formula>[0], x: readonly never[], option: never) => never;
const call =
  (name: string, ...parts: readonly Expression[]): Expression =>
  (m, x, option) =>
    (m[name as "add"] as (...args: never[]) => never)(...parts.map((part) => part(m, x, option)));
const number = (value: number): Expression => (() => value) as never;
/** A number as an array, which some operations want. */
const array = (part: Expression): Expression =>
  call(
    "add",
    part,
    call("mul", (_, x) => x[0] as never, number(0)),
  );

const { expression } = fc.letrec<{ expression: Expression }>((tie) => {
  const one = tie("expression").map(array);
  const two = fc.tuple(one, one);
  return {
    expression: fc.oneof(
      { maxDepth: 4, depthSize: "medium" },
      fc.nat(2).map(
        (i): Expression =>
          (_, x) =>
            x[i] as never,
      ),
      fc.integer({ min: -4, max: 4 }).map((n) => number(n / 2)),
      fc.constant<Expression>((_, __, option) => option),
      ...["add", "sub", "mul"].map((name) => two.map(([a, b]) => call(name, a, b))),
      two.map(([a, b]) => call("div", a, call("add", call("square", b), number(1)))),
      ...["softplus", "sigmoid", "relu", "abs", "atan"].map((name) => one.map((a) => call(name, a))),
      one.map((a) => call("exp", call("neg", call("abs", a)))),
      one.map((a) => call("sqrt", call("add", call("square", a), number(1)))),
      one.map((a) => call("log1p", call("abs", a))),
      one.map((a) => call("power", call("add", call("abs", a), number(0.5)), number(1.5))),
      two.map(([a, b]) => call("where", call("lessEqual", a, b), a, b)),
      fc.tuple(one, one, one).map(([a, b, c]) => call("where", call("less", a, number(0)), b, call("mul", a, c))),
      two.map(([a, b]) => call("timesLog", call("abs", a), call("add", call("abs", b), number(0.1)))),
    ),
  };
});

const count = 7;
/** Points in general: on a kink that they meet by design differences say nothing. */
const columns = fc.nat().map((seed) => {
  const random = seeded(seed);
  return Array.from({ length: 3 }, () => Array.from({ length: count }, () => 4 * random.uniform() - 2));
});

it("computes values and slopes of random formulas", () => {
  let compared = 0;
  fc.assert(
    fc.property(expression, columns, (root, inputs) => {
      // All arguments matter, so that all have a gradient.
      const whole: Expression = (m, x, option) =>
        m.add(root(m, x, option), m.mul(x[0] as never, m.mul(x[1] as never, x[2] as never))) as never;
      const option = 0.75;
      const run = kernelOf(["N", "N", "N"], (m, x, options) => whole(m, x as never, options(0) as never), {
        options: 1,
      });
      const { values, gradients, sum } = run("float64", { N: count }, inputs, { options: [option] });
      const at = (x: readonly number[]) => whole(plain, x as never, option as never) as unknown as number;
      const wanted = Array.from({ length: count }, (_, i) => at(inputs.map((column) => column[i] as number)));
      for (const [i, value] of values.entries())
        expect(Math.abs(value - (wanted[i] as number))).toBeLessThan(1e-12 * (1 + Math.abs(value)) * 10);
      expect(Math.abs(sum - wanted.reduce((a, b) => a + b, 0))).toBeLessThan(
        1e-10 * (1 + wanted.reduce((a, b) => a + Math.abs(b), 0)),
      );
      for (let i = 0; i < count; i++)
        for (let j = 0; j < 3; j++) {
          const point = inputs.map((column) => column[i] as number);
          const moved = (h: number) => at(point.map((x, k) => (k === j ? x + h : x)));
          const slope = (h: number) => (moved(h) - moved(-h)) / (2 * h);
          const [coarse, fine] = [slope(1e-5), slope(3e-6)];
          // Next to a kink differences say nothing.
          if (Math.abs(coarse - fine) > 1e-6 * (1 + Math.abs(coarse))) continue;
          compared++;
          expect(Math.abs((gradients[j]?.[i] as number) - fine)).toBeLessThan(1e-5 * (1 + Math.abs(fine)));
        }
    }),
    { seed: 11, numRuns: 80 },
  );
  expect(compared).toBeGreaterThan(1000);
});
