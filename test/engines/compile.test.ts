/** `compile`: a loss as `fit` takes it, weighed by class as TensorFlow.js's own losses are, with targets in Keras' forms. */
import type { Scalar, Tensor } from "@tensorflow/tfjs-core";
import { beforeEach, describe, expect, it } from "vitest";
import * as lossary from "../../src/engines/tfjs/index.ts";
import * as core from "../../src/index.ts";
import { tf } from "./tfjs.ts";

const { compile, binaryCrossEntropy, crossEntropy, softCrossEntropy } = lossary;
type KerasLoss = (yTrue: Tensor, yPred: Tensor) => Tensor;

const numbers = (make: () => Tensor) => tf.tidy(() => [...make().dataSync()]);

/** Loss and weights after one step of rate 1 from zeros; one input, which is 1. */
async function step(loss: string | KerasLoss, rows: number[][], classWeight: Record<number, number>, from = "linear") {
  const [xs, ys] = [tf.ones([rows.length, 1]), tf.tensor2d(rows)];
  const units = ys.shape[1];
  const layer = {
    units,
    inputShape: [1],
    useBias: false,
    kernelInitializer: "zeros" as const,
    activation: from as "linear",
  };
  const model = tf.sequential({ layers: [tf.layers.dense(layer)] });
  const optimizer = tf.train.sgd(1);
  model.compile({ optimizer, loss: loss as KerasLoss });
  const { history } = await model.fit(xs, ys, { epochs: 1, batchSize: rows.length, classWeight, verbose: 0 });
  const weights = [...(model.getWeights()[0] as Tensor).dataSync()];
  model.dispose();
  tf.dispose([xs, ys]);
  return { loss: (history.loss as number[])[0] as number, weights };
}

const situations = [
  { backend: "cpu", fused: true },
  { backend: "cpu", fused: false },
  { backend: "wasm", fused: true },
];

