import { diceLoss } from "lossary";
import { floats, type Row, row, uniform } from "./row.ts";

const shape = [8, 21, 256, 256];

export const segmentation: readonly Row[] = [
  row({
    name: "Dice 8x21x256x256",
    inputs: () => {
      const random = uniform(1);
      return {
        probabilities: floats(shape, random),
        targets: floats(shape, () => (random() < 0.1 ? 1 : 0)),
      };
    },
    loss: diceLoss,
    wrt: ["probabilities"],
    torch:
      "(1 - (2 * (probabilities * targets).sum((2, 3)) + 1) / (probabilities.sum((2, 3)) + targets.sum((2, 3)) + 1)).mean()",
    tfjs: (tf, { probabilities, targets }) => {
      const sum = (x: ReturnType<typeof tf.mul>) => tf.sum(x, [2, 3]);
      const hits = tf.add(tf.mul(sum(tf.mul(probabilities, targets)), 2), 1);
      return tf.mean(tf.sub(1, tf.div(hits, tf.add(tf.add(sum(probabilities), sum(targets)), 1))));
    },
  }),
];
