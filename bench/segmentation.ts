import type * as Tfjs from "@tensorflow/tfjs";
import { diceLoss, generalizedDiceLoss, jaccardLoss, tverskyLoss } from "lossary";
import { floats, type Row, row, uniform } from "./row.ts";

/** Probabilities of 21 classes, and masks of a tenth of the pixels each. */
const masks = (shape: readonly number[]) => () => {
  const random = uniform(1);
  return {
    probabilities: floats(shape, random),
    targets: floats(shape, () => (random() < 0.1 ? 1 : 0)),
  };
};

/** Sums over the pixels in TensorFlow.js: of both, of what they share. */
function sums(tf: typeof Tfjs, p: Tfjs.Tensor, t: Tfjs.Tensor) {
  const sum = (x: Tfjs.Tensor) => tf.sum(x, [2, 3]);
  return { p: sum(p), t: sum(t), shared: sum(tf.mul(p, t)) };
}

export const segmentation: readonly Row[] = [
  row({
    name: "Dice 8x21x256x256",
    inputs: masks([8, 21, 256, 256]),
    loss: diceLoss,
    wrt: ["probabilities"],
    torch:
      "(1 - (2 * (probabilities * targets).sum((2, 3)) + smooth) / (probabilities.sum((2, 3)) + targets.sum((2, 3)) + smooth)).mean()",
    tfjs: (tf, { probabilities, targets }, { smooth }) => {
      const { p, t, shared } = sums(tf, probabilities, targets);
      return tf.mean(tf.sub(1, tf.div(tf.add(tf.mul(shared, 2), smooth), tf.add(tf.add(p, t), smooth))));
    },
  }),
  row({
    name: "Jaccard 2x21x256x256",
    inputs: masks([2, 21, 256, 256]),
    loss: jaccardLoss,
    wrt: ["probabilities"],
    torch: `(lambda shared: 1 - (shared + smooth) / (probabilities.sum((2, 3)) + targets.sum((2, 3)) - shared + smooth))(
      (probabilities * targets).sum((2, 3))).mean()`,
    tfjs: (tf, { probabilities, targets }, { smooth }) => {
      const { p, t, shared } = sums(tf, probabilities, targets);
      return tf.mean(tf.sub(1, tf.div(tf.add(shared, smooth), tf.add(tf.sub(tf.add(p, t), shared), smooth))));
    },
  }),
  row({
    name: "Tversky 2x21x256x256, 0.3 and 0.7",
    inputs: masks([2, 21, 256, 256]),
    loss: tverskyLoss,
    options: { alpha: 0.3, beta: 0.7 },
    wrt: ["probabilities"],
    torch: `(lambda shared: 1 - (shared + smooth) / (
      alpha * probabilities.sum((2, 3)) + beta * targets.sum((2, 3)) + (1 - alpha - beta) * shared + smooth))((probabilities * targets).sum((2, 3))).mean()`,
    tfjs: (tf, { probabilities, targets }, { alpha, beta, smooth }) => {
      const { p, t, shared } = sums(tf, probabilities, targets);
      const own = tf.mul(shared, 1 - alpha - beta);
      const whole = tf.add(tf.add(tf.add(tf.mul(p, alpha), tf.mul(t, beta)), own), smooth);
      return tf.mean(tf.sub(1, tf.div(tf.add(shared, smooth), whole)));
    },
  }),
  row({
    name: "Generalized Dice 2x21x256x256",
    inputs: masks([2, 21, 256, 256]),
    loss: generalizedDiceLoss,
    wrt: ["probabilities"],
    torch: "generalized_dice(probabilities, targets, smooth)",
    tfjs: (tf, { probabilities, targets }, { smooth }) => {
      const { p, t, shared } = sums(tf, probabilities, targets);
      const weight = tf.reciprocal(tf.square(t));
      const weighed = (x: typeof p) => tf.sum(tf.mul(weight, x), 1);
      const hits = tf.add(tf.mul(weighed(shared), 2), smooth);
      return tf.mean(tf.sub(1, tf.div(hits, tf.add(weighed(tf.add(p, t)), smooth))));
    },
  }),
];