describe.each(situations)("on $backend, fused $fused", ({ backend, fused }) => {
  beforeEach(() => tf.setBackend(backend));

  it("weighs the samples of a class in fit as TensorFlow.js's own losses do", async () => {
    const [oneHot, single] = [
      [
        [1, 0],
        [0, 1],
        [0, 1],
        [0, 1],
      ],
      [[1], [0], [0], [0]],
    ];
    const many = { 0: 2, 1: 0.5 };
    const own = await step("categoricalCrossentropy", oneHot, many, "softmax");
    for (const loss of [compile(crossEntropy, { fused }), compile(softCrossEntropy, { fused })]) {
      // A weight of 3 makes one sample the equal of three: the step of both classes is 0.
      const balanced = await step(loss, oneHot, { 0: 3, 1: 1 });
      expect(balanced.loss).toBeCloseTo((6 / 4) * Math.LN2, 6);
      for (const weight of balanced.weights) expect(weight).toBeCloseTo(0, 7);
      const came = await step(loss, oneHot, many);
      expect(came.loss).toBeCloseTo(own.loss, 6);
      // Σ w (onehot − ½) / 4 = (2 · ½ − 3 · ½ · ½) / 4.
      for (const [i, weight] of came.weights.entries()) expect(weight).toBeCloseTo(i === 0 ? 0.0625 : -0.0625, 6);
    }
    const binary = compile(binaryCrossEntropy, { fused });
    expect((await step(binary, single, { 0: 1, 1: 3 })).weights[0]).toBeCloseTo(0, 7);
    const [came, wanted] = [
      await step(binary, single, many),
      await step("binaryCrossentropy", single, many, "sigmoid"),
    ];
    expect(came.loss).toBeCloseTo(wanted.loss, 5);
    expect(came.weights[0]).toBeCloseTo(wanted.weights[0] as number, 5);
  });

  it("compiles a combination part by part, activations and targets among them", async () => {
    const { combine, diceLoss, softmax } = lossary;
    const [x, y] = tf.tidy(() => [
      tf.randomNormal([3, 4, 5, 2], 0, 1, "float32", 3),
      tf.oneHot(tf.cast(tf.randomUniform([3, 4, 5], 0, 2, "float32", 4), "int32"), 2).toFloat(),
    ]) as [Tensor, Tensor];
    const parts = combine({
      crossEntropy,
      dice: { loss: diceLoss, weight: 0.5, activation: softmax, options: { smooth: 0.1 } },
    });
    const loss = compile(parts, { fused });
    expect(loss.name).toBe("combine");
    const [came, ce, dice] = [loss(y, x), compile(crossEntropy)(y, x), compile(diceLoss, { smooth: 0.1 })] as const;
    const p = tf.softmax(x);
    const wanted = numbers(() => tf.add(ce, tf.mul(dice(y, p), 0.5)));
    expect(came.shape).toEqual([3]);
    for (const [i, value] of numbers(() => came.clone()).entries()) expect(value).toBeCloseTo(wanted[i] as number, 5);
    tf.dispose([x, y, came, ce, p]);
    expect(() => compile(parts, { sampleWeight: [1] } as never)).toThrow("compile: sampleWeight is of one batch");
    expect(() => compile(parts, { dleta: 1 } as never)).toThrow('compile: unknown option "dleta"');
    expect(() => compile(combine({ t: lossary.tripletLoss }))).toThrow("compile: tripletLoss takes 3 arguments");
    // One class, weighed by itself: half of the step's length comes from each part.
    const one = compile(
      combine({ a: { loss: crossEntropy, weight: 0.5 }, b: { loss: softCrossEntropy, weight: 0.5 } }),
    );
    const rows = [
      [1, 0],
      [0, 1],
      [0, 1],
    ];
    const many = { 0: 2, 1: 0.5 };
    const [combined, plain] = [await step(one, rows, many), await step(compile(crossEntropy, { fused }), rows, many)];
    expect(combined.loss).toBeCloseTo(plain.loss, 6);
    for (const [i, weight] of combined.weights.entries()) expect(weight).toBeCloseTo(plain.weights[i] as number, 6);
  });

  it("gives numbers whose mean is a weighted mean, and gradients to match", () => {
    const logits = [
      [2, 0, 1],
      [0, 1, 0],
      [1, 1, 3],
      [0, 0, 0],
    ];
    const labels = [0, 1, 2, 0];
    const options = { weight: [1, 3, 0.5], ignoreIndex: 2 };
    const each = core.crossEntropy(logits, labels, { ...options, reduction: "none" }).data;
    // Four samples over the weights of the three that count.
    const wanted = [...each].map((value) => (value * 4) / (1 + 3 + 1));
    const loss = compile(crossEntropy, { ...options, fused });
    const [x, y] = [tf.tensor2d(logits), tf.oneHot(tf.tensor1d(labels, "int32"), 3).toFloat()];
    const came = numbers(() => loss(y, x));
    for (const [i, value] of wanted.entries()) expect(came[i]).toBeCloseTo(value, 5);
    const { grads } = core.crossEntropy.valueAndGrad(logits, labels, options);
    const slope = (weights: number[]) =>
      numbers(() => tf.grad((a: Tensor) => tf.mean(tf.mul(loss(y, a), tf.tensor1d(weights))) as Scalar)(x));
    for (const weights of [
      [1, 1, 1, 1],
      [5, 1, 2, 0.5],
    ])
      for (const [i, value] of slope(weights).entries())
        expect(value).toBeCloseTo((grads.logits.data[i] as number) * (weights[Math.floor(i / 3)] as number), 5);
    tf.dispose([x, y]);
  });

  it("gives one number per sample of masks and maps, and stays one number where there are no samples", () => {
    const [p, t] = [
      tf.randomUniform([3, 4, 5, 2], 0, 1, "float32", 1),
      tf.randomUniform([3, 4, 5, 2], 0, 1, "float32", 2),
    ];
    for (const [loss, plain] of [
      [
        compile(lossary.diceLoss, { weight: [1, 3], fused }),
        lossary.diceLoss(p, t, { weight: [1, 3], channelsLast: true }),
      ],
      [compile(lossary.l1Loss, { fused }), lossary.l1Loss(p, t)],
      [
        compile(lossary.focalLoss, { normalizer: "positives", fused }),
        lossary.focalLoss(p, t, { normalizer: "positives" }),
      ],
      [compile(lossary.l2Loss, { reduction: "sum", fused }), lossary.l2Loss(p, t, { reduction: "sum" })],
      [compile(lossary.l2Loss, { reduction: "none", fused }), lossary.l2Loss(p, t)],
    ] as const) {
      const came = loss(t, p);
      expect(came.shape).toEqual([3]);
      const mean = numbers(() => tf.mean(came))[0] as number;
      const wanted = plain.dataSync()[0] as number;
      expect(Math.abs(mean - wanted)).toBeLessThan(1e-5 * wanted);
      tf.dispose([came, plain]);
    }
    for (const loss of [
      compile(lossary.diceLoss, { perBatch: true, fused }),
      compile(lossary.reconstructionLoss, { fused }),
    ])
      expect(tf.tidy(() => loss(t, p)).shape).toEqual([]);
    tf.dispose([p, t]);
  });

  it("takes one-hot rows, leaves out empty ones where it is told to, and refuses others", () => {
    const x = tf.tensor2d([[3, 1, 2]]);
    const of = (row: number[], ignoreIndex?: number) =>
      numbers(() => compile(crossEntropy, { ignoreIndex, fused })(tf.tensor2d([row]), x));
    expect(of([0, 1, 0])[0]).toBeCloseTo(2 + Math.log(1 + Math.exp(-2) + Math.exp(-1)), 6);
    expect(of([0, 0, 0], -1)).toEqual([0]);
    expect(() => of([0, 0, 0])).toThrow("crossEntropy: targets[0] is all zeros, expected one-hot");
    for (const row of [
      [0.3, 0.7, 0],
      [1, 1, 0],
      [-100, -100, -100],
      [0, 2, -1],
      [0, Number.NaN, 1],
    ])
      expect(() => of(row)).toThrow("crossEntropy: targets[0] is not one-hot; softCrossEntropy takes probabilities");
    const identities = compile(lossary.supConLoss, { fused });
    expect(() =>
      identities(
        tf.tensor2d([
          [1, 1],
          [2, 1],
        ]),
        tf.ones([2, 2]),
      ),
    ).toThrow("supConLoss: targets[1] holds different labels, expected one, repeated");
    x.dispose();
  });

  it("carries the loss's name, under which fit keeps it as a metric", () => {
    expect(compile(crossEntropy, { fused }).name).toBe("crossEntropy");
  });

  it("checks the tensors' numbers", () => {
    tf.tidy(() => {
      const logits = tf.tensor2d([[1, 2]]);
      const label = (value: number, dtype: "int32" | "float32" = "int32") => tf.tensor1d([value], dtype);
      expect(() => crossEntropy(logits, label(7), { fused })).toThrow("labels[0] is 7, outside 0…1");
      expect(() => crossEntropy(logits, label(0.5, "float32"), { fused })).toThrow(
        "labels[0] is 0.5, expected a whole",
      );
      expect(() => binaryCrossEntropy(logits, tf.mul(logits, 5), { fused })).toThrow(
        "targets[0, 0] is 5, outside [0, 1]",
      );
      expect(() => lossary.hingeLoss(logits, tf.zerosLike(logits), { fused })).toThrow("is 0, expected -1 or 1");
      expect(() => lossary.diceLoss(tf.ones([1, 1, 2]), tf.tensor3d([[[3, -2]]]), { fused })).toThrow(
        "is 3, outside [0, 1]",
      );
    });
  });
});

