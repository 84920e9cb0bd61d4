/** Perceptual loss through networks of the engines, against the same network in plain arithmetic. */
import { ONNXModel } from "@jax-js/onnx";
import type { Scalar, Tensor, Tensor4D } from "@tensorflow/tfjs-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as onJax from "../../src/engines/jax/index.ts";
import * as onTensors from "../../src/engines/tfjs/index.ts";
import { perceptualLoss } from "../../src/index.ts";
import { expectClose } from "../harness/expectClose.ts";
import { onnxModel } from "../networks/model.ts";
import { expectSlopes } from "./agreement.ts";
import { jax } from "./jax.ts";
import { tf } from "./tfjs.ts";
import {
  arrayOf,
  type DataFormat,
  filters,
  first,
  imageOf,
  images,
  layered,
  lossOf,
  type Maps,
  mapped,
  mapsOf,
  options,
  second,
} from "./twoLayers.ts";

/** The left of the first image counts, and the top of the second. */
const mask = [0, 1].map((n) =>
  Array.from({ length: 6 }, (_, r) => Array.from({ length: 5 }, (__, c) => Number(n ? r < 2 : c < 3))),
);

type JaxArray = import("@jax-js/jax").Array;
describe.each(["cpu", "wasm"])("TensorFlow.js on %s", (backend) => {
  const build = (dataFormat?: DataFormat) => layered(tf, dataFormat);
  const image = (data: number[]) => imageOf(tf, data);
  let network: ReturnType<typeof build>;
  beforeAll(async () => {
    await tf.setBackend(backend);
    network = build();
  });
  afterAll(() => {
    network.dispose();
  });

  it("gives the loss of the layers named, and the gradient for the image", () =>
    tf.tidy(() => {
      const apart = onTensors.perceptual(network, options);
      const compute = tf.valueAndGrad((x: Tensor) => apart(x, image(second)) as Scalar);
      const { value, grad } = compute(image(first));
      expectClose(value.dataSync(), [lossOf(first, second)], 1e-5);
      expectSlopes(tf.transpose(grad as Tensor4D, [0, 3, 1, 2]).dataSync());
    }));

  it("takes a mask of the images' pixels", () =>
    tf.tidy(() => {
      const apart = onTensors.perceptual(network, options);
      const wanted = perceptualLoss(mapsOf(first), mapsOf(second), { weights: options.weights, mask });
      for (const own of [mask, tf.tensor(mask)])
        expectClose(apart(image(first), image(second), { mask: own }).dataSync(), [wanted], 1e-5);
      expect(() => apart(image(first), image(second), { masks: mask } as object)).toThrow(
        'perceptual: unknown option "masks"; did you mean "mask"?',
      );
    }));

  it("gives feature maps in the order asked for, as perceptualLoss takes them, and leaves no tensor behind", () => {
    const [x, y] = tf.tidy(() => [image(first), image(second)]);
    const before = tf.memory().numTensors;
    const { features } = onTensors.perceptual(network, options);
    const maps = features(x);
    for (const [j, { data, shape }] of mapsOf(first).entries()) {
      expect(maps[j]?.shape).toEqual(shape);
      expectClose((maps[j] as Tensor).dataSync(), data, 1e-5, 0.1);
    }
    expect(tf.memory().numTensors).toBe(before + 2);
    const loss = onTensors.perceptual(network, { layers: ["first"] })(x, y);
    expect(tf.memory().numTensors).toBe(before + 3);
    expectClose(loss.dataSync(), [perceptualLoss(mapsOf(first)[1] as Maps, mapsOf(second)[1] as Maps)], 1e-5);
    tf.dispose([x, y, loss, ...maps]);
  });

  it("takes a network whose channels come first", () =>
    tf.tidy(() => {
      const first = build("channelsFirst");
      const maps = onTensors.perceptual(first, options).features(tf.tensor4d(second, images));
      for (const [j, { data, shape }] of mapsOf(second).entries()) {
        expect(maps[j]?.shape).toEqual(shape);
        expectClose((maps[j] as Tensor).dataSync(), data, 1e-5, 0.1);
      }
      first.dispose();
    }));

  it("changes only the variables named", () => {
    const optimizer = tf.train.sgd(0.01);
    const x = tf.variable(image(first));
    const y = image(second);
    const apart = onTensors.perceptual(network, options);
    const weights = () => network.getWeights().flatMap((w) => [...w.dataSync()]);
    const before = weights();
    const cost = () => apart(x, y) as Scalar;
    const losses = [1, 2, 3].map(() => optimizer.minimize(cost, true, [x])?.dataSync()[0] as number);
    expect(losses[2]).toBeLessThan(losses[0] as number);
    expect(weights()).toEqual(before);
    // The wasm backend has no gradient for filters.
    if (backend === "wasm") return;
    optimizer.minimize(cost);
    expect(weights()).not.toEqual(before);
  });

  it("refuses layers the network has not, and ones without maps", () =>
    tf.tidy(() => {
      const call = (given: object) => () => onTensors.perceptual(network, given as typeof options);
      expect(call({ layers: ["third"] })).toThrow('perceptual: the network has no layer "third"; it has first, second');
      expect(call({ layers: [] })).toThrow("perceptual: layers is");
      expect(call({ layers: ["first"], weights: [1, 2] })).toThrow("perceptual: weights is [2], expected [1]");
      expect(call({ layers: ["first"], weights: [-1] })).toThrow("perceptual: weights[0] is -1, outside [0, ∞)");
      expect(call({ layer: ["first"] })).toThrow('unknown option "layer"; did you mean "layers"?');
      const flat = tf.sequential({
        layers: [
          tf.layers.flatten({ inputShape: [6, 5, 2] }),
          tf.layers.dense({ units: 3, name: "classes", kernelInitializer: "ones" }),
        ],
      });
      const apart = onTensors.perceptual(flat, { layers: ["classes"] });
      expect(() => apart(image(first), image(second))).toThrow('perceptual: layer "classes" gives [2, 3], expected');
    }));
});

