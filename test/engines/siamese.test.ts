/** Siamese and pseudo-siamese networks: who receives which gradient. */
import type { Scalar, Tensor } from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import * as onJax from "../../src/engines/jax/index.ts";
import * as onTensors from "../../src/engines/tfjs/index.ts";
import { contrastiveLoss } from "../../src/index.ts";
import { expectClose } from "../harness/expectClose.ts";
import { jax } from "./jax.ts";
import { tf } from "./tfjs.ts";

const { numpy: np } = jax;
type JaxArray = import("@jax-js/jax").Array;

const first = [0.3, -1, 0.7, 1.2, 0.1, -0.4];
const second = [-0.2, 0.5, 1.1, 0.9, -0.6, 0.8];
const different = [1, 0];
const weights = [0.4, -0.3, 0.8, 0.1, 0.5, -0.7];
const shape: [number, number] = [2, 3];

/** Gradient for the weights of x W, from those of the embeddings. */
function weightGradient(inputs: readonly number[], gradient: ArrayLike<number>): number[] {
  const out = new Array<number>(6).fill(0);
  for (let n = 0; n < 2; n++)
    for (let i = 0; i < 3; i++)
      for (let d = 0; d < 2; d++)
        out[2 * i + d] = (out[2 * i + d] as number) + (inputs[3 * n + i] as number) * (gradient[2 * n + d] as number);
  return out;
}

/** What each branch asks of weights, by the package's own gradient. */
function asked(): [number[], number[]] {
  const embed = (inputs: readonly number[]) =>
    [0, 1].map((n) =>
      [0, 1].map((d) =>
        [0, 1, 2].reduce((sum, i) => sum + (inputs[3 * n + i] as number) * (weights[2 * i + d] as number), 0),
      ),
    );
  const { grads } = contrastiveLoss.valueAndGrad(embed(first), embed(second), different, { margin: 3 });
  return [weightGradient(first, grads.first.data), weightGradient(second, grads.second.data)];
}

const sum = ([a, b]: [number[], number[]]) => a.map((value, i) => value + (b[i] as number));

describe("TensorFlow.js", () => {
  beforeAll(async () => {
    await tf.setBackend("wasm");
  });

  const inputs = () => [tf.tensor2d(first, shape), tf.tensor2d(second, shape), tf.tensor1d(different)] as const;
  const matrix = () => tf.tensor2d(weights, [3, 2]);

  it("shared weights receive the sum of what both branches ask", () =>
    tf.tidy(() => {
      const [a, b, y] = inputs();
      const gradient = tf.grad((w: Tensor) => {
        const pair = onTensors.siamese((x) => tf.matMul(x as never, w as never));
        return onTensors.contrastiveLoss(...pair.embeddings(a, b), y, { margin: 3 }) as Scalar;
      })(matrix());
      expectClose(gradient.dataSync(), sum(asked()), 1e-5, 1);
    }));

  it("without sharing each receives its own", () =>
    tf.tidy(() => {
      const [a, b, y] = inputs();
      const grads = tf.grads((v: Tensor, w: Tensor) => {
        const pair = onTensors.pseudoSiamese(
          (x) => tf.matMul(x as never, v as never),
          (x) => tf.matMul(x as never, w as never),
        );
        return onTensors.contrastiveLoss(...pair.embeddings(a, b), y, { margin: 3 }) as Scalar;
      })([matrix(), matrix()]);
      for (const [i, wanted] of asked().entries()) expectClose((grads[i] as Tensor).dataSync(), wanted, 1e-5, 1);
    }));

  it("gives distances, of models too, and leaves no tensor behind", () => {
    const [a, b] = tf.tidy(() => [tf.tensor2d([3, 4, 0, 0], [2, 2]), tf.tensor2d([4, 3, 1, 0], [2, 2])]);
    const before = tf.memory().numTensors;
    const same = (x: Tensor) => tf.clone(x);
    const [cosine, euclidean] = [
      onTensors.siamese(same)(a, b),
      onTensors.siamese(same, { distance: "euclidean" })(a, b),
    ];
    expect(tf.memory().numTensors - before).toBe(2);
    expectClose(cosine.dataSync(), [1 - 24 / 25, 1], 1e-5);
    expectClose(euclidean.dataSync(), [Math.SQRT2, 1], 1e-6);
    const model = tf.sequential({
      layers: [tf.layers.dense({ units: 2, inputShape: [2], kernelInitializer: "identity" })],
    });
    const modelled = onTensors.siamese(model, { distance: "euclidean" })(a, b);
    expectClose(modelled.dataSync(), [Math.SQRT2, 1], 1e-6);
    tf.dispose([a, b, cosine, euclidean, modelled]);
    model.dispose();
  });

  it("refuses what is no pair of embeddings", () =>
    tf.tidy(() => {
      const x = tf.zeros([2, 3]);
      const half = (y: Tensor) => tf.slice(y, [0, 0], [2, 1]);
      expect(() => onTensors.pseudoSiamese((y) => y, half)(x, x)).toThrow(
        "pseudoSiamese: the branches give [2, 3] and [2, 1]",
      );
      expect(() => onTensors.siamese((y) => y, { distance: "cosin" as "cosine" })).toThrow('distance is "cosin"');
    }));
});

describe("jax-js", () => {
  const inputs = () => [np.array(first).reshape(shape), np.array(second).reshape(shape), np.array(different)] as const;
  const matrix = () => np.array(weights).reshape([3, 2]);

  it("shared weights receive the sum of what both branches ask", async () => {
    const gradient = jax.grad((w: JaxArray) => {
      const [a, b, y] = inputs();
      const pair = onJax.siamese((x) => np.matmul(x, w.ref));
      const loss = onJax.contrastiveLoss(...pair.embeddings(a, b), y, { margin: 3 });
      w.dispose();
      return loss;
    })(matrix()) as JaxArray;
    expectClose(await gradient.data(), sum(asked()), 1e-5, 1);
  });

  it("without sharing each receives its own", async () => {
    const grads = jax.grad(
      (v: JaxArray, w: JaxArray) => {
        const [a, b, y] = inputs();
        const pair = onJax.pseudoSiamese(
          (x) => np.matmul(x, v),
          (x) => np.matmul(x, w),
        );
        return onJax.contrastiveLoss(...pair.embeddings(a, b), y, { margin: 3 });
      },
      { argnums: [0, 1] },
    )(matrix(), matrix()) as unknown as JaxArray[];
    for (const [i, wanted] of asked().entries()) expectClose(await (grads[i] as JaxArray).data(), wanted, 1e-5, 1);
  });

  it("gives distances and consumes its inputs", async () => {
    const [a, b] = [
      np.array([
        [3, 4],
        [0, 0],
      ]),
      np.array([
        [4, 3],
        [1, 0],
      ]),
    ];
    expectClose(
      await onJax
        .siamese((x) => x)(a.ref, b.ref)
        .data(),
      [1 - 24 / 25, 1],
      1e-5,
    );
    expectClose(
      await onJax
        .siamese((x) => x, { distance: "euclidean" })(a, b)
        .data(),
      [Math.SQRT2, 1],
      1e-6,
    );
    for (const array of [a, b]) expect(() => array.ref).toThrow(/freed|disposed/);
  });
});
