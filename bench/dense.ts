/** Losses of classes per pixel: [N, C, H, W] beside labels [N, H, W]. */
import type { nn as Nn, numpy } from "@jax-js/jax";
import type * as Tfjs from "@tensorflow/tfjs";
import { crossEntropy, logLoss, multiclassHingeLoss, softmaxFocalLoss } from "lossary";
import { floats, indices, type Row, row, uniform } from "./row.ts";

const [N, C, SIZE] = [2, 21, 256];
const PIXELS = N * SIZE * SIZE;
const title = (name: string) => `${name} ${[N, C, SIZE, SIZE].join("x")}`;

const classes = (random: () => number) => indices([N, SIZE, SIZE], C, random);
const images = (random: () => number) => floats([N, C, SIZE, SIZE], () => 8 * random() - 4);
const logits = () => {
  const random = uniform(2);
  return { logits: images(random), labels: classes(random) };
};

/** The logarithm of the own class's probability; the engines' own softmax is of a last axis. */
const logsTf = (tf: typeof Tfjs, x: Tfjs.Tensor, labels: Tfjs.Tensor) =>
  tf.sub(tf.sum(tf.mul(labels, x), 1), tf.logSumExp(x, 1));
const logsJax = (np: typeof numpy, nn: typeof Nn, x: numpy.Array, labels: numpy.Array) =>
  np.subtract(np.sum(np.multiply(labels, x.ref), 1), nn.logsumexp(x, 1));

export const dense: readonly Row[] = [
  row({
    name: title("Cross entropy"),
    inputs: logits,
    loss: crossEntropy,
    classes: C,
    wrt: ["logits"],
    torch: "F.cross_entropy(logits, labels)",
    tfjs: (tf, { logits, labels }) => tf.neg(tf.mean(logsTf(tf, logits, labels))),
    jax: (np, nn, { logits, labels }) => np.negative(np.mean(logsJax(np, nn, logits, labels))),
  }),
  row({
    name: title("Softmax focal"),
    inputs: logits,
    loss: softmaxFocalLoss,
    classes: C,
    wrt: ["logits"],
    torch: `(lambda logs: -((1 - logs.exp()) ** gamma * logs).mean())(
      F.log_softmax(logits, 1).gather(1, labels[:, None])[:, 0])`,
    tfjs: (tf, { logits, labels }, { gamma }) => {
      const logs = logsTf(tf, logits, labels);
      const missed = tf.sub(1, tf.exp(logs));
      return tf.neg(tf.mean(tf.mul(gamma === 2 ? tf.square(missed) : tf.pow(missed, gamma), logs)));
    },
    jax: (np, nn, { logits, labels }, { gamma }) => {
      const logs = logsJax(np, nn, logits, labels);
      const missed = np.subtract(1, np.exp(logs.ref));
      return np.negative(np.mean(np.multiply(gamma === 2 ? np.square(missed) : np.power(missed, gamma), logs)));
    },
  }),
  row({
    name: title("Log loss"),
    inputs: () => {
      const random = uniform(4);
      const probabilities = floats([N, C, SIZE, SIZE], () => 0.01 + random());
      const p = probabilities.data;
      for (let n = 0; n < N; n++)
        for (let i = 0; i < SIZE * SIZE; i++) {
          const at = (c: number) => (n * C + c) * SIZE * SIZE + i;
          let mass = 0;
          for (let c = 0; c < C; c++) mass += p[at(c)] as number;
          for (let c = 0; c < C; c++) p[at(c)] = (p[at(c)] as number) / mass;
        }
      return { probabilities, labels: classes(random) };
    },
    loss: logLoss,
    classes: C,
    wrt: ["probabilities"],
    torch: "F.nll_loss(probabilities.log(), labels)",
    tfjs: (tf, { probabilities, labels }) => tf.neg(tf.mean(tf.log(tf.sum(tf.mul(labels, probabilities), 1)))),
    jax: (np, _, { probabilities, labels }) =>
      np.negative(np.mean(np.log(np.sum(np.multiply(labels, probabilities), 1)))),
  }),
  row({
    name: title("Multiclass hinge"),
    inputs: () => {
      const { logits: scores, labels } = logits();
      return { scores, labels };
    },
    loss: multiclassHingeLoss,
    classes: C,
    wrt: ["scores"],
    // PyTorch's multi_margin_loss takes rows alone; the own class is among those that are summed, with the margin.
    torch: `((scores - scores.gather(1, labels[:, None]) + margin).clamp(min=0).sum() / ${PIXELS}) - margin`,
    tfjs: (tf, { scores, labels }, { margin }) => {
      const lead = tf.sub(scores, tf.sum(tf.mul(labels, scores), 1, true));
      return tf.sub(tf.mean(tf.sum(tf.relu(tf.add(lead, margin)), 1)), margin);
    },
    jax: (np, nn, { scores, labels }, { margin }) => {
      const lead = np.subtract(scores.ref, np.sum(np.multiply(labels, scores), 1, { keepdims: true }));
      return np.subtract(np.mean(np.sum(nn.relu(np.add(lead, margin)), 1)), margin);
    },
  }),
];
