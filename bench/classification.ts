import { binaryCrossEntropy, crossEntropy, focalLoss, hingeLoss, logisticLoss, softCrossEntropy } from "lossary";
import { type Data, labelled, pairs, type Row, uniform } from "./row.ts";

const MILLION = 1 << 20;
const bit = (random: () => number) => (random() < 0.5 ? 0 : 1);
const sign = (random: () => number) => (random() < 0.5 ? -1 : 1);

/** A plain JavaScript pass of softmax cross entropy against targets t(row, class). */
const softmaxPass =
  (target: (data: Data, row: number, c: number) => number) => (data: Data, gradient: Float32Array) => {
    const { x, shape } = data;
    const [n, classes] = shape as [number, number];
    let sum = 0;
    for (let i = 0; i < n; i++) {
      const start = i * classes;
      let most = Number.NEGATIVE_INFINITY;
      for (let c = 0; c < classes; c++) most = Math.max(most, x[start + c] as number);
      let all = 0;
      for (let c = 0; c < classes; c++) {
        const e = Math.exp((x[start + c] as number) - most);
        gradient[start + c] = e;
        all += e;
      }
      const lse = most + Math.log(all);
      for (let c = 0; c < classes; c++) {
        const t = target(data, i, c);
        if (t !== 0) sum += t * (lse - (x[start + c] as number));
        gradient[start + c] = ((gradient[start + c] as number) / all - t) / n;
      }
    }
    return sum / n;
  };

const oneHot = ({ y }: Data, row: number, c: number) => (y[row] === c ? 1 : 0);

const elementwise =
  (value: (x: number, t: number) => number, slope: (x: number, t: number) => number) =>
  ({ x, y }: Data, gradient: Float32Array) => {
    let sum = 0;
    for (let i = 0; i < x.length; i++) {
      const [a, t] = [x[i] as number, y[i] as number];
      sum += value(a, t);
      gradient[i] = slope(a, t) / x.length;
    }
    return sum / x.length;
  };

const softplus = (x: number) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

const crossEntropyRow = (n: number, classes: number): Row => ({
  name: `Cross entropy ${n}x${classes}`,
  data: labelled(n, classes),
  loss: crossEntropy,
  wrt: "logits",
  torch: "F.cross_entropy(x, y)",
  tfjs: (tf, x, y) => tf.losses.softmaxCrossEntropy(y, x) as ReturnType<typeof tf.scalar>,
  jax: (np, nn, x, y) => np.multiply(np.sum(np.multiply(y, nn.logSoftmax(x, -1))), -1 / n),
  plain: softmaxPass(oneHot),
});

const soft = (): Data => {
  const { x, shape } = labelled(1024, 1000)();
  const random = uniform(3);
  const y = Float32Array.from({ length: x.length }, random);
  for (let start = 0; start < y.length; start += 1000) {
    const row = y.subarray(start, start + 1000);
    const mass = row.reduce((sum, t) => sum + t, 0);
    row.forEach((t, c) => {
      row[c] = t / mass;
    });
  }
  return { x, y, shape, targetShape: shape };
};

/** Focal loss of one element: z is the logit against its target. */
const focalValue = (x: number, t: number) => {
  const z = t === 1 ? -x : x;
  return (t === 1 ? 0.25 : 0.75) * sigmoid(z) ** 2 * softplus(z);
};
const focalSlope = (x: number, t: number) => {
  const z = t === 1 ? -x : x;
  const q = sigmoid(z);
  return (t === 1 ? -0.25 : 0.75) * q * q * (q + 2 * (1 - q) * softplus(z));
};