describe("jax-js", () => {
  const array = (data: number[]) => arrayOf(jax, data);
  const network = mapped(jax);

  it("takes a mask of the images' pixels", async () => {
    const apart = onJax.perceptual(network, options);
    const wanted = perceptualLoss(mapsOf(first), mapsOf(second), { weights: options.weights, mask });
    for (const own of [mask, jax.numpy.array(mask)])
      expectClose(await apart(array(first), array(second), { mask: own as JaxArray }).data(), [wanted], 1e-5);
  });

  const bytes = onnxModel({
    input: [null, 2, 6, 5],
    nodes: [
      { op: "Conv", inputs: ["images", "w0"], output: "c0" },
      { op: "Relu", inputs: ["c0"], output: "first" },
      { op: "Conv", inputs: ["first", "w1"], output: "c1" },
      { op: "Relu", inputs: ["c1"], output: "second" },
      { op: "Neg", inputs: ["second"], output: "last" },
    ],
    outputs: ["last"],
    weights: Object.fromEntries(filters.map((filter, i) => [`w${i}`, filter])),
  });
  const onnx = new ONNXModel(Uint8Array.from(bytes));
  const networks = { "a function": network, "an ONNX network": onnx };

  it.each(Object.entries(networks))("gives the loss and the gradient through %s, time and again", async (_, given) => {
    const apart = onJax.perceptual(given, options);
    for (let round = 0; round < 2; round++) {
      const [value, gradient] = jax.valueAndGrad((x: JaxArray) => apart(x, array(second)))(array(first));
      expectClose(await value.data(), [lossOf(first, second)], 1e-5);
      expectSlopes(await (gradient as unknown as JaxArray).data());
    }
  });

  it.each(Object.entries(networks))("gives the gradient through %s under jit", async (_, given) => {
    const apart = onJax.perceptual(given, options);
    const slope = jax.jit(
      (x: JaxArray, y: JaxArray) => jax.grad((z: JaxArray) => apart(z, y))(x) as unknown as JaxArray,
    );
    expectSlopes(await slope(array(first), array(second)).data());
  });

  it.each(Object.entries(networks))("gives feature maps of %s and consumes the images", async (_, given) => {
    const x = array(first);
    const maps = onJax.perceptual(given, options).features(x);
    for (const [j, { data, shape }] of mapsOf(first).entries()) {
      expect(maps[j]?.shape).toEqual(shape);
      expectClose(await (maps[j] as JaxArray).data(), data, 1e-5, 0.1);
    }
    expect(() => x.ref).toThrow(/freed|disposed/);
  });

  it("refuses layers the network has not, and ones without maps", () => {
    const missing = { layers: ["third"] };
    expect(() => onJax.perceptual(onnx, missing)).toThrow(
      'perceptual: the network has no layer "third"; it has c0, first, c1, second, last',
    );
    expect(() => onJax.perceptual(network, missing).features(array(first))).toThrow(
      'perceptual: the network has no layer "third"; it has first, second, unused',
    );
    const flat = onJax.perceptual((x) => ({ row: x.reshape([2, 60]) }), { layers: ["row"] });
    expect(() => flat(array(first), array(second))).toThrow('perceptual: layer "row" gives [2, 60], expected');
  });
});
