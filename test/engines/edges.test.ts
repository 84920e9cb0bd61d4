/** What the losses say of masked logits, and of digits far out, holds for their portable definitions too. */
import { beforeAll, describe, expect, it } from "vitest";
import type { AnyLoss, Options } from "../harness/calls.ts";
import { type Input, losses } from "./cases.ts";
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

const rows = [
  [1, -2, 0.5, 3, -0.25],
  [-1, 0.75, 2, 0.5, 1.5],
  [0.25, 1, -1, 2, 0.5],
  [2, 1, 1, -1, 0.75],
];
const others = rows.map((row) => row.map((v, k) => 0.5 * v + Math.cos(3 * k)));
const thirds = rows.map((row) => row.map((v, k) => v * Math.sin(k + 1)));
const labels = { data: [0, 0, 1, 1], shape: [4] };

describe.each([
  {
    title: "jax-js, f32",
    run: (name: string, inputs: Input[], o: Options) => jax.valueAndGrad(name, inputs, o, "float32"),
  },
  {
    title: "TensorFlow.js, portable",
    run: (name: string, inputs: Input[], o: Options) => tfjs.valueAndGrad(name, inputs, { ...o, fused: false }),
  },
])("$title: vectors whose squares leave f32", ({ run }) => {
  beforeAll(() => tfjs.tf.setBackend("cpu"));
  it.each<readonly [string, (make: (x: number[][]) => Input) => Input[], Options]>([
    ["infoNceLoss", (make) => [make(rows), make(others)], {}],
    ["supConLoss", (make) => [make(rows), labels], {}],
    ["cosineEmbeddingLoss", (make) => [make(rows), make(others), { data: [1, -1, 1, -1], shape: [4] }], {}],
    ["tripletLoss", (make) => [rows, others, thirds].map(make), { distance: "cosine", margin: 1 }],
    ["tripletLoss", (make) => [rows, thirds, others].map(make), {}],
    ["batchHardTripletLoss", (make) => [make(rows), labels], {}],
    ["psnr", (make) => [rows, others].map((x) => ({ ...make(x), shape: [1, 1, 4, 5] })), { dataRange: 1 }],
  ])("%s", async (name, args, options) => {
    for (const scale of [1e-22, 1e22]) {
      const inputs = args((x) => sample(x.map((row) => row.map((v) => Math.fround(v * scale)))));
      const came = await run(name, inputs, options);
      const exact = inputs.map((input, i) => {
        const { data, shape } = input as { data: number[]; shape: number[] };
        return losses[name]?.spec.arguments[i].kind === "index"
          ? { data: Int32Array.from(data), shape }
          : { data: Float64Array.from(data), shape };
      });
      const wanted = (losses[name] as AnyLoss).valueAndGrad(...exact, options);
      const value = wanted.value as number;
      expect(value).not.toBe(0);
      expect(Math.abs(came.value - value)).toBeLessThanOrEqual(1e-4 * Math.abs(value));
      for (const [argument, grad] of Object.entries(wanted.grads as Record<string, { data: Float64Array }>)) {
        const most = Math.max(...grad.data.map(Math.abs));
        for (const [i, g] of grad.data.entries())
          expect(Math.abs((came.grads[argument]?.[i] as number) - g)).toBeLessThanOrEqual(1e-4 * most);
      }
    }
  });
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
