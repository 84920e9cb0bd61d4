/** Random formulas: their kernels against plain evaluation and central differences. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { mathsOf } from "../../src/formula/maths.ts";
import { seeded } from "../harness/random.ts";
import type { Formula } from "./kernel.ts";
import { kernelOf } from "./kernel.ts";

/** The array interface on single numbers; masks are truth values. */
const plain = mathsOf({
  ...{ epsilon: 2 ** -52, sumsExactly: true, shapeOf: () => [], stop: (x: number) => x },
  ...{ add: (a: number, b: number) => a + b, sub: (a: number, b: number) => a - b },
  ...{ mul: (a: number, b: number) => a * b, div: (a: number, b: number) => a / b },
  ...{
    exp: Math.exp,
    expm1: Math.expm1,
    log: Math.log,
    log1p: Math.log1p,
    sqrt: Math.sqrt,
    atan: Math.atan,
    sign: Math.sign,
  },
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
      one.map((a) => call("expm1", call("neg", call("abs", a)))),
      ...["minimum", "maximum"].map((name) => two.map(([a, b]) => call(name, a, b))),
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

/** A row, or one number for all of it, of which the rest of a shape has length 1. */
interface Row {
  readonly v: readonly (number | boolean)[];
  readonly shape: readonly number[];
}

const lift = (x: Row | number): Row => (typeof x === "number" ? { v: [x], shape: [] } : x);
const zip =
  (f: (...numbers: never[]) => number | boolean) =>
  (...given: (Row | number)[]): Row => {
    const rows = given.map(lift);
    const longest = rows.reduce((a, b) => (b.v.length > a.v.length || b.shape.length > a.shape.length ? b : a));
    const count = Math.max(...rows.map(({ v }) => v.length));
    const v = Array.from({ length: count }, (_, c) =>
      f(...(rows.map((row) => row.v[row.v.length > 1 ? c : 0]) as never[])),
    );
    return {
      v,
      shape:
        longest.shape.length === 0
          ? []
          : longest.shape.map((length, i) => (i === longest.shape.length - 2 ? count : length)),
    };
  };
const reduced =
  (f: (numbers: number[]) => number) =>
  (x: Row, _axes?: unknown, keep = true): Row => ({ v: [f(x.v as number[])], shape: keep ? [1, 1, 1] : [1, 1] });
const firstOf = (v: readonly number[]) => v.indexOf(Math.max(...v));

/** The array interface on one row of [1, C, 1]. */
const byRow = mathsOf({
  ...{ epsilon: 2 ** -52, sumsExactly: true, shapeOf: (x: Row) => x.shape, stop: (x: Row) => x },
  ...{ add: zip((a: number, b: number) => a + b), sub: zip((a: number, b: number) => a - b) },
  ...{ mul: zip((a: number, b: number) => a * b), div: zip((a: number, b: number) => a / b) },
  ...{ exp: zip(Math.exp), log: zip(Math.log), log1p: zip(Math.log1p), sqrt: zip(Math.sqrt), sign: zip(Math.sign) },
  ...{ less: zip((a: number, b: number) => a < b), lessEqual: zip((a: number, b: number) => a <= b) },
  ...{ equal: zip((a: number, b: number) => a === b), and: zip((a: boolean, b: boolean) => a && b) },
  ...{ not: zip((a: boolean) => !a), number: zip(Number), whole: zip(Number.isInteger) },
  ...{ where: zip((mask: boolean, a: number, b: number) => (mask ? a : b)) },
  ...{
    reshape: ({ v }: Row, shape: number[]) => ({ v, shape }),
    range: (n: number) => ({ v: [...Array(n).keys()], shape: [n] }),
  },
  ...{ sum: reduced((v) => v.reduce((a, b) => a + b, 0)), max: reduced((v) => Math.max(...v)) },
  atLargest: ({ v, shape }: Row) => ({ v: v.map((_, c) => c === firstOf(v as number[])), shape }),
} as never) as unknown as Parameters<Formula>[0];

/** Of x and y [N, C, ...], w [C], r [N, ...] and labels [N, ...]. */
const rowExpression = fc.letrec<{ element: Expression; row: Expression }>((tie) => {
  // All of a row even where the part is one number.
  const element = tie("element").map((part) =>
    call(
      "add",
      part,
      call("mul", (_, x) => x[0] as never, number(0)),
    ),
  );
  const row = tie("row");
  const either = fc.oneof(element, row);
  const along = (name: string, part: Expression, ...rest: readonly unknown[]) =>
    call(
      name,
      part,
      ...rest.map(
        (value): Expression =>
          () =>
            value as never,
      ),
    );
  return {
    element: fc.oneof(
      { maxDepth: 4, depthSize: "medium" },
      ...[0, 1].map((i) => fc.constant<Expression>((_, x) => x[i] as never)),
      fc.constant<Expression>((m, x) => m.reshape(x[2] as never, [m.shapeOf(x[2] as never)[0] as number, 1]) as never),
      ...["add", "sub", "mul"].map((name) => fc.tuple(element, either).map(([a, b]) => call(name, a, b))),
      fc.tuple(either, element).map(([a, b]) => call("div", a, call("add", call("square", b), number(1)))),
      ...["softplus", "sigmoid", "relu", "abs"].map((name) => element.map((a) => call(name, a))),
      ...["softmax", "logSoftmax"].map((name) => element.map((a) => along(name, a, 1))),
      fc.tuple(element, either).map(([a, b]) => call("where", call("lessEqual", a, b), a, b)),
    ),
    row: fc.oneof(
      { maxDepth: 4, depthSize: "medium" },
      fc.constant<Expression>((m, x) => m.expand(x[3] as never, 1) as never),
      element.map((a) => along("sum", a, 1, true)),
      element.map((a) => along("logSumExp", a, 1)),
      element.map((a) => call("expand", along("norm", a, 1), (() => 1) as never)),
      element.map((a) => call("expand", along("largest", a, 1), (() => 1) as never)),
      element.map(
        (a): Expression =>
          (m, x, option) =>
            m.sumWhere(
              m.classes(x[4] as never, m.shapeOf(x[2] as never)[0] as number),
              a(m, x, option) as never,
              1,
              true,
            ) as never,
      ),
      fc.tuple(row, either).map(([a, b]) =>
        call(
          "add",
          a,
          along(
            "sum",
            call("mul", b, (_, x) => x[1] as never),
            1,
            true,
          ),
        ),
      ),
    ),
  };
}).row;

describe.each([1, 7])("along axis 1, %i positions apart,", (S) => {
  it("computes values and slopes of random formulas", () => {
    const [N, C] = [2, 5];
    let compared = 0;
    fc.assert(
      fc.property(rowExpression, fc.nat(), (root, seed) => {
        const whole: Expression = (m, x, option) => {
          const [a, b, , r] = x as never[];
          const mixed = m.sum(m.mul(m.mul(a as never, b as never), m.expand(r as never, 1)), 1);
          return m.add(m.sum(root(m, x, option), 1), mixed) as never;
        };
        const random = seeded(seed);
        const draw = (count: number) => Array.from({ length: count }, () => 4 * random.uniform() - 2);
        const inputs = [
          draw(N * C * S),
          draw(N * C * S),
          draw(C),
          draw(N * S),
          draw(N * S).map((x) => Math.floor(x + 3)),
        ];
        const run = kernelOf(
          ["N C ...", "N C ...", "C", "N ...", "N ..."],
          (m, x) => whole(m, x as never, 0 as never),
          {},
          [4],
        );
        const lengths = { N, C, "...": S };
        const { values, gradients } = run("float64", lengths, inputs);
        const at = (given: readonly (readonly number[])[], n: number, s: number): number => {
          const channels = (x: readonly number[]) =>
            Array.from({ length: C }, (_, c) => x[(n * C + c) * S + s] as number);
          const [a, b, w, r, labels] = given as [number[], number[], number[], number[], number[]];
          const one = (x: readonly number[]) => ({ v: [x[n * S + s] as number], shape: [1, 1] });
          const rows = [channels(a), channels(b)].map((v) => ({ v, shape: [1, C, 1] }));
          const all = [...rows, { v: w, shape: [C] }, one(r), one(labels)];
          return (whole(byRow, all as never, 0 as never) as unknown as Row).v[0] as number;
        };
        for (let n = 0; n < N; n++)
          for (let s = 0; s < S; s++) {
            const wanted = at(inputs, n, s);
            const value = values[n * S + s] as number;
            expect(Math.abs(value - wanted)).toBeLessThan(1e-11 * (1 + Math.abs(wanted)));
            for (const j of [0, 1, 3])
              for (let c = 0; c < (j === 3 ? 1 : C); c++) {
                const i = j === 3 ? n * S + s : (n * C + c) * S + s;
                const moved = (h: number) =>
                  at(
                    inputs.map((x, k) => (k === j ? x.with(i, (x[i] as number) + h) : x)),
                    n,
                    s,
                  );
                const slope = (h: number) => (moved(h) - moved(-h)) / (2 * h);
                const [coarse, fine] = [slope(1e-5), slope(3e-6)];
                if (Math.abs(coarse - fine) > 1e-6 * (1 + Math.abs(coarse))) continue;
                compared++;
                expect(Math.abs((gradients[j]?.[i] as number) - fine)).toBeLessThan(1e-5 * (1 + Math.abs(fine)));
              }
          }
        const narrow = run("float32", lengths, inputs);
        const size = Math.max(1, ...values.map(Math.abs));
        for (const [i, value] of values.entries())
          expect(Math.abs((narrow.values[i] as number) - value)).toBeLessThan(1e-4 * size);
      }),
      { seed: 5, numRuns: 30 },
    );
    expect(compared).toBeGreaterThan(300);
  });
});
