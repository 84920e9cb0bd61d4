/** The adapter of TensorFlow.js: in place on the wasm backend, portable elsewhere, and never a tensor left behind. */
import type { Scalar, Tensor } from "@tensorflow/tfjs-core";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import * as lossary from "../../src/engines/tfjs/index.ts";
import * as core from "../../src/index.ts";
import { expectClose } from "../harness/expectClose.ts";
import { caseOf, inputsOf, lossNames } from "./cases.ts";
import { native, tf, toTensors, valueAndGrad } from "./tfjs.ts";

let before = 0;
beforeEach(async () => {
  await tf.setBackend("wasm");
  before = tf.memory().numTensors;
});
afterEach(() => {
  expect(tf.memory().numTensors - before, "tensors left behind").toBe(0);
});

const random = (shape: number[], seed = 1) => tf.randomNormal(shape, 0, 1, "float32", seed);

describe.each(["wasm", "cpu"])("on the %s backend", (backend) => {
  it.each(lossNames)("%s runs as one kernel, value and gradient at once", async (name) => {
    await tf.setBackend(backend);
    const [options] = caseOf(name).options;
    const inputs = inputsOf(name, 1, false);
    const { kernels } = await tf.profile(async () => {
      await valueAndGrad(name, inputs, options ?? {});
      return [];
    });
    const names = kernels.map((kernel) => kernel.name);
    expect(names.filter((kernel) => kernel.startsWith("Lossary_"))).toEqual([`Lossary_${name}`]);
    // Beside it only what the test itself makes: constants, and copies that share their data.
    expect(
      names.filter((kernel) => !/^(Lossary_|unnamed scope|Identity|Fill|Cast|OnesLike|ZerosLike)/.test(kernel)),
    ).toEqual([]);
  });
});

describe("on the wasm backend", () => {
  it("reads and writes tensors where they lie", () => {
    const x = random([64, 1000]);
    const labels = tf.range(0, 64, 1, "int32");
    const bytes = tf.memory().numBytes;
    const gradient = tf.grad((logits: Tensor) => lossary.crossEntropy(logits, labels) as Scalar)(x);
    expect(tf.memory().numBytes - bytes).toBe(64 * 1000 * 4);
    const { grads } = core.crossEntropy.valueAndGrad(
      { data: x.dataSync<"float32">(), shape: [64, 1000] },
      labels.dataSync(),
    );
    expect(gradient.dataSync()).toEqual(grads.logits.data);
    tf.dispose([x, labels, gradient]);
  });

  it("multiplies in the cotangent, for a number and for a row each", () => {
    const [p, t, w] = [random([2, 7], 1), random([2, 7], 2), random([2, 7], 3)];
    for (const reduction of ["none", "sum", "mean"] as const)
      for (const fused of [true, false]) {
        const weighted = (a: Tensor, b: Tensor) =>
          tf.sum(tf.mul(lossary.logCoshLoss(a, b, { reduction, fused }), w)) as Scalar;
        const grads = tf.tidy(() =>
          tf
            .grads(weighted)([p, t])
            .map((grad) => [...grad.dataSync()]),
        );
        const upstream =
          reduction === "none"
            ? { data: w.dataSync<"float32">(), shape: w.shape }
            : tf.tidy(() => tf.sum(w).dataSync()[0]);
        const wanted = core.logCoshLoss.valueAndGrad(
          { data: p.dataSync<"float32">(), shape: p.shape },
          { data: t.dataSync<"float32">(), shape: t.shape },
          { reduction, upstream: upstream as number },
        ).grads;
        for (const [i, grad] of [wanted.predictions, wanted.targets].entries())
          grad.data.forEach((value, j) => {
            expect(grads[i]?.[j]).toBeCloseTo(value, 5);
          });
      }
    tf.dispose([p, t, w]);
  });

  it("differentiates twice, through operations", () => {
    const x = tf.tensor1d([0.3, -1.2, 2]);
    const t = tf.tensor1d([1, 0, 1]);
    const slope = (fused: boolean) =>
      tf.tidy(() => {
        const first = tf.grad((a: Tensor) => lossary.binaryCrossEntropy(a, t, { reduction: "sum", fused }) as Scalar);
        return [
          ...tf
            .grad((a: Tensor) => tf.sum(tf.square(first(a))) as Scalar)(x)
            .dataSync(),
        ];
      });
    const sigma = (a: number) => 1 / (1 + Math.exp(-a));
    const wanted = [0.3, -1.2, 2].map((a, i) => 2 * (sigma(a) - ([1, 0, 1][i] as number)) * sigma(a) * (1 - sigma(a)));
    for (const came of [slope(true), slope(false)])
      for (const [i, value] of came.entries()) expect(value).toBeCloseTo(wanted[i] as number, 5);
    tf.dispose([x, t]);
  });

  it("survives the growth of the heap in the middle of its calls", () => {
    const size = 1 << 21;
    const heap = () => (tf.backend() as unknown as { wasm: { HEAPU8: Uint8Array } }).wasm.HEAPU8.length;
    const [p, t, started] = [tf.fill([size], 0.25), tf.fill([size], 1), heap()];
    const held: Tensor[] = [];
    const value = () => lossary.l2Loss(p, t).dataSync()[0] as number;
    // Each call holds on to eight megabytes.
    while (held.length < 8 || heap() === started) {
      held.push(tf.grad((a: Tensor) => lossary.l2Loss(a, t, { reduction: "sum" }) as Scalar)(p));
      expect(tf.tidy(value)).toBe(0.5625);
    }
    for (const gradient of held)
      expect(tf.tidy(() => [tf.min(gradient), tf.max(gradient)].map((end) => end.dataSync()[0]))).toEqual([-1.5, -1.5]);
    tf.dispose([p, t, ...held]);
  });

  it("keeps memory flat over many calls, failed ones included", () => {
    const x = random([16, 10]);
    const labels = tf.fill([16], 12, "int32");
    const bytes = tf.memory().numBytes;
    for (let i = 0; i < 200; i++) {
      expect(() => tf.grad((a: Tensor) => lossary.crossEntropy(a, labels) as Scalar)(x)).toThrow(
        "crossEntropy: labels[0] is 12, outside 0…9 (logits are [16, 10])",
      );
      expect(() => lossary.crossEntropy(x, labels)).toThrow(RangeError);
      lossary.l2Loss(x, x).dispose();
    }
    expect(tf.memory().numBytes).toBe(bytes);
    tf.dispose([x, labels]);
  });
});