/** The cpu backend under another name. */
async function disguise(name: string): Promise<void> {
  if (!tf.engine().registryFactory[name]) {
    await tf.setBackend("cpu");
    const Cpu = tf.backend().constructor as new () => ReturnType<typeof tf.backend>;
    tf.registerBackend(name, () => new Cpu());
    for (const kernel of tf.getKernelsForBackend("cpu")) tf.registerKernel({ ...kernel, backendName: name });
  }
  await tf.setBackend(name);
}

describe("where reading would wait, as for a graphics processor", () => {
  beforeEach(() => disguise("slow"));

  const spoilt = (make: () => Tensor) => numbers(make).map(Number.isNaN);
  const x = [
    [1, 2],
    [3, 1],
  ];

  it("a label that is none makes its row NaN, unless checks are asked for", () => {
    for (const label of [0.5, 2, -1]) {
      const loss = (a: Tensor, validate?: boolean) =>
        crossEntropy(a, tf.tensor1d([1, label]), { reduction: "sum", validate }) as Scalar;
      expect(spoilt(() => tf.grad(loss)(tf.tensor2d(x)))).toEqual([false, false, true, true]);
      expect(() => tf.tidy(() => loss(tf.tensor2d(x), true))).toThrow(`crossEntropy: labels[1] is ${label}`);
    }
  });

  it("so does a row of targets that holds none", () => {
    const gradient = (loss: KerasLoss, row: number[]) =>
      spoilt(() => tf.grad((a: Tensor) => tf.mean(loss(tf.tensor2d([[0, 1], row]), a)) as Scalar)(tf.tensor2d(x)));
    for (const row of [
      [0, 0],
      [0.3, 0.7],
      [1, 1],
    ])
      expect(gradient(compile(crossEntropy), row)).toEqual([false, false, true, true]);
    expect(gradient(compile(crossEntropy), [1, 0])).toEqual([false, false, false, false]);
    expect(gradient(compile(crossEntropy, { ignoreIndex: -1 }), [0, 0])).toEqual([false, false, false, false]);
  });

  it("numbers that another backend gives at once go through the kernel", async () => {
    await disguise("tensorflow");
    const { kernelNames } = await tf.profile(() => {
      const slope = tf.grad((a: Tensor) => crossEntropy(a, tf.tensor1d([1, 0], "int32")) as Scalar);
      const came = numbers(() => slope(tf.tensor2d(x)));
      const wanted = core.crossEntropy.valueAndGrad(x, [1, 0]).grads.logits.data;
      for (const [i, value] of came.entries()) expect(value).toBeCloseTo(wanted[i] as number, 6);
      return tf.scalar(0).dispose();
    });
    expect(kernelNames).toContain("Lossary_crossEntropy");
  });
});

