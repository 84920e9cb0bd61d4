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
      "(1 - (2 * (probabilities * targets).sum((2, 3)) + 1) / (probabilities.sum((2, 3)) + targets.sum((2, 3)) + 1)).mean()",
    tfjs: (tf, { probabilities, targets }) => {
      const { p, t, shared } = sums(tf, probabilities, targets);
      return tf.mean(tf.sub(1, tf.div(tf.add(tf.mul(shared, 2), 1), tf.add(tf.add(p, t), 1))));
    },
  }),
  row({
    name: "Jaccard 2x21x256x256",
    inputs: masks([2, 21, 256, 256]),
    loss: jaccardLoss,
    wrt: ["probabilities"],
    torch: `(lambda shared: 1 - (shared + 1) / (probabilities.sum((2, 3)) + targets.sum((2, 3)) - shared + 1))(
      (probabilities * targets).sum((2, 3))).mean()`,
    tfjs: (tf, { probabilities, targets }) => {
      const { p, t, shared } = sums(tf, probabilities, targets);
      return tf.mean(tf.sub(1, tf.div(tf.add(shared, 1), tf.add(tf.sub(tf.add(p, t), shared), 1))));
    },
  }),
  row({
    name: "Tversky 2x21x256x256, 0.3 and 0.7",
    inputs: masks([2, 21, 256, 256]),
    loss: tverskyLoss,
    options: { alpha: 0.3, beta: 0.7 },
    wrt: ["probabilities"],
    torch: `(lambda shared: 1 - (shared + 1) / (
      0.3 * probabilities.sum((2, 3)) + 0.7 * targets.sum((2, 3)) + 1))((probabilities * targets).sum((2, 3))).mean()`,
    tfjs: (tf, { probabilities, targets }) => {
      const { p, t, shared } = sums(tf, probabilities, targets);
      const whole = tf.add(tf.add(tf.mul(p, 0.3), tf.mul(t, 0.7)), 1);
      return tf.mean(tf.sub(1, tf.div(tf.add(shared, 1), whole)));
    },
  }),
  row({
    name: "Generalized Dice 2x21x256x256",
    inputs: masks([2, 21, 256, 256]),
    loss: generalizedDiceLoss,
    wrt: ["probabilities"],
    torch: "generalized_dice(probabilities, targets)",
    tfjs: (tf, { probabilities, targets }) => {
      const { p, t, shared } = sums(tf, probabilities, targets);
      const weight = tf.reciprocal(tf.square(t));
      const weighed = (x: typeof p) => tf.sum(tf.mul(weight, x), 1);
      const hits = tf.add(tf.mul(weighed(shared), 2), 1e-5);
      return tf.mean(tf.sub(1, tf.div(hits, tf.add(weighed(tf.add(p, t)), 1e-5))));
    },
  }),
];