it("follows a backend that is switched after import", async () => {
  const [p, t] = [random([3, 5], 1), random([3, 5], 2)];
  const values: number[] = [];
  for (const backend of ["wasm", "cpu", "wasm"]) {
    await tf.setBackend(backend);
    const { kernels } = await tf.profile(() => {
      values.push(tf.tidy(() => lossary.huberLoss(p, t).dataSync()[0] as number));
      return tf.scalar(0).dispose();
    });
    expect(kernels.some(({ name }) => name === "Lossary_huberLoss")).toBe(true);
  }
  expect(values[1]).toBe(values[0]);
  expect(values[2]).toBe(values[0]);
  tf.dispose([p, t]);
});

describe.each([
  { backend: "cpu", fused: false },
  { backend: "cpu", fused: true },
  { backend: "wasm", fused: true },
])("on $backend, fused $fused", ({ backend, fused }) => {
  beforeEach(() => tf.setBackend(backend));

  it("takes labels and targets of any number type, and options as tensors or numbers", () => {
    const values = tf.tidy(() => {
      const logits = random([4, 3]);
      const [whole, float] = [tf.tensor1d([0, 2, 1, 1], "int32"), tf.tensor1d([0, 2, 1, 1], "float32")];
      const weight = tf.tensor1d([1, 2, 0.5]);
      return [
        lossary.crossEntropy(logits, whole, { weight, fused }),
        lossary.crossEntropy(logits, float, { weight: [1, 2, 0.5], fused }),
        lossary.crossEntropy(logits, whole, { weight: Float32Array.of(1, 2, 0.5), fused }),
      ].map((loss) => loss.dataSync()[0] as number);
    });
    expect(values[1]).toBeCloseTo(values[0] as number, 6);
    expect(values[2]).toBeCloseTo(values[0] as number, 6);
  });

  it.each(lossNames)("%s leaves its arguments alone and no tensor behind", (name) => {
    const args = toTensors(name, inputsOf(name, 2, false));
    const tensors = args.flat().filter((arg) => arg instanceof tf.Tensor);
    const data = tensors.map((tensor) => tensor.dataSync().slice());
    const numTensors = tf.memory().numTensors;
    const value = native[name]?.(...args, { ...caseOf(name).options.at(-1), fused }) as Tensor;
    expect(tf.memory().numTensors - numTensors).toBe(1);
    expect(value.dtype).toBe("float32");
    expect(value.shape).toEqual([]);
    tensors.forEach((tensor, i) => {
      expect(tensor.dataSync()).toEqual(data[i]);
    });
    tf.dispose([value, ...tensors]);
  });

  it("says what is wrong with a call", () => {
    const [x, y] = [tf.zeros([8]), tf.zeros([8, 1])];
    const bad = lossary.huberLoss as unknown as (...args: unknown[]) => Tensor;
    expect(() => bad(x, y)).toThrow(
      "huberLoss: targets is [8, 1], expected [8] (predictions is [8]; nothing is broadcast)",
    );
    expect(() => bad(x)).toThrow("huberLoss: targets is missing; expected huberLoss(predictions, targets, options?)");
    expect(() => bad(x, [1, 2])).toThrow("huberLoss: targets is an object of type Array, expected a tf.Tensor");
    expect(() => bad(x, x, { dleta: 1 })).toThrow('huberLoss: unknown option "dleta"; did you mean "delta"?');
    expect(() => bad(x, x, { delta: 0 })).toThrow("huberLoss: delta is 0, outside (0, ∞)");
    expect(() => bad(x, x, { fused: 1 })).toThrow("huberLoss: fused is the number 1, expected true or false");
    expect(() => bad(x, x, { reduction: "avg" })).toThrow('huberLoss: reduction is "avg"');
    tf.dispose([x, y]);
  });

  it("takes a list of feature maps, and one map in its place", () => {
    const [x, y, small] = [random([2, 3, 4, 5], 1), random([2, 3, 4, 5], 2), random([2, 6, 2, 1], 3)];
    const plain = (a: Tensor) => ({ data: a.dataSync<"float32">(), shape: a.shape });
    const both = [
      { own: lossary.perceptualLoss, kernel: core.perceptualLoss },
      { own: lossary.styleLoss, kernel: core.styleLoss },
    ];
    for (const { own, kernel } of both) {
      const grad = (many: boolean) =>
        tf.tidy(() => {
          const of = (a: Tensor) => own(many ? [a] : a, many ? [y] : y, { weights: [3], fused }) as Scalar;
          return [...tf.grad(of)(x).dataSync()];
        });
      const { grads } = kernel.valueAndGrad(plain(x), plain(y), { weights: [3] });
      expectClose(grad(false), grads.predictions.data, 1e-4, 1e-2);
      expect(grad(true)).toEqual(grad(false));
    }
    const bad = lossary.perceptualLoss as unknown as (...args: unknown[]) => Tensor;
    expect(() => bad([x, small], [y])).toThrow(
      "perceptualLoss: targets has 1 entry, expected 2 (one for each of predictions)",
    );
    expect(() => bad([x, small], [y, y])).toThrow("perceptualLoss: targets[1] is [2, 3, 4, 5], expected [2, 6, 2, 1]");
    expect(() => bad([x, 1], [y, y])).toThrow("perceptualLoss: predictions[1] is the number 1, expected a tf.Tensor");
    expect(() => bad([], [])).toThrow("predictions is an empty list; at least one entry is needed");
    expect(() => bad(1, x)).toThrow("predictions is the number 1, expected a tf.Tensor");
    expect(() => bad(x, y, { weights: [1, 2] })).toThrow(
      "perceptualLoss: weights is [2], expected [1], one for each feature map",
    );
    tf.dispose([x, y, small]);
  });

  it("does not read words behind a caption's length, nor gives them a gradient", () => {
    const [regions, images, sentences] = [random([2, 3, 2], 1), random([2, 2], 2), random([2, 2], 3)];
    const words = tf.tensor3d([1, 2, Number.NaN, 4, 0.3, 0.2, -1, 0.5], [2, 2, 2]);
    const lengths = tf.tensor1d([1, 2], "int32");
    const grads = tf.tidy(() =>
      tf
        .grads((a: Tensor, b: Tensor) => lossary.damsmLoss(a, b, lengths, images, sentences, { fused }) as Scalar)([
          regions,
          words,
        ])
        .map((grad) => [...grad.dataSync()]),
    );
    expect(grads[0]?.every(Number.isFinite)).toBe(true);
    expect(grads[1]?.every(Number.isFinite)).toBe(true);
    expect(grads[1]?.slice(2, 4)).toEqual([0, 0]);
    expect(grads[1]?.slice(0, 2)).not.toEqual([0, 0]);
    tf.dispose([regions, images, sentences, words, lengths]);
  });

  it("trains a model whose loss is compiled, one-hot labels and all", async () => {
    const x = tf.tensor2d([
      [0, 0],
      [0, 1],
      [1, 0],
      [1, 1],
    ]);
    const y = tf.tidy(() => tf.oneHot(tf.tensor1d([0, 1, 1, 0], "int32"), 2));
    const { compile, crossEntropy, focalLoss, multiQuantileLoss } = lossary;
    const compiled = [
      compile(crossEntropy, { labelSmoothing: 0.01, fused }),
      compile(focalLoss, { fused }),
      compile(multiQuantileLoss, { quantiles: [0.2, 0.8] }),
    ];
    for (const loss of compiled.slice(0, 2)) {
      const model = tf.sequential({
        layers: [
          tf.layers.dense({
            units: 8,
            activation: "tanh",
            inputShape: [2],
            kernelInitializer: tf.initializers.glorotUniform({ seed: 3 }),
          }),
          tf.layers.dense({ units: 2, kernelInitializer: tf.initializers.glorotUniform({ seed: 4 }) }),
        ],
      });
      const optimizer = tf.train.adam(0.1);
      model.compile({ optimizer, loss });
      const { history } = await model.fit(x, y, { epochs: 60, batchSize: 4, shuffle: false, verbose: 0 });
      const losses = history.loss as number[];
      expect(losses.at(-1)).toBeLessThan(0.3 * (losses[0] as number));
      const predicted = tf.tidy(() => [...(model.predict(x) as Tensor).argMax(1).dataSync()]);
      expect(predicted).toEqual([0, 1, 1, 0]);
      model.dispose();
      optimizer.dispose();
    }
    tf.dispose([x, y]);
    tf.disposeVariables();
  });
});