it("says at once what is wrong with a loss or its options", async () => {
  const bad = compile as unknown as (...args: unknown[]) => unknown;
  expect(() => bad()).toThrow("compile: loss is missing; expected compile(loss, options?)");
  for (const none of [{}, null, "l1Loss"]) expect(() => bad(none)).toThrow(/^compile: loss is .*, expected a loss of/);
  expect(() => bad(lossary.multiQuantileLoss)).toThrow("multiQuantileLoss: quantiles is missing");
  expect(() => bad(crossEntropy, { fused: 1 })).toThrow("crossEntropy: fused is the number 1, expected true or false");
  expect(() => bad(crossEntropy, { reduction: "avg" })).toThrow('crossEntropy: reduction is "avg"');
  expect(() => bad(crossEntropy, { labelSmooting: 0 })).toThrow('did you mean "labelSmoothing"?');
  await tf.setBackend("wasm");
  tf.tidy(() => {
    const x = tf.zeros([1, 2, 3]);
    for (const none of [null, new Map(), new Date(), new Set(), [], 1]) {
      const message = /^\w+: options is (null|an object of type|the number 1).*, expected a plain object$/;
      for (const loss of [lossary.l1Loss, lossary.diceLoss] as ((...args: unknown[]) => Tensor)[]) {
        expect(() => bad(loss, none)).toThrow(message);
        expect(() => loss(x, x, none)).toThrow(message);
      }
    }
    expect(() => (lossary.l1Loss as (...args: unknown[]) => Tensor)(x, x, {}, 1)).toThrow(
      "l1Loss: got 4 arguments, expected l1Loss(predictions, targets, options?)",
    );
  });
});

