/** Activations and combinations in both engines give what the core gives, and leave nothing behind. */
import type { Scalar, Tensor } from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";
import * as onJax from "../../src/engines/jax/index.ts";
import * as onTensors from "../../src/engines/tfjs/index.ts";
import * as core from "../../src/index.ts";
import { expectClose } from "../harness/expectClose.ts";
import { seeded } from "../harness/random.ts";
import { jax } from "./jax.ts";
import { tf } from "./tfjs.ts";

const { numpy: np } = jax;
type JaxArray = import("@jax-js/jax").Array;

const random = seeded(5);
const shape = [2, 3, 4, 5];
const logits = { data: Float32Array.from({ length: 120 }, () => 4 * random.uniform() - 2), shape };
const upstream = { data: Float32Array.from({ length: 120 }, () => random.uniform()), shape };
const labels = { data: Int32Array.from({ length: 40 }, () => random.below(3)), shape: [2, 4, 5] };
const { softmax, logSoftmax, sigmoid, normalize } = core;
const activations = { softmax, logSoftmax, sigmoid, normalize };
const names = ["softmax", "logSoftmax", "sigmoid", "normalize"] as const;
const ofTensors = {
  softmax: onTensors.softmax,
  logSoftmax: onTensors.logSoftmax,
  sigmoid: onTensors.sigmoid,
  normalize: onTensors.normalize,
};
const ofArrays = {
  softmax: onJax.softmax,
  logSoftmax: onJax.logSoftmax,
  sigmoid: onJax.sigmoid,
  normalize: onJax.normalize,
};
const dice = { weight: 0.5, options: { smooth: 0.1 } };
const combined = core.combine({
  crossEntropy: core.crossEntropy,
  dice: { ...dice, loss: core.diceLoss, activation: core.softmax, targets: (y) => [core.oneHot(y, 3)] },
});
const wanted = combined.valueAndGrad(logits, labels);

describe.each(["cpu", "wasm"])("TensorFlow.js on %s", (backend) => {
  it.each(names)("%s", async (name) => {
    await tf.setBackend(backend);
    tf.tidy(() => {
      const { value, grads } = activations[name].valueAndGrad(logits, { upstream });
      const [x, dy] = [tf.tensor(logits.data, shape), tf.tensor(upstream.data, shape)];
      for (const options of [{}, { fused: false }]) {
        expectClose(ofTensors[name](x, options).dataSync(), value.data, 2e-6, 1);
        const dx = tf.grad((own: Tensor) => ofTensors[name](own, options))(x, dy);
        expectClose(dx.dataSync(), grads.inputs.data, 2e-6, 1);
      }
      const last = tf.transpose(x, [0, 2, 3, 1]);
      if (name !== "sigmoid")
        expectClose(
          tf.transpose(ofTensors[name](last, { channelsLast: true }), [0, 3, 1, 2]).dataSync(),
          value.data,
          2e-6,
          1,
        );
    });
  });

  it("combine", async () => {
    await tf.setBackend(backend);
    const { oneHot } = tf;
    const masks = (y: Tensor) => [tf.transpose(oneHot(tf.cast(y, "int32"), 3), [0, 3, 1, 2])];
    const loss = onTensors.combine({
      crossEntropy: onTensors.crossEntropy,
      dice: { ...dice, loss: onTensors.diceLoss, activation: onTensors.softmax, targets: masks },
    });
    const [x, y] = tf.tidy(() => [tf.tensor(logits.data, shape), tf.tensor(labels.data, labels.shape, "int32")]);
    const before = tf.memory().numTensors;
    const { value, parts } = loss.parts(x, y);
    expectClose(value.dataSync(), [wanted.value], 1e-6);
    expectClose(parts.crossEntropy.dataSync(), [wanted.parts.crossEntropy], 1e-6);
    expectClose(parts.dice.dataSync(), [wanted.parts.dice], 1e-6);
    expect(tf.memory().numTensors).toBe(before + 3);
    tf.dispose([value, parts.crossEntropy, parts.dice]);
    const dx = tf.grad((own: Tensor) => loss(own, y) as Scalar)(x);
    expectClose(dx.dataSync(), wanted.grads.predictions.data, 1e-6, 1);
    dx.dispose();
    expect(tf.memory().numTensors).toBe(before);
    const silent = onTensors.combine({ crossEntropy: { loss: onTensors.crossEntropy, weight: 0 } });
    expect(tf.tidy(() => silent(x, y).dataSync()[0])).toBe(0);
    tf.dispose([x, y]);
  });
});