it("compiles only losses of predictions and targets", () => {
  const { compile, tripletLoss, multiQuantileLoss, diceLike } = { ...lossary, diceLike: lossary.tverskyLoss };
  expect(() => compile(tripletLoss as never)).toThrow("compile: tripletLoss takes 3 arguments");
  tf.tidy(() => {
    const quantiles = compile(multiQuantileLoss, { quantiles: [0.2, 0.8] });
    const each = quantiles(
      tf.tensor2d([[1], [2]]),
      tf.tensor2d([
        [0, 1],
        [2, 4],
      ]),
    );
    const came = tf.mean(each).dataSync()[0];
    expect(came).toBeCloseTo(
      core.multiQuantileLoss(
        [
          [0, 1],
          [2, 4],
        ],
        [1, 2],
        { quantiles: [0.2, 0.8] },
      ),
      6,
    );
    // Classes last, as layers have them: [1, 2, 1, 2] is one sample of two positions and two classes.
    const [p, t] = [tf.tensor4d([0.9, 0.1, 0.2, 0.7], [1, 2, 1, 2]), tf.tensor4d([1, 0, 0, 1], [1, 2, 1, 2])];
    const wanted = core.tverskyLoss(
      { data: [0.9, 0.2, 0.1, 0.7], shape: [1, 2, 2, 1] },
      { data: [1, 0, 0, 1], shape: [1, 2, 2, 1] },
    );
    expect(compile(diceLike)(t, p).dataSync()[0]).toBeCloseTo(wanted, 6);
  });
});

