/** Inside TensorFlow.js and jax-js: Lossary's losses on the engine's own arrays beside what its users write there. */
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** One comparison; both sides compute the same numbers in the same engine. */
export interface EngineRow {
  readonly name: string;
  /** Value and gradient, or one training step; resolves to the value. */
  ours(): Promise<number>;
  theirs(): Promise<number>;
}

/** Reproducible numbers in [−4, 4). */
function numbers(count: number): Float32Array {
  let state = 7;
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 29 - 4;
  });
}

const [N, C] = [1024, 1000];
const MILLION = 1 << 20;
const labels = Int32Array.from({ length: N }, (_, i) => (i * 37) % C);

export async function tensorflowRows(): Promise<EngineRow[]> {
  const require = createRequire(import.meta.url);
  const tf = require("@tensorflow/tfjs") as typeof import("@tensorflow/tfjs");
  const wasm = require("@tensorflow/tfjs-backend-wasm") as typeof import("@tensorflow/tfjs-backend-wasm");
  wasm.setWasmPaths(join(dirname(require.resolve("@tensorflow/tfjs-backend-wasm/package.json")), "dist/"));
  wasm.setThreadsCount(1);
  await tf.setBackend("wasm");
  const { compile, crossEntropy, focalLoss, huberLoss } = await import("lossary/tfjs");
  type Tensor = import("@tensorflow/tfjs").Tensor;

  const differentiated = (loss: (x: Tensor) => Tensor, x: Tensor) => {
    const compute = tf.valueAndGrad((y: Tensor) => loss(y).asScalar());
    return async () => tf.tidy(() => compute(x).value.dataSync()[0] as number);
  };
  const logits = tf.tensor2d(numbers(N * C), [N, C]);
  const classes = tf.tensor1d(labels, "int32");
  const oneHot = tf.oneHot(classes, C).toFloat();
  const predictions = tf.tensor1d(numbers(MILLION));
  const targets = tf.tensor1d(numbers(MILLION).reverse());
  const yes = tf.tensor1d(Float32Array.from({ length: MILLION }, (_, i) => (i % 50 === 0 ? 1 : 0)));

  /** Focal loss as it is written in TensorFlow.js. */
  const focal = (x: Tensor) =>
    tf.tidy(() => {
      const p = tf.sigmoid(x);
      const entropy = tf.add(tf.sub(tf.relu(x), tf.mul(x, yes)), tf.log1p(tf.exp(tf.neg(tf.abs(x)))));
      const truth = tf.add(tf.mul(p, yes), tf.mul(tf.sub(1, p), tf.sub(1, yes)));
      const weight = tf.add(tf.mul(0.25, yes), tf.mul(0.75, tf.sub(1, yes)));
      return tf.mean(tf.mul(weight, tf.mul(tf.square(tf.sub(1, truth)), entropy)));
    });

  /** One step of a small classifier with many classes, as `fit` takes it. */
  const step = (loss: (yTrue: Tensor, yPred: Tensor) => Tensor) => {
    const model = tf.sequential({
      layers: [tf.layers.dense({ units: C, inputShape: [64], kernelInitializer: "zeros" })],
    });
    // A rate of 0 keeps the step the same step, however often it is taken.
    model.compile({ optimizer: tf.train.sgd(0), loss });
    const x = tf.tensor2d(numbers(N * 64), [N, 64]);
    return async () => (await model.trainOnBatch(x, oneHot)) as number;
  };

  return [
    {
      name: `Cross entropy ${N}x${C} in TensorFlow.js`,
      ours: differentiated((x) => crossEntropy(x, classes), logits),
      theirs: differentiated((x) => tf.losses.softmaxCrossEntropy(oneHot, x), logits),
    },
    {
      name: "Huber 1M in TensorFlow.js",
      ours: differentiated((x) => huberLoss(x, targets), predictions),
      theirs: differentiated((x) => tf.losses.huberLoss(targets, x), predictions),
    },
    {
      name: "Focal 1M in TensorFlow.js",
      ours: differentiated((x) => focalLoss(x, yes), predictions),
      theirs: differentiated(focal, predictions),
    },
    {
      name: `Training step, dense 64 to ${C}, batch ${N}, in TensorFlow.js`,
      ours: step(compile(crossEntropy)),
      theirs: step((yTrue, yPred) => tf.losses.softmaxCrossEntropy(yTrue, yPred)),
    },
  ];
}

export async function jaxRows(): Promise<EngineRow[]> {
  // jax-js looks for the global type of half floats, which Node 20 does not have.
  (globalThis as { Float16Array?: unknown }).Float16Array ??= class {};
  const { init, defaultDevice, jit, nn, numpy: np, valueAndGrad } = await import("@jax-js/jax");
  await init("wasm");
  defaultDevice("wasm");
  const { crossEntropy, huberLoss } = await import("lossary/jax");
  type JaxArray = import("@jax-js/jax").Array;

  type Differentiated = (x: JaxArray) => [JaxArray, JaxArray];
  const timed = (compute: Differentiated, x: JaxArray) => async () => {
    const [value, gradient] = compute(x.ref);
    await gradient.blockUntilReady();
    gradient.dispose();
    return (await value.data())[0] as number;
  };
  const compiled = (loss: (x: JaxArray) => JaxArray, x: JaxArray) =>
    timed(jit(valueAndGrad(loss)) as unknown as Differentiated, x);
  const plain = (loss: (x: JaxArray) => JaxArray, x: JaxArray) =>
    timed(valueAndGrad(loss) as unknown as Differentiated, x);

  const logits = np.array(numbers(N * C)).reshape([N, C]);
  const classes = np.array(labels);
  const oneHot = nn.oneHot(classes.ref, C);
  const predictions = np.array(numbers(MILLION));
  const targets = np.array(numbers(MILLION).reverse());
  return [
    {
      name: `Cross entropy ${N}x${C} in jax-js, under jit`,
      ours: compiled((x) => crossEntropy(x, classes.ref), logits),
      theirs: plain((x) => np.multiply(np.sum(np.multiply(nn.logSoftmax(x), oneHot.ref)), -1 / N), logits),
    },
    {
      name: "Huber 1M in jax-js, under jit",
      ours: compiled((x) => huberLoss(x, targets.ref), predictions),
      theirs: plain((x) => {
        const e = np.abs(np.subtract(x, targets.ref));
        const q = np.minimum(e.ref, 1);
        return np.mean(np.multiply(q.ref, np.subtract(e, np.multiply(q, 0.5))));
      }, predictions),
    },
  ];
}
