/** Random formulas of whole arrays: tensor operations against an interpreter and central differences. */
import fc from "fast-check";
import { expect, it } from "vitest";
import type { Maths } from "../../src/formula/maths.ts";
import { defineFormula } from "../../src/index.ts";
import { seeded } from "../harness/random.ts";
import { interpreter, type Plain } from "./interpreter.ts";

/** Formulas of arrays of several shapes: those of a letter or two have these axes. */
type Arrays = (m: Maths<never>, x: Readonly<Record<"nd" | "md" | "d", never>>) => never;
const { n } = fc.letrec<Record<"nd" | "md" | "nm" | "n" | "m" | "d", Arrays>>((tie) => {
  const of =
    (name: string, ...rest: readonly unknown[]) =>
    (...parts: readonly Arrays[]): Arrays =>
    (m, x) =>
      (m[name as "add"] as (...args: unknown[]) => never)(...parts.map((part) => part(m, x)), ...rest);
  const each = (part: Arrays, axis: number) => of("expand", axis)(part);
  const pair = (a: string, b: string) => fc.tuple(tie(a as "n"), tie(b as "n"));
  const common = (kind: "nd" | "md" | "nm" | "n" | "d") => [
    pair(kind, kind).map(([a, b]) => of("atan")(of("mul")(a, b))),
    pair(kind, kind).map(([a, b]) => of("sub")(a, b)),
    pair(kind, kind).map(([a, b]) => of("where")(of("less", 0)(a), b, of("mul", 0.5)(a))),
    tie(kind).map((a) => of("exp")(of("neg")(of("abs")(a)))),
  ];
  const swapped =
    (part: Arrays): Arrays =>
    (m, x) => {
      const own = part(m, x);
      const rest = (m.shapeOf(own)[1] as number) - 1;
      return m.concat([m.slice(own, 1, 1, rest), m.slice(own, 1, 0, 1)], 1);
    };
  const axis = fc.nat(1);
  const depth = { maxDepth: 5, depthIdentifier: "arrays" };
  const leaf = (name: "nd" | "md" | "d") => fc.constant<Arrays>((_, x) => x[name]);
  const nd: Arrays = (_, x) => x.nd;
  const md: Arrays = (_, x) => x.md;
  return {
    nd: fc.oneof(
      depth,
      leaf("nd"),
      ...common("nd"),
      pair("nd", "d").map(([a, b]) => of("add")(a, b)),
      pair("nd", "n").map(([a, b]) => of("mul")(a, each(b, 1))),
      pair("nm", "md").map(([a, b]) => of("atan")(of("matmul")(a, b))),
      tie("nd").map(swapped),
      fc.tuple(tie("nd"), axis).map(([a, i]) => of("softmax", i)(a)),
    ),
    md: fc.oneof(
      depth,
      leaf("md"),
      ...common("md"),
      pair("nm", "nd").map(([a, b]) => of("atan")(of("matmul")(of("transpose")(a), b))),
      pair("md", "m").map(([a, b]) => of("sub")(a, each(b, 1))),
    ),
    nm: fc.oneof(
      depth,
      fc.constant(of("matmul")(nd, of("transpose")(md))),
      pair("nd", "md").map(([a, b]) => of("matmul")(a, of("transpose")(b))),
      pair("nd", "md").map(([a, b]) => of("sum", 2)(of("square")(of("sub")(each(a, 1), each(b, 0))))),
      ...common("nm"),
      pair("n", "m").map(([a, b]) => of("mul")(each(a, 1), each(b, 0))),
      fc.tuple(tie("nm"), axis).map(([a, i]) => of("logSoftmax", i)(a)),
    ),
    n: fc.oneof(
      depth,
      fc.constant(of("sum", 1)(nd)),
      tie("nd").map((a) => of("largest", 1)(a)),
      tie("nm").map((a) => of("sum", 1)(a)),
      tie("nm")
        .map((a) => of("logSumExp", 1)(a))
        .map((a) => of("sum", 1)(a)),
      tie("n").map((a) => of("sub")(a, of("mean")(a))),
      ...common("n"),
    ),
    m: fc.oneof(
      depth,
      fc.constant(of("norm", 1)(md)),
      tie("nm").map((a) => of("mean", 0)(a)),
      tie("md").map((a) => of("norm", 1)(a)),
    ),
    d: fc.oneof(
      depth,
      leaf("d"),
      tie("nd").map((a) => of("mean", 0)(a)),
      tie("md").map((a) => of("smallest", 0)(a)),
      ...common("d"),
    ),
  };
});

it("computes values and slopes of random formulas of whole arrays", () => {
  let compared = 0;
  let fused = 0;
  fc.assert(
    fc.property(n, fc.nat(), (root, seed) => {
      // All arguments matter.
      const formula = (m: Maths<never>, x: never) =>
        m.add(
          root(m, x),
          m.sum(m.matmul(m.transpose((x as { md: never }).md), m.mul((x as { md: never }).md, (x as { d: never }).d))),
        ) as never;
      const whole = (m: Maths<never>, x: never) => m.add(formula(m, x), m.sum((x as { nd: never }).nd, 1));
      const loss = defineFormula({
        name: "random",
        arguments: { nd: "N D", md: "M D", d: "D" },
        formula: whole as never,
      });
      fused += Number(loss.plan().kind === "fused");
      const random = seeded(seed);
      const shapes = { nd: [3, 2], md: [4, 2], d: [2] } as const;
      const inputs = Object.entries(shapes).map(([key, shape]) => ({
        key,
        shape,
        data: Array.from({ length: shape.reduce((a: number, b) => a * b, 1) }, () => random.normal()),
      }));
      const at = (
        given: readonly { readonly key: string; readonly shape: readonly number[]; readonly data: number[] }[],
      ) =>
        (whole(interpreter as never, Object.fromEntries(given.map(({ key, ...x }) => [key, x])) as never) as Plain)
          .data;
      const [nd, md, d] = inputs as [never, never, never];
      const { value, grads } = loss.valueAndGrad(nd, md, d, { reduction: "none" });
      for (const [i, wanted] of at(inputs).entries())
        expect(Math.abs((value.data[i] as number) - wanted)).toBeLessThan(1e-11 * (1 + Math.abs(wanted)));
      for (const [k, { key, data }] of inputs.entries())
        for (const [j, x] of data.entries()) {
          const moved = (h: number) =>
            at(inputs.map((own, i) => (i === k ? { ...own, data: data.with(j, x + h) } : own))).reduce(
              (a, b) => a + b,
              0,
            );
          const slope = (h: number) => (moved(h) - moved(-h)) / (2 * h);
          const [coarse, fine] = [slope(1e-5), slope(3e-6)];
          // Next to a kink differences say nothing.
          if (Math.abs(coarse - fine) > 1e-6 * (1 + Math.abs(coarse))) continue;
          compared++;
          const own = grads[key as "nd"].data[j] as number;
          expect(Math.abs(own - fine)).toBeLessThan(1e-5 * (1 + Math.abs(fine)));
        }
    }),
    { seed: 5, numRuns: 40 },
  );
  expect(fused).toBe(0);
  expect(compared).toBeGreaterThan(500);
});