it("takes one-hot rows of any type", async () => {
  const logits = [
    [3, 1, 2],
    [0, 1, 0],
  ];
  const wanted = core.crossEntropy(logits, [1, 2], { reduction: "none" }).data;
  for (const backend of ["cpu", "wasm"]) {
    await tf.setBackend(backend);
    for (const dtype of ["bool", "int32", "float32"] as const) {
      const came = numbers(() =>
        compile(crossEntropy)(tf.tensor2d([0, 1, 0, 0, 0, 1], [2, 3], dtype), tf.tensor2d(logits)),
      );
      for (const [i, value] of wanted.entries()) expect(came[i]).toBeCloseTo(value, 6);
    }
  }
});

it("names the disposed tensor, and `compile` where model.compile was given a bare loss", async () => {
  await tf.setBackend("wasm");
  const gone = tf.zeros([2]);
  gone.dispose();
  tf.tidy(() => {
    expect(() => lossary.l1Loss(gone, tf.zeros([2]))).toThrow("l1Loss: predictions is a tensor [2] that was disposed");
    expect(() => compile(crossEntropy)(gone, tf.zeros([1, 2]))).toThrow(
      "crossEntropy: labels is a tensor [2] that was",
    );
    const rows = tf.zeros([64, 10]);
    expect(() => crossEntropy(rows, rows)).toThrow("labels is [64, 10], expected [64]");
    expect(() => crossEntropy(rows, rows)).toThrow("give it compile(crossEntropy)");
  });
});

