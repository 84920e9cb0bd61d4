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

const [up, down] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
const row = (...data: number[]) => ({ data, shape: [data.length] });
const log1pe = Math.log1p(Math.E);

/** Sums of few values by hand, and their gradients. */
const extremes: {
  readonly name: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly inputs: readonly { readonly data: number[]; readonly shape: number[] }[];
  readonly value: unknown;
  readonly grads: Readonly<Record<string, readonly number[]>>;
}[] = [
  {
    name: "binaryCrossEntropy",
    options: { posWeight: 2, reduction: "sum" },
    inputs: [row(down, up, 0), row(0, 1, 0)],
    value: expect.closeTo(Math.LN2, 5),
    grads: { logits: [0, 0, 0.5], targets: [up, down, Math.LN2] },
  },
  {
    name: "binaryCrossEntropy",
    options: { posWeight: 2, reduction: "sum" },
    inputs: [row(down, up, up), row(1, 0, 0.25)],
    value: up,
    grads: { logits: [-2, 1, 0.75], targets: [up, down, down] },
  },
  ...[0, 0.5, 2, 3].flatMap((gamma) => [
    {
      name: "focalLoss",
      options: { gamma, reduction: "sum" },
      inputs: [row(down, up), row(0, 1)],
      value: expect.closeTo(0, 5),
      grads: { logits: [0, 0] },
    },
    {
      name: "focalLoss",
      options: { gamma, reduction: "sum" },
      inputs: [row(down, up), row(1, 0)],
      value: up,
      grads: { logits: [-0.25, 0.75] },
    },
    {
      name: "focalLoss",
      options: { gamma, alpha: 0, reduction: "sum" },
      inputs: [row(down), row(1)],
      value: expect.closeTo(0, 5),
      grads: { logits: [0] },
    },
    {
      name: "softmaxFocalLoss",
      options: { gamma, alpha: [0, 1, 1] },
      inputs: [{ data: [down, 0, 0], shape: [1, 3] }, row(0)],
      value: expect.closeTo(0, 5),
      grads: { logits: [0, 0, 0] },
    },
    {
      name: "softmaxFocalLoss",
      options: { gamma },
      inputs: [{ data: [down, 0, 0], shape: [1, 3] }, row(0)],
      value: up,
      grads: { logits: [-1, 0.5, 0.5] },
    },
  ]),
  {
    name: "crossEntropy",
    options: { weight: [0, 1, 1], reduction: "sum" },
    inputs: [{ data: [down, 0, 0, 0, 0, 0], shape: [2, 3] }, row(0, 1)],
    value: expect.closeTo(Math.log(3), 5),
    grads: { logits: [0, 0, 0, 1 / 3, -2 / 3, 1 / 3] },
  },
  {
    name: "softCrossEntropy",
    options: { weight: [1, 0, 1] },
    inputs: [
      { data: [0, down, 1], shape: [1, 3] },
      { data: [0.5, 0, 0.5], shape: [1, 3] },
    ],
    value: expect.closeTo(log1pe - 0.5, 5),
    grads: { logits: [1 / (1 + Math.E) - 0.5, 0, 0.5 - 1 / (1 + Math.E)], targets: [log1pe, 0, log1pe - 1] },
  },
  {
    name: "logisticLoss",
    options: { reduction: "sum" },
    inputs: [row(up, down), row(1, -1)],
    value: expect.closeTo(0, 5),
    grads: { scores: [0, 0] },
  },
  {
    name: "multiclassHingeLoss",
    options: {},
    inputs: [{ data: [1, up, 2], shape: [1, 3] }, row(1)],
    value: expect.closeTo(0, 5),
    grads: { scores: [0, 0, 0] },
  },
  {
    name: "binaryLogLoss",
    options: { reduction: "sum" },
    inputs: [row(1 + 2 ** -21, -1e-9), row(1, 0)],
    value: expect.closeTo(0, 10),
    grads: { probabilities: [-1, 1] },
  },
  {
    name: "binaryLogLoss",
    options: { reduction: "sum" },
    inputs: [row(-1e-9, 1 + 2 ** -21), row(1, 0)],
    value: up,
    grads: { probabilities: [down, up] },
  },
  {
    name: "logLoss",
    options: {},
    inputs: [{ data: [-1e-9, 1], shape: [1, 2] }, row(0)],
    value: up,
    grads: { probabilities: [down, 0] },
  },
  {
    name: "tdLoss",
    options: { discount: 0.5, reduction: "sum" },
    inputs: [row(1, 2), row(1, 0), row(Number.NaN, 2), row(1, 0)],
    value: expect.closeTo(0.5, 5),
    grads: { values: [0, 1] },
  },
  {
    name: "generalizedDiceLoss",
    options: {},
    inputs: [
      { data: [1, 1, 1, 1], shape: [1, 1, 4] },
      { data: [0, 0, 0, 0], shape: [1, 1, 4] },
    ],
    value: expect.closeTo(1, 4),
    grads: { probabilities: [0, 0, 0, 0] },
  },
  // (1 − y) (a − b) pulls two of the same together; of two that differ nothing parts those that are a margin apart.
  {
    name: "contrastiveLoss",
    options: { margin: 2, reduction: "sum" },
    inputs: [{ data: [up, 0], shape: [1, 2] }, { data: [0, 1], shape: [1, 2] }, row(0)],
    value: up,
    grads: { first: [up, -1], second: [down, 1] },
  },
  {
    name: "contrastiveLoss",
    options: { margin: 2, reduction: "sum" },
    inputs: [
      { data: [down, 0, 3, 4, 1, 0], shape: [3, 2] },
      { data: [0, 1, 0, up, 0, 0], shape: [3, 2] },
      row(1, 1, 1),
    ],
    // Of the last pair, a distance of 1: ½ (2 − 1)².
    value: expect.closeTo(0.5, 5),
    grads: { first: [0, 0, 0, 0, -1, 0], second: [0, 0, 0, 0, 1, 0] },
  },
  ...[0, 1].map((same) => {
    // z = (w_1 − w_0)·(a − b)² = ∞: right for those that are the same, beyond measure wrong for those that are not.
    const right = same === 1;
    return {
      name: "verificationLoss",
      options: {},
      inputs: [
        { data: [down, 0], shape: [1, 2] },
        { data: [0, 1], shape: [1, 2] },
        row(same),
        { data: [1, 2, 3, -1], shape: [2, 2] },
        row(0.5, 0),
      ],
      value: right ? expect.closeTo(0, 5) : up,
      // 2 (σ(z) − y) (w_1 − w_0) (a − b), where 0 times an infinite difference is undefined.
      grads: right
        ? { first: [Number.NaN, 0], second: [Number.NaN, 0], bias: [0, 0] }
        : { first: [down, 6], second: [up, -6], bias: [-1, 1] },
    };
  }),
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

    it.each(extremes)("$name $options: infinite logits and what lies beyond 0 and 1 by a rounding", async (extreme) => {
      const { name, inputs, value, grads } = extreme;
      const came = await run(name, inputs, { ...extreme.options, ...options });
      expect(came.value).toEqual(value);
      for (const [argument, wanted] of Object.entries(grads)) {
        const own = [...(came.grads[argument] ?? [])].map((g) => g + 0);
        expect(own).toEqual(wanted.map((g) => (Number.isFinite(g) ? expect.closeTo(g, 5) : g)));
      }
    });

    it("rows that a mask leaves out of a batch reach nothing, whatever they hold", async () => {
      const keep = [1, 1, 0, 1, 1];
      const rows = (fill: number, by: number) => ({
        data: keep.flatMap((on, i) => [0, 1].map((k) => (on ? Math.sin(by * (2 * i + k + 1)) : fill))),
        shape: [5, 2],
      });
      const labels = { data: [0, 1, 0, 0, 1], shape: [5] };
      const names = Object.keys(losses).filter((name) => {
        const { family, options } = (losses[name] as AnyLoss).spec;
        return family === "embedding" && options.mask !== undefined;
      });
      expect(names.length).toBe(8);
      for (const name of names) {
        const { spec } = losses[name] as AnyLoss;
        const inputs = (fill: number) => [rows(fill, 1), spec.arguments[1]?.kind === "index" ? labels : rows(fill, 2)];
        const all = { ...options, mask: keep };
        expect(await run(name, inputs(Number.NaN), all), name).toEqual(await run(name, inputs(0), all));
      }
    });

    it("a definition agrees with its kernel on probabilities beyond 0 and 1 by a rounding", async () => {
      const masks = [
        { data: [1 + 2 ** -21, -1e-7, 0.5, 0, 1, 0.25], shape: [1, 2, 3] },
        { data: [1, 0, 1 + 2 ** -21, -1e-7, 0, 1], shape: [1, 2, 3] },
      ];
      for (const name of ["diceLoss", "generalizedDiceLoss", "tverskyLoss", "jaccardLoss"]) {
        const inside = masks.map(({ data, shape }) => ({ data: data.map((p) => Math.min(1, Math.max(0, p))), shape }));
        expect(await run(name, masks, options)).toEqual(await run(name, inside, options));
      }
    });
  });