it.each(["cpu", "wasm"])("checkFinite names argument and index on %s, fused or not", async (backend) => {
  await tf.setBackend(backend);
  const [x, y] = [tf.tensor2d([1, 2, Number.NaN, 4], [2, 2]), tf.tensor2d([1, 2, 3, 4], [2, 2])];
  for (const fused of [true, false]) {
    expect(() => lossary.huberLoss(x, y, { checkFinite: true, fused })).toThrow(
      "huberLoss: predictions[1, 0] is NaN, expected a finite number",
    );
    const value = lossary.huberLoss(y, y, { checkFinite: true, fused });
    expect(value.dataSync()[0]).toBe(0);
    tf.dispose(value);
  }
  tf.dispose([x, y]);
});

it("numbers are checked without running the kernel", async () => {
  await tf.setBackend("cpu");
  const spy = vi.spyOn(core.crossEntropy, "valueAndGrad");
  const logits = tf.tensor2d([1, 2], [1, 2]);
  const label = tf.tensor1d([2], "int32");
  const { kernels } = await tf.profile(async () => {
    expect(() => lossary.crossEntropy(logits, label, { fused: false })).toThrow("labels[0] is 2, outside 0…1");
    return [];
  });
  expect(kernels.filter(({ name }) => name.startsWith("Lossary_"))).toEqual([]);
  expect(spy).not.toHaveBeenCalled();
  tf.dispose([logits, label]);
  spy.mockRestore();
});

it.each<[string, unknown[], object, string]>([
  ["earthMoverDistance", [[[1]], [[2]]], { xWeights: [0] }, "xWeights is 0 everywhere"],
  ["wassersteinDistance", [[1], [2]], { vWeights: [0] }, "vWeights is 0 everywhere"],
  ["frechetInceptionDistance", [[[1]], [[2], [3]]], {}, "real has 1 sample"],
  ["drLoss", [[[1]], [2]], {}, "targets[0] is 2, outside"],
  ["damsmLoss", [[[[1]]], [[[1]]], [2], [[1]], [[1]]], {}, "lengths[0] is 2, outside"],
])("%s is checked where its definition runs", async (name, args, options, says) => {
  await tf.setBackend("cpu");
  const tensors = args.map((arg) => tf.tensor(arg as number[]));
  expect(() => (native[name] as (...given: unknown[]) => Tensor)(...tensors, { ...options, fused: false })).toThrow(
    `${name}: ${says}`,
  );
  tf.dispose(tensors);
});
