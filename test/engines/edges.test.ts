/** What the losses say of masked logits, and of digits far out, holds for their portable definitions too. */
import { beforeAll, describe, expect, it } from "vitest";
import * as jax from "./jax.ts";
import * as tfjs from "./tfjs.ts";

/** Losses whose first argument is logits, and what stands beside a logit of −Infinity in the last column. */
const masked = {
  softCrossEntropy: [
    [0.25, 0.75, 0],
    [1, 0, 0],
  ],
  klDivergenceFromLogits: [
    [0.25, 0.75, 0],
    [1, 0, 0],
  ],
  distillationLoss: [
    [0.5, -1, Number.NEGATIVE_INFINITY],
    [2, 0, Number.NEGATIVE_INFINITY],
  ],
};

const sample = (rows: readonly number[][]) => ({ data: rows.flat(), shape: [rows.length, rows[0]?.length as number] });
const without = (rows: readonly number[][]) => rows.map((row) => row.slice(0, 2));

const logits = [
  [1, 2, Number.NEGATIVE_INFINITY],
  [-0.5, 0.25, Number.NEGATIVE_INFINITY],
];

const engines = [
  { title: "jax-js", run: jax.valueAndGrad, options: {} },
  { title: "TensorFlow.js, portable", run: tfjs.valueAndGrad, options: { fused: false } },
];

for (const { title, run, options } of engines)
  describe(title, () => {
    beforeAll(() => tfjs.tf.setBackend("cpu"));
    it.each(Object.entries(masked))(
      "%s: a logit of −Infinity where nothing is asked is as if it were not there",
      async (name, rows) => {
        const other = name === "distillationLoss" ? "studentLogits" : "logits";
        const came = await run(name, [sample(logits), sample(rows)], options);
        const wanted = await run(name, [sample(without(logits)), sample(without(rows))], options);
        expect(came.value).toBeCloseTo(wanted.value, 6);
        const [gradient, smaller] = [came.grads[other] ?? [], wanted.grads[other] ?? []];
        expect([gradient[2], gradient[5]]).toEqual([0, 0]);
        for (const [i, at] of [0, 1, 3, 4].entries()) expect(gradient[at]).toBeCloseTo(smaller[i] as number, 6);
      },
    );
  });

it("jax-js, float32 on wasm: the logistic loss keeps its digits where it is small, under jit too", async () => {
  const { numpy: np } = jax.jax;
  const loss = jax.native.logisticLoss as NonNullable<(typeof jax.native)[string]>;
  jax.jax.defaultDevice("wasm");
  try {
    const scores = [18, 12, 5, 3];
    const each = (x: import("@jax-js/jax").Array) => loss(x, np.onesLike(x.ref), { reduction: "none" });
    for (const run of [each, jax.jax.jit(each)]) {
      const came = await run(np.array(new Float32Array(scores))).data();
      for (const [i, x] of scores.entries()) {
        const wanted = Math.log1p(Math.exp(-x));
        expect(Math.abs((came[i] as number) - wanted)).toBeLessThanOrEqual(2e-6 * wanted);
      }
    }
  } finally {
    jax.jax.defaultDevice("cpu");
  }
});