describe("channels", () => {
  const shape = [2, 32, 32, 3] as [number, number, number, number];
  const first = [0, 3, 1, 2];

  it("may lie last, in images, masks of losses, and lists", async () => {
    await tf.setBackend("wasm");
    tf.tidy(() => {
      const [x, y] = [1, 2].map((seed) => tf.randomUniform(shape, 0, 1, "float32", seed)) as [Tensor, Tensor];
      const turned = (z: Tensor) => tf.transpose(z, first);
      const options = { dataRange: 1 };
      const same = (last: Tensor, second: Tensor) => expect(last.dataSync()).toEqual(second.dataSync());
      const channelsLast = true;
      same(lossary.ssimLoss(x, y, { ...options, channelsLast }), lossary.ssimLoss(turned(x), turned(y), options));
      same(lossary.diceLoss(x, y, { channelsLast }), lossary.diceLoss(turned(x), turned(y)));
      same(lossary.perceptualLoss([x], y, { channelsLast }), lossary.perceptualLoss(turned(x), turned(y)));
      const mask = tf.slice(x, [0, 0, 0, 0], [2, 32, 32, 1]);
      same(
        lossary.reconstructionLoss(x, y, { mask, channelsLast }),
        lossary.reconstructionLoss(turned(x), turned(y), { mask: turned(mask) }),
      );
      const whole = tf.cast(tf.less(mask, 0.9), "float32");
      const flat = tf.reshape(whole, [2, 32, 32]);
      for (const fused of [true, false]) {
        const own = { ...options, window: 3, channelsLast, fused };
        same(lossary.ssimLoss(x, y, { ...own, mask: whole }), lossary.ssimLoss(x, y, { ...own, mask: flat }));
        same(
          lossary.diceLoss(x, y, { channelsLast, fused, mask: whole }),
          lossary.diceLoss(x, y, { channelsLast, fused, mask: flat }),
        );
      }
      const nested = (z: Tensor) => z.arraySync() as never;
      same(
        lossary.reconstructionLoss(x, y, { mask: nested(mask), channelsLast }),
        lossary.reconstructionLoss(x, y, { mask, channelsLast }),
      );
      const gradient = tf.grad((a: Tensor) => lossary.ssimLoss(a, y, { ...options, channelsLast }) as Scalar)(x);
      expect(gradient.shape).toEqual(shape);
    });
  });

  it("may lie last under weights, of pixels or of every number", async () => {
    const positions = [2, 3, 3] as [number, number, number];
    const weights = tf.range(1, 19).reshape(positions);
    const logits = tf.linspace(-2, 2, 54).reshape([...positions, 3]);
    const labels = tf.tensor3d(
      Array.from({ length: 18 }, (_, i) => i % 3),
      positions,
      "int32",
    );
    const yes = tf.cast(tf.greater(tf.sin(tf.range(0, 54)), 0), "float32").reshape(logits.shape);
    const none = { channelsLast: true, reduction: "none" } as const;
    const expectWeighed = (each: Tensor, came: Tensor, wide: Tensor) => {
      const wanted = tf.mul(each, wide).dataSync();
      for (const [i, value] of came.dataSync().entries()) expect(value).toBeCloseTo(wanted[i] as number, 4);
    };
    for (const [backend, fused] of [
      ["cpu", true],
      ["wasm", true],
      ["wasm", false],
    ] as const) {
      await tf.setBackend(backend);
      tf.tidy(() => {
        const options = { ...none, fused };
        for (const sampleWeight of [weights, weights.arraySync() as number[][][]])
          expectWeighed(
            lossary.crossEntropy(logits, labels, options),
            lossary.crossEntropy(logits, labels, { ...options, sampleWeight }),
            weights,
          );
        const perClass = { ...options, posWeight: [1, 2, 3] };
        const each = lossary.binaryCrossEntropy(logits, yes, perClass);
        const every = tf.range(1, 55).reshape(logits.shape);
        for (const [sampleWeight, wide] of [
          [weights, tf.expandDims(weights, 3)],
          [
            tf.slice(weights, [0, 0, 0], [2, 3, 1]).reshape([2, 3]),
            tf.slice(weights, [0, 0, 0], [2, 3, 1]).reshape([2, 3, 1, 1]),
          ],
          [tf.tensor1d([1, 4]), tf.tensor4d([1, 4], [2, 1, 1, 1])],
          [every, every],
          [every.arraySync() as number[][][], every],
        ] as [Tensor | number[][][], Tensor][])
          expectWeighed(each, lossary.binaryCrossEntropy(logits, yes, { ...perClass, sampleWeight }), wide);
        expect(() =>
          lossary.binaryCrossEntropy(tf.zeros([2, 5, 3, 3]), tf.zeros([2, 5, 3, 3]), {
            ...perClass,
            sampleWeight: tf.ones([2, 3]),
          }),
        ).toThrow(
          "binaryCrossEntropy: sampleWeight is [2, 3], expected [2, 5, 3, 3] or [2, 5, 3] or [2, 5] or [2]: one weight",
        );
      });
    }
  });

  it("that look last are asked about", async () => {
    await tf.setBackend("wasm");
    tf.tidy(() => {
      const x = tf.zeros(shape);
      const asks =
        "ssimLoss: predictions is [2, 32, 32, 3], which looks like channels last; pass channelsLast: true (or false";
      expect(() => lossary.ssimLoss(x, x, { dataRange: 1 })).toThrow(asks);
      expect(lossary.diceLoss(x, x, { channelsLast: false }).shape).toEqual([]);
      expect(() => lossary.l1Loss(x, x, { channelsLast: true } as never)).toThrow(
        'l1Loss: unknown option "channelsLast"',
      );
    });
  });
});

it("turns inputs of any shape where options are numbers per class, and gives values in the layout they came in", () => {
  const logits = tf.zeros([1, 2, 3, 2]);
  const targets = tf.tensor4d([1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0], [1, 2, 3, 2]);
  // Half of the elements cost 5 ln 2, the others ln 2.
  const each = lossary.compile(lossary.binaryCrossEntropy, { posWeight: [5, 1] })(targets, logits);
  expect(each.dataSync()[0]).toBeCloseTo(3 * Math.LN2, 5);
  const focal = lossary.compile(lossary.focalLoss, { alpha: [0.9, 0.1], gamma: 0 })(targets, logits);
  expect(focal.dataSync()[0]).toBeCloseTo(0.9 * Math.LN2, 5);
  const values = lossary.binaryCrossEntropy(logits, targets, {
    channelsLast: true,
    posWeight: [5, 1],
    reduction: "none",
  });
  expect(values.shape).toEqual([1, 2, 3, 2]);
  expect(values.dataSync()[0]).toBeCloseTo(5 * Math.LN2, 5);
  expect(values.dataSync()[1]).toBeCloseTo(Math.LN2, 5);
});