describe("jax-js", () => {
  const array = ({ data, shape: of }: { data: Float32Array | Int32Array; shape: number[] }) =>
    np.array(data, { shape: of, dtype: data instanceof Int32Array ? np.int32 : np.float32 });
  const masks = (y: JaxArray) => [np.transpose(jax.nn.oneHot(y, 3), [0, 3, 1, 2])];
  const loss = onJax.combine({
    crossEntropy: onJax.crossEntropy,
    dice: { ...dice, loss: onJax.diceLoss, activation: onJax.softmax, targets: masks },
  });

  it.each(names)("%s", (name) => {
    const { value, grads } = activations[name].valueAndGrad(logits, { upstream });
    const activation: (x: JaxArray) => JaxArray = ofArrays[name];
    expectClose(activation(array(logits)).dataSync(), value.data, 2e-6, 1);
    const dot = (x: JaxArray) => np.sum(np.multiply(activation(x), array(upstream)));
    expectClose(jax.grad(dot)(array(logits)).dataSync(), grads.inputs.data, 2e-6, 1);
  });

  it("combine, also under jit, and with nothing left behind", () => {
    const { value, parts } = loss.parts(array(logits), array(labels));
    expectClose(value.dataSync(), [wanted.value], 1e-6);
    expectClose(parts.crossEntropy.dataSync(), [wanted.parts.crossEntropy], 1e-6);
    expectClose(parts.dice.dataSync(), [wanted.parts.dice], 1e-6);
    const both = jax.valueAndGrad((x: JaxArray, y: JaxArray) => loss(x, y) as JaxArray);
    for (const run of [both, jax.jit(both)]) {
      const [again, dx] = run(array(logits), array(labels)) as [JaxArray, JaxArray];
      expectClose(again.dataSync(), [wanted.value], 1e-6);
      expectClose(dx.dataSync(), wanted.grads.predictions.data, 1e-6, 1);
    }
    const [x, y] = [array(logits), array(labels)];
    const counts = () => [x.refCount, y.refCount];
    const before = counts();
    loss(x.ref, y.ref).dispose();
    expect(counts()).toEqual(before);
    expect(() => loss(x.ref, x.ref)).toThrow("crossEntropy: labels");
    expect(counts()).toEqual(before);
  });
});

it("both refuse the same, in the same words", () => {
  for (const { combine, l1Loss } of [onTensors, onJax] as unknown as {
    combine: (parts: unknown) => (...args: unknown[]) => unknown;
    l1Loss: unknown;
  }[]) {
    expect(() => combine({})).toThrow("combine: parts is empty");
    expect(() => combine({ a: Math.exp })).toThrow("combine: a.loss is a function, expected a loss");
    expect(() => combine({ a: { loss: l1Loss, activation: 3 } })).toThrow("expected a function of the engine's arrays");
    expect(() => combine({ a: { loss: l1Loss, activation: core.softmax } })).toThrow(
      "a function of the engine's arrays",
    );
    expect(() => combine({ a: core.l1Loss })).toThrow("combine: a.loss is a function, expected a loss");
    expect(() => combine({ l1Loss })([1], [2])).toThrow("combine: predictions is an object of type Array");
    expect(() => combine({ l1Loss })()).toThrow("combine: predictions is undefined");
  }
});
