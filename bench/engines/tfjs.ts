/** Inside TensorFlow.js: Lossary's losses on its tensors, fused, beside its own and beside what its users write. */
import type { Tensor } from "@tensorflow/tfjs";
import * as core from "lossary";
import { compile, crossEntropy, focalLoss, huberLoss } from "lossary/tfjs";
import { tf } from "../../examples/parts/tfjs.ts";
import { defaultsOf } from "../row.ts";
import { C, type EngineRow, labels, MILLION, N, numbers } from "./row.ts";

type Loss = (yTrue: Tensor, yPred: Tensor) => Tensor;

const differentiated = (loss: (x: Tensor) => Tensor, x: Tensor) => {
  const compute = tf.valueAndGrad((y: Tensor) => loss(y).asScalar());
  return async () => tf.tidy(() => compute(x).value.dataSync()[0] as number);
};

/** Focal loss as it is written in TensorFlow.js. */
const focal = (x: Tensor, yes: Tensor) =>
  tf.tidy(() => {
    const p = tf.sigmoid(x);
    const { alpha, gamma } = defaultsOf(core.focalLoss);
    const entropy = tf.add(tf.sub(tf.relu(x), tf.mul(x, yes)), tf.log1p(tf.exp(tf.neg(tf.abs(x)))));
    const truth = tf.add(tf.mul(p, yes), tf.mul(tf.sub(1, p), tf.sub(1, yes)));
    const weight = tf.add(tf.mul(alpha, yes), tf.mul(1 - alpha, tf.sub(1, yes)));
    const missed = tf.sub(1, truth);
    return tf.mean(tf.mul(weight, tf.mul(gamma === 2 ? tf.square(missed) : tf.pow(missed, gamma), entropy)));
  });

/** Dense layers of so many units, the first number being that of the inputs. */
const network = ([inputs, ...units]: readonly number[]) =>
  tf.sequential({
    layers: units.map((count, i) =>
      tf.layers.dense({
        units: count,
        inputShape: i === 0 ? [inputs as number] : undefined,
        activation: i < units.length - 1 ? "relu" : "linear",
        kernelInitializer: tf.initializers.glorotNormal({ seed: i + 1 }),
      }),
    ),
  });

/** One batch of `fit`. */
function fitting(units: readonly number[], batch: number): EngineRow {
  const [inputs, classes] = [units[0] as number, units.at(-1) as number];
  const x = tf.tensor2d(numbers(batch * inputs), [batch, inputs]);
  const y = tf.oneHot(tf.tensor1d(labels(batch, classes), "int32"), classes).toFloat();
  const step = (loss: Loss) => {
    const model = network(units);
    // A rate of 0 keeps the step the same step, however often it is taken.
    model.compile({ optimizer: tf.train.sgd(0), loss });
    return async () => {
      const { history } = await model.fit(x, y, { batchSize: batch, verbose: 0 });
      return history.loss?.[0] as number;
    };
  };
  return {
    name: `A step of fit, dense ${units.join(" to ")}, batch ${batch}, cross entropy in TensorFlow.js`,
    loss: crossEntropy,
    ours: step(compile(crossEntropy)),
    theirs: step((yTrue, yPred) => tf.losses.softmaxCrossEntropy(yTrue, yPred)),
  };
}

export function tensorflowRows(): EngineRow[] {
  const logits = tf.tensor2d(numbers(N * C), [N, C]);
  const classes = tf.tensor1d(labels(N, C), "int32");
  const oneHot = tf.oneHot(classes, C).toFloat();
  const predictions = tf.tensor1d(numbers(MILLION));
  const targets = tf.tensor1d(numbers(MILLION).reverse());
  const yes = tf.tensor1d(Float32Array.from({ length: MILLION }, (_, i) => (i % 50 === 0 ? 1 : 0)));
  return [
    {
      name: `Cross entropy ${N}x${C} in TensorFlow.js`,
      loss: crossEntropy,
      ours: differentiated((x) => crossEntropy(x, classes), logits),
      theirs: differentiated((x) => tf.losses.softmaxCrossEntropy(oneHot, x), logits),
    },
    {
      name: "Huber 1M in TensorFlow.js",
      loss: huberLoss,
      ours: differentiated((x) => huberLoss(x, targets), predictions),
      theirs: differentiated(
        (x) => tf.losses.huberLoss(targets, x, undefined, defaultsOf(core.huberLoss).delta),
        predictions,
      ),
    },
    {
      name: "Focal 1M in TensorFlow.js",
      loss: focalLoss,
      ours: differentiated((x) => focalLoss(x, yes), predictions),
      theirs: differentiated((x) => focal(x, yes), predictions),
    },
    fitting([64, C], N),
    fitting([784, 128, 10], 128),
  ];
}