it("a ranking of no rows, or of none that counts, costs 0 with gradient 0, in both engines", async () => {
  const { numpy: np, valueAndGrad } = jax.jax;
  const loss = jax.native.drLoss as NonNullable<(typeof jax.native)[string]>;
  for (const backend of ["cpu", "wasm"]) {
    await tfjs.tf.setBackend(backend);
    for (const [data, shape, labels] of [
      [[], [0, 2], []],
      [[3, Number.NaN], [1, 2], [-1]],
    ] as const) {
      const targets = { data: [...labels], shape: [labels.length] };
      const zeros = data.map(() => 0);
      for (const fused of [true, false]) {
        const { value, grads } = await tfjs.valueAndGrad("drLoss", [{ data: [...data], shape: [...shape] }, targets], {
          fused,
        });
        expect([value, ...(grads.logits as number[]).map((g) => g + 0)]).toEqual([0, ...zeros]);
      }
      const [value, gradient] = valueAndGrad((x: import("@jax-js/jax").Array) =>
        loss(x, np.array([...labels], { dtype: np.int32 }).reshape([labels.length])),
      )(labels.length ? np.array([[...data]]) : np.zeros([0, 2]));
      expect([...(await value.data()), ...(await gradient.data())].map((g) => g + 0)).toEqual([0, ...zeros]);
    }
  }
});

it("no boxes cost 0, with an empty gradient, in both engines", async () => {
  await tfjs.tf.setBackend("cpu");
  for (const name of ["iouLoss", "giouLoss", "diouLoss", "ciouLoss"])
    for (const reduction of ["sum", "mean"]) {
      const none = { data: [], shape: [0, 4] };
      for (const fused of [true, false])
        expect(await tfjs.valueAndGrad(name, [none, none], { reduction, fused })).toEqual({
          value: 0,
          grads: { predictions: [] },
        });
      const { numpy: np, valueAndGrad } = jax.jax;
      const loss = jax.native[name] as NonNullable<(typeof jax.native)[string]>;
      const [value, gradient] = valueAndGrad((boxes: import("@jax-js/jax").Array) =>
        loss(boxes, np.zeros([0, 4]), { reduction }),
      )(np.zeros([0, 4]));
      expect([...(await value.data()), ...gradient.shape]).toEqual([0, 0, 4]);
    }
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