export const classification: readonly Row[] = [
  crossEntropyRow(1024, 1000),
  crossEntropyRow(64, 32000),
  {
    ...crossEntropyRow(1024, 1000),
    name: "Cross entropy, smoothing 0.1, 1024x1000",
    options: { labelSmoothing: 0.1 },
    torch: "F.cross_entropy(x, y, label_smoothing=0.1)",
    tfjs: (tf, x, y) => tf.losses.softmaxCrossEntropy(y, x, undefined, 0.1) as ReturnType<typeof tf.scalar>,
    jax: (np, nn, x, y) => {
      const t = np.add(np.multiply(y, 0.9), 0.1 / 1000);
      return np.multiply(np.sum(np.multiply(t, nn.logSoftmax(x, -1))), -1 / 1024);
    },
    plain: softmaxPass((data, row, c) => 0.9 * oneHot(data, row, c) + 0.1 / 1000),
  },
  {
    ...crossEntropyRow(1024, 1000),
    name: "Soft cross entropy 1024x1000",
    data: soft,
    loss: softCrossEntropy,
    torch: "F.cross_entropy(x, y)",
    plain: softmaxPass(({ y }, row, c) => y[row * 1000 + c] as number),
    tfjs: (tf, x, y) => tf.mul(tf.sum(tf.mul(y, tf.logSoftmax(x))), -1 / 1024) as ReturnType<typeof tf.scalar>,
  },
  {
    name: "Binary cross entropy 1M",
    data: pairs([MILLION], bit),
    loss: binaryCrossEntropy,
    wrt: "logits",
    torch: "F.binary_cross_entropy_with_logits(x, y)",
    tfjs: (tf, x, y) => tf.losses.sigmoidCrossEntropy(y, x) as ReturnType<typeof tf.scalar>,
    jax: (np, nn, x, y) => np.mean(np.subtract(nn.softplus(x.ref), np.multiply(x, y))),
    plain: elementwise(
      (x, t) => softplus(x) - x * t,
      (x, t) => sigmoid(x) - t,
    ),
  },
  {
    name: "Logistic 1M",
    data: pairs([MILLION], sign),
    loss: logisticLoss,
    wrt: "scores",
    torch: "F.soft_margin_loss(x, y)",
    tfjs: (tf, x, y) => tf.mean(tf.softplus(tf.neg(tf.mul(x, y)))),
    jax: (np, nn, x, y) => np.mean(nn.softplus(np.negative(np.multiply(x, y)))),
    plain: elementwise(
      (x, t) => softplus(-x * t),
      (x, t) => -t * sigmoid(-x * t),
    ),
  },
  {
    name: "Focal 32768x80",
    data: pairs([32768, 80], (random) => (random() < 0.02 ? 1 : 0)),
    loss: focalLoss,
    wrt: "logits",
    torch:
      "(lambda p, ce: ((0.25 * y + 0.75 * (1 - y)) * ce * (1 - (p * y + (1 - p) * (1 - y))) ** 2).mean())(torch.sigmoid(x), F.binary_cross_entropy_with_logits(x, y, reduction='none'))",
    tfjs: (tf, x, y) => {
      const z = tf.mul(x, tf.sub(1, tf.mul(y, 2)));
      const weight = tf.sub(0.75, tf.mul(y, 0.5));
      return tf.mean(tf.mul(tf.mul(weight, tf.square(tf.sigmoid(z))), tf.softplus(z)));
    },
    jax: (np, nn, x, y) => {
      const z = np.multiply(x, np.subtract(1, np.multiply(y.ref, 2)));
      const weight = np.subtract(0.75, np.multiply(y, 0.5));
      return np.mean(np.multiply(np.multiply(weight, np.square(nn.sigmoid(z.ref))), nn.softplus(z)));
    },
    plain: elementwise(focalValue, focalSlope),
  },
  {
    name: "Hinge 1M",
    data: pairs([MILLION], sign),
    loss: hingeLoss,
    wrt: "scores",
    torch: "(1 - x * y).clamp(min=0).mean()",
    tfjs: (tf, x, y) => tf.mean(tf.relu(tf.sub(1, tf.mul(x, y)))),
    jax: (np, nn, x, y) => np.mean(nn.relu(np.subtract(1, np.multiply(x, y)))),
    plain: elementwise(
      (x, t) => Math.max(0, 1 - x * t),
      (x, t) => (x * t < 1 ? -t : 0),
    ),
  },
];
