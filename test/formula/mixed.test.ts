/** Formulas whose values each depend on all of a row: factors on the values have to reach the sums in the gradients. */
import { expect, it } from "vitest";
import { centralDifference } from "../../src/checking/differences.ts";
import { defineFormula, type Maths } from "../../src/index.ts";
import { seeded } from "../harness/random.ts";

type Formula = <X>(m: Maths<X>, inputs: { p: X; t: X }) => X;

const formulas: Record<string, Formula> = {
  softmax: (m, { p, t }) => m.square(m.sub(m.softmax(p, 1), t)),
  logSoftmax: (m, { p, t }) => m.mul(t, m.logSoftmax(p, 1)),
  sum: (m, { p, t }) => m.mul(m.add(p, t), m.sum(m.square(p), 1, true)),
  largest: (m, { p, t }) => m.mul(m.add(p, t), m.expand(m.largest(p, 1), 1)),
};

for (const [name, formula] of Object.entries(formulas))
  for (const shape of [
    [3, 5],
    [2, 3, 5],
  ])
    it(`${name} of [${shape.join(", ")}]: cotangents and weights per element`, () => {
      const loss = defineFormula({ name, arguments: { p: "N C ...", t: "N C ..." }, formula });
      const random = seeded(3);
      const size = shape.reduce((product, length) => product * length, 1);
      const draw = () => Array.from({ length: size }, () => random.normal());
      const array = (data: readonly number[]) => ({ data: Float64Array.from(data), shape });
      const given = { p: draw(), t: draw() };
      const signed = draw();
      const weights = signed.map((x, i) => (i === 1 ? 0 : Math.abs(x)));
      for (const [factors, options] of [
        [signed, { reduction: "none", upstream: array(signed) }],
        [weights, { reduction: "sum", sampleWeight: array(weights) }],
      ] as const) {
        const { grads } = loss.valueAndGrad(array(given.p), array(given.t), options);
        const objective = (p: readonly number[], t: readonly number[]) =>
          loss(array(p), array(t), { reduction: "none" }).data.reduce(
            (sum, value, i) => sum + value * (factors[i] as number),
            0,
          );
        for (let i = 0; i < size; i++) {
          const byP = centralDifference((p) => objective(p, given.t), given.p, i);
          const byT = centralDifference((t) => objective(given.p, t), given.t, i);
          expect(grads.p.data[i], `p[${i}]`).toBeCloseTo(byP as number, 7);
          expect(grads.t.data[i], `t[${i}]`).toBeCloseTo(byT as number, 7);
        }
      }
    });

it("an argument that all rows share has its gradient of a single row too", () => {
  const loss = defineFormula({
    name: "shared",
    arguments: { p: "N C", w: "C" },
    formula: (m, { p, w }) => m.sum(m.mul(m.square(p), w), 1),
  });
  expect([...loss.valueAndGrad([[1, 2, 3]], [1, 1, 1]).grads.w.data]).toEqual([1, 4, 9]);
  const centre = defineFormula({
    name: "centre",
    arguments: { p: "N D", c: "K D" },
    formula: (m, { p, c }) => m.sum(m.square(m.sub(p, m.sum(c, 0))), 1),
  });
  expect([...centre.valueAndGrad([[1, 2, 3]], [[0, 0, 0]]).grads.c.data]).toEqual([-2, -4, -6]);
});
