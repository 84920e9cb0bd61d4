/** What the compiler knows of users' losses. Never run: `npm run typecheck` checks it. */
import { expectTypeOf, test } from "vitest";
import { combine, defineFormula, type FloatInput, type FormulaPlan, type Tensor } from "../../src/index.ts";

const x = new Float32Array(4);

const weighed = defineFormula({
  name: "weighed",
  arguments: {
    predictions: "N C",
    labels: { shape: "N", kind: "index" },
    weights: { shape: "N", differentiable: false },
  },
  options: { delta: { default: 1, range: "(0, ∞)" }, power: { default: 2, range: "[1, ∞)" } },
  formula: (m, { predictions, weights }, { delta }) => m.mul(m.sum(m.mul(predictions, delta), 1), weights),
});

test("arguments and options follow from the declaration", () => {
  expectTypeOf(weighed(x, [1, 2], x, { delta: 2, reduction: "sum" })).toEqualTypeOf<number>();
  expectTypeOf(weighed(x, new BigInt64Array(4), x, { reduction: "none" })).toEqualTypeOf<Tensor<Float32Array>>();
  expectTypeOf(weighed.valueAndGrad(x, new Int32Array(4), x).grads).toEqualTypeOf<{
    readonly predictions: Tensor<Float32Array>;
  }>();
  // @ts-expect-error: misspelt
  weighed(x, new Int32Array(4), x, { delat: 2 });
  // @ts-expect-error: a number
  weighed(x, new Int32Array(4), x, { delta: "2" });
  // @ts-expect-error: an argument is missing
  weighed(x, new Int32Array(4));
  // @ts-expect-error: labels have no gradient
  weighed.valueAndGrad(x, new Int32Array(4), x, { wrt: ["labels"] });
});

test("inside a formula values are arrays, and names are known", () => {
  const two = { predictions: "N", targets: "N" } as const;
  defineFormula({
    name: "wrong",
    arguments: two,
    options: { delta: { default: 1, range: "(0, ∞)" } },
    formula: (m, { predictions, targets }, { delta }) => {
      // @ts-expect-error: not a number
      Math.exp(predictions);
      // @ts-expect-error: neither is an option
      const twice = 2 * delta;
      return m.mul(m.sub(predictions, targets), twice);
    },
  });
  defineFormula({
    name: "misspelt",
    arguments: two,
    // @ts-expect-error: no such argument
    formula: (m, { predictions, target }) => m.sub(predictions, target),
  });
});

test("the plan of a loss says which of two it is", () => {
  const plan = weighed.plan();
  if (plan.kind === "fused") expectTypeOf(plan.passes).toEqualTypeOf<number>();
  else expectTypeOf(plan.arrays).toEqualTypeOf<Readonly<Record<string, number>>>();
  expectTypeOf(plan).toEqualTypeOf<FormulaPlan>();
});

test("such a loss in a combination takes what it takes alone", () => {
  const own = defineFormula({ name: "own", arguments: { p: "N", t: "N" }, formula: (m, { p, t }) => m.mul(p, t) });
  const both = combine({ own });
  expectTypeOf(both).parameter(1).toEqualTypeOf<FloatInput>();
});
