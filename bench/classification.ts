import {
  binaryCrossEntropy,
  binaryLogLoss,
  crossEntropy,
  focalLoss,
  hingeLoss,
  logisticLoss,
  logLoss,
  multiclassHingeLoss,
  softCrossEntropy,
  softmaxFocalLoss,
  squaredHingeLoss,
} from "lossary";
import { floats, type Inputs, indices, pairs, type Row, type RowOf, row, uniform } from "./row.ts";

const MILLION = 1 << 20;
const bit = (random: () => number) => (random() < 0.5 ? 0 : 1);
const sign = (random: () => number) => (random() < 0.5 ? -1 : 1);
const bits = pairs("logits", [MILLION], bit);
const signs = pairs("scores", [MILLION], sign);
const anchors = pairs("logits", [32768, 80], (random) => (random() < 0.02 ? 1 : 0));

/** Rows of logits with a class index each. */
const labelled = (n: number, classes: number) => () => {
  const random = uniform(2);
  return { logits: floats([n, classes], () => 8 * random() - 4), labels: indices([n], classes, random) };
};

/** A plain JavaScript pass of softmax cross entropy against targets t(row, class). */
const softmaxPass =
  <N extends string, O>(target: (inputs: Inputs<N>, row: number, c: number, options: O) => number) =>
  (inputs: Inputs<N | "logits">, options: O, ...[gradient]: Float32Array[]) => {
    const { data: x, shape } = inputs.logits;
    const [n, classes] = shape as [number, number];
    const slope = gradient as Float32Array;
    let sum = 0;
    for (let i = 0; i < n; i++) {
      const start = i * classes;
      let most = Number.NEGATIVE_INFINITY;
      for (let c = 0; c < classes; c++) most = Math.max(most, x[start + c] as number);
      let all = 0;
      for (let c = 0; c < classes; c++) {
        const e = Math.exp((x[start + c] as number) - most);
        slope[start + c] = e;
        all += e;
      }
      const lse = most + Math.log(all);
      for (let c = 0; c < classes; c++) {
        const t = target(inputs, i, c, options);
        if (t !== 0) sum += t * (lse - (x[start + c] as number));
        slope[start + c] = ((slope[start + c] as number) / all - t) / n;
      }
    }
    return sum / n;
  };

const oneHot = ({ labels }: Inputs<"labels">, row: number, c: number) => (labels.data[row] === c ? 1 : 0);

/** A plain JavaScript pass of a loss of one prediction and one target, given its value and slope. */
const elementwise =
  <N extends string, O>(
    name: N,
    value: (x: number, t: number, options: O) => number,
    slope: (x: number, t: number, options: O) => number,
  ) =>
  (inputs: Inputs<N | "targets">, options: O, ...[gradient]: Float32Array[]) => {
    const { data: x } = inputs[name];
    const { data: y } = inputs.targets;
    let sum = 0;
    for (let i = 0; i < x.length; i++) {
      const [a, t] = [x[i] as number, y[i] as number];
      sum += value(a, t, options);
      (gradient as Float32Array)[i] = slope(a, t, options) / x.length;
    }
    return sum / x.length;
  };

const softplus = (x: number) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
/** A square where it is one, as one would write it. */
const power = (x: number, exponent: number) => (exponent === 2 ? x * x : x ** exponent);

const crossEntropyRow = (n: number, classes: number): RowOf<"logits" | "labels", typeof crossEntropy> => ({
  name: `Cross entropy ${n}x${classes}`,
  inputs: labelled(n, classes),
  loss: crossEntropy,
  wrt: ["logits"],
  classes,
  torch: "F.cross_entropy(logits, labels)",
  tfjs: (tf, { logits, labels }) => tf.losses.softmaxCrossEntropy(labels, logits),
  jax: (np, nn, { logits, labels }) => np.multiply(np.sum(np.multiply(labels, nn.logSoftmax(logits, -1))), -1 / n),
  plain: softmaxPass(oneHot),
});

const soft = () => {
  const { logits } = labelled(1024, 1000)();
  const targets = floats(logits.shape, uniform(3));
  for (let start = 0; start < targets.data.length; start += 1000) {
    const row = targets.data.subarray(start, start + 1000);
    let mass = 0;
    for (const t of row) mass += t;
    for (let c = 0; c < row.length; c++) row[c] = (row[c] as number) / mass;
  }
  return { logits, targets };
};

/** Focal loss of one element: z is the logit against its target. */
type Focal = Readonly<Record<"alpha" | "gamma", number>>;
const focalValue = (x: number, t: number, { alpha, gamma }: Focal) => {
  const z = t === 1 ? -x : x;
  return (t === 1 ? alpha : 1 - alpha) * power(sigmoid(z), gamma) * softplus(z);
};
const focalSlope = (x: number, t: number, { alpha, gamma }: Focal) => {
  const z = t === 1 ? -x : x;
  const q = sigmoid(z);
  return (t === 1 ? -alpha : 1 - alpha) * power(q, gamma) * (q + gamma * (1 - q) * softplus(z));
};

export const classification: readonly Row[] = [
  row(crossEntropyRow(1024, 1000)),
  row(crossEntropyRow(64, 32000)),
  row({
    ...crossEntropyRow(1024, 1000),
    name: "Cross entropy, smoothing 0.1, 1024x1000",
    options: { labelSmoothing: 0.1 },
    torch: "F.cross_entropy(logits, labels, label_smoothing=labelSmoothing)",
    tfjs: (tf, { logits, labels }, { labelSmoothing }) =>
      tf.losses.softmaxCrossEntropy(labels, logits, undefined, labelSmoothing),
    jax: (np, nn, { logits, labels }, { labelSmoothing }) => {
      const t = np.add(np.multiply(labels, 1 - labelSmoothing), labelSmoothing / 1000);
      return np.multiply(np.sum(np.multiply(t, nn.logSoftmax(logits, -1))), -1 / 1024);
    },
    plain: softmaxPass(
      (inputs: Inputs<"labels">, row, c, { labelSmoothing }: { readonly labelSmoothing: number }) =>
        (1 - labelSmoothing) * oneHot(inputs, row, c) + labelSmoothing / 1000,
    ),
  }),
  row({
    ...crossEntropyRow(1024, 1000),
    name: "Cross entropy, sample weights, 1024x1000",
    inputs: () => ({ ...labelled(1024, 1000)(), sampleWeight: floats([1024], uniform(6)) }),
    torch: "(sampleWeight * F.cross_entropy(logits, labels, reduction='none')).sum() / sampleWeight.sum()",
    tfjs: (tf, { logits, labels, sampleWeight }) =>
      tf.losses.softmaxCrossEntropy(labels, logits, sampleWeight, 0, tf.Reduction.MEAN),
    jax: (np, nn, { logits, labels, sampleWeight }) => {
      const lost = np.sum(np.multiply(labels, nn.logSoftmax(logits, -1)), 1);
      return np.negative(np.divide(np.sum(np.multiply(sampleWeight.ref, lost)), np.sum(sampleWeight)));
    },
    plain: undefined,
  }),
  row({
    name: "Soft cross entropy 1024x1000",
    wrt: ["logits"],
    inputs: soft,
    loss: softCrossEntropy,
    torch: "F.cross_entropy(logits, targets)",
    plain: softmaxPass(({ targets }: Inputs<"targets">, row, c) => targets.data[row * 1000 + c] as number),
    tfjs: (tf, { logits, targets }) => tf.mul(tf.sum(tf.mul(targets, tf.logSoftmax(logits))), -1 / 1024),
    jax: (np, nn, { logits, targets }) =>
      np.multiply(np.sum(np.multiply(targets, nn.logSoftmax(logits, -1))), -1 / 1024),
  }),
  row({
    name: "Binary cross entropy 1M",
    inputs: bits,
    loss: binaryCrossEntropy,
    wrt: ["logits"],
    torch: "F.binary_cross_entropy_with_logits(logits, targets)",
    tfjs: (tf, { logits, targets }) => tf.losses.sigmoidCrossEntropy(targets, logits),
    jax: (np, nn, { logits, targets }) => np.mean(np.subtract(nn.softplus(logits.ref), np.multiply(logits, targets))),
    plain: elementwise(
      "logits",
      (x, t) => softplus(x) - x * t,
      (x, t) => sigmoid(x) - t,
    ),
  }),
  row({
    name: "Logistic 1M",
    inputs: signs,
    loss: logisticLoss,
    wrt: ["scores"],
    torch: "F.soft_margin_loss(scores, targets)",
    tfjs: (tf, { scores, targets }) => tf.mean(tf.softplus(tf.neg(tf.mul(scores, targets)))),
    jax: (np, nn, { scores, targets }) => np.mean(nn.softplus(np.negative(np.multiply(scores, targets)))),
    plain: elementwise(
      "scores",
      (x, t) => softplus(-x * t),
      (x, t) => -t * sigmoid(-x * t),
    ),
  }),
  row({
    name: "Focal 32768x80",
    inputs: anchors,
    loss: focalLoss,
    wrt: ["logits"],
    torch: "focal(logits, targets, alpha, gamma)",
    tfjs: (tf, { logits, targets }, { alpha, gamma }) => {
      const z = tf.mul(logits, tf.sub(1, tf.mul(targets, 2)));
      const weight = tf.add(1 - alpha, tf.mul(targets, 2 * alpha - 1));
      return tf.mean(
        tf.mul(tf.mul(weight, gamma === 2 ? tf.square(tf.sigmoid(z)) : tf.pow(tf.sigmoid(z), gamma)), tf.softplus(z)),
      );
    },
    jax: (np, nn, { logits, targets }, { alpha, gamma }) => {
      const z = np.multiply(logits, np.subtract(1, np.multiply(targets.ref, 2)));
      const weight = np.add(1 - alpha, np.multiply(targets, 2 * alpha - 1));
      return np.mean(
        np.multiply(
          np.multiply(weight, gamma === 2 ? np.square(nn.sigmoid(z.ref)) : np.power(nn.sigmoid(z.ref), gamma)),
          nn.softplus(z),
        ),
      );
    },
    plain: elementwise("logits", focalValue, focalSlope),
  }),
  row({
    name: "Hinge 1M",
    inputs: signs,
    loss: hingeLoss,
    wrt: ["scores"],
    torch: "(margin - scores * targets).clamp(min=0).mean()",
    tfjs: (tf, { scores, targets }, { margin }) => tf.mean(tf.relu(tf.sub(margin, tf.mul(scores, targets)))),
    jax: (np, nn, { scores, targets }, { margin }) =>
      np.mean(nn.relu(np.subtract(margin, np.multiply(scores, targets)))),
    plain: elementwise(
      "scores",
      (x, t, { margin }) => Math.max(0, margin - x * t),
      (x, t, { margin }) => (x * t < margin ? -t : 0),
    ),
  }),
  row({
    name: "Squared hinge 1M",
    inputs: signs,
    loss: squaredHingeLoss,
    wrt: ["scores"],
    torch: "(margin - scores * targets).clamp(min=0).square().mean()",
    tfjs: (tf, { scores, targets }, { margin }) => tf.mean(tf.square(tf.relu(tf.sub(margin, tf.mul(scores, targets))))),
    jax: (np, nn, { scores, targets }, { margin }) =>
      np.mean(np.square(nn.relu(np.subtract(margin, np.multiply(scores, targets))))),
    plain: elementwise(
      "scores",
      (x, t, { margin }) => Math.max(0, margin - x * t) ** 2,
      (x, t, { margin }) => -2 * t * Math.max(0, margin - x * t),
    ),
  }),
  row({
    name: "Multiclass hinge 1024x1000",
    inputs: () => {
      const { logits, labels } = labelled(1024, 1000)();
      return { scores: logits, labels };
    },
    loss: multiclassHingeLoss,
    classes: 1000,
    wrt: ["scores"],
    torch: "1000 * F.multi_margin_loss(scores, labels, margin=margin)",
    // The own class is among those that are summed, with the margin.
    tfjs: (tf, { scores, labels }, { margin }) => {
      const lead = tf.sub(scores, tf.sum(tf.mul(labels, scores), 1, true));
      return tf.sub(tf.mean(tf.sum(tf.relu(tf.add(lead, margin)), 1)), margin);
    },
    jax: (np, nn, { scores, labels }, { margin }) => {
      const lead = np.subtract(scores.ref, np.sum(np.multiply(labels, scores), 1, { keepdims: true }));
      return np.subtract(np.mean(np.sum(nn.relu(np.add(lead, margin)), 1)), margin);
    },
  }),
  row({
    name: "Softmax focal 1024x1000",
    inputs: labelled(1024, 1000),
    loss: softmaxFocalLoss,
    classes: 1000,
    wrt: ["logits"],
    torch: `(lambda logs: -((1 - logs.exp()) ** gamma * logs).mean())(
      F.log_softmax(logits, 1).gather(1, labels[:, None])[:, 0])`,
    tfjs: (tf, { logits, labels }, { gamma }) => {
      const logs = tf.sum(tf.mul(labels, tf.logSoftmax(logits)), 1);
      const missed = tf.sub(1, tf.exp(logs));
      return tf.neg(tf.mean(tf.mul(gamma === 2 ? tf.square(missed) : tf.pow(missed, gamma), logs)));
    },
    jax: (np, nn, { logits, labels }, { gamma }) => {
      const logs = np.sum(np.multiply(labels, nn.logSoftmax(logits, -1)), 1);
      const missed = np.subtract(1, np.exp(logs.ref));
      return np.negative(np.mean(np.multiply(gamma === 2 ? np.square(missed) : np.power(missed, gamma), logs)));
    },
  }),
  row({
    name: "Log loss 1024x1000",
    inputs: () => ({ probabilities: soft().targets, labels: indices([1024], 1000, uniform(4)) }),
    loss: logLoss,
    classes: 1000,
    wrt: ["probabilities"],
    torch: "F.nll_loss(probabilities.log(), labels)",
    tfjs: (tf, { probabilities, labels }) => tf.neg(tf.mean(tf.log(tf.sum(tf.mul(labels, probabilities), 1)))),
    jax: (np, _, { probabilities, labels }) =>
      np.negative(np.mean(np.log(np.sum(np.multiply(labels, probabilities), 1)))),
  }),
  row({
    name: "Binary log loss 1M",
    inputs: () => {
      const random = uniform(5);
      return {
        probabilities: floats([MILLION], () => 0.01 + 0.98 * random()),
        targets: floats([MILLION], () => bit(random)),
      };
    },
    loss: binaryLogLoss,
    wrt: ["probabilities"],
    torch: "F.binary_cross_entropy(probabilities, targets)",
    tfjs: (tf, { probabilities, targets }) => tf.losses.logLoss(targets, probabilities),
    jax: (np, _, { probabilities, targets }) => {
      const yes = np.multiply(targets.ref, np.log(probabilities.ref));
      const no = np.multiply(np.subtract(1, targets), np.log(np.subtract(1, probabilities)));
      return np.negative(np.mean(np.add(yes, no)));
    },
    plain: elementwise(
      "probabilities",
      (p, t) => -t * Math.log(p) - (1 - t) * Math.log(1 - p),
      (p, t) => (p - t) / (p * (1 - p)),
    ),
  }),
];
