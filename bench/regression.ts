import {
  charbonnierLoss,
  expectileLoss,
  huberLoss,
  l1Loss,
  l2Loss,
  logCoshLoss,
  multiQuantileLoss,
  quantileLoss,
} from "lossary";
import { floats, type Inputs, pairs, type Row, row, uniform } from "./row.ts";

const MILLION = 1 << 20;
const inputs = pairs("predictions", [MILLION], (random) => 8 * random() - 4);

const QUANTILES = [0.05, 0.1, 0.25, 0.4, 0.5, 0.75, 0.9, 0.95];

/** A plain JavaScript pass of a loss of the residual r = x − y, given its value and slope. */
const residual =
  <O>(value: (r: number, options: O) => number, slope: (r: number, options: O) => number) =>
  ({ predictions, targets }: Inputs<"predictions" | "targets">, options: O, ...[gradient]: Float32Array[]) => {
    const [x, y] = [predictions.data, targets.data];
    let sum = 0;
    for (let i = 0; i < x.length; i++) {
      const r = (x[i] as number) - (y[i] as number);
      sum += value(r, options);
      (gradient as Float32Array)[i] = slope(r, options) / x.length;
    }
    return sum / x.length;
  };

export const regression: readonly Row[] = [
  row({
    name: "L1 1M",
    inputs,
    loss: l1Loss,
    wrt: ["predictions"],
    torch: "F.l1_loss(predictions, targets)",
    tfjs: (tf, { predictions, targets }) => tf.losses.absoluteDifference(targets, predictions),
    jax: (np, _, { predictions, targets }) => np.mean(np.abs(np.subtract(predictions, targets))),
    plain: residual(
      (r) => Math.abs(r),
      (r) => Math.sign(r),
    ),
  }),
  row({
    name: "MSE 1M",
    inputs,
    loss: l2Loss,
    wrt: ["predictions"],
    torch: "F.mse_loss(predictions, targets)",
    tfjs: (tf, { predictions, targets }) => tf.losses.meanSquaredError(targets, predictions),
    jax: (np, _, { predictions, targets }) => np.mean(np.square(np.subtract(predictions, targets))),
    plain: residual(
      (r) => r * r,
      (r) => 2 * r,
    ),
  }),
  row({
    name: "MSE, sample weights, 1M",
    inputs: () => ({ ...inputs(), sampleWeight: floats([MILLION], uniform(6)) }),
    loss: l2Loss,
    wrt: ["predictions"],
    torch: "(sampleWeight * (predictions - targets).square()).sum() / sampleWeight.sum()",
    tfjs: (tf, { predictions, targets, sampleWeight }) =>
      tf.losses.meanSquaredError(targets, predictions, sampleWeight, tf.Reduction.MEAN),
    jax: (np, _, { predictions, targets, sampleWeight }) => {
      const lost = np.multiply(sampleWeight.ref, np.square(np.subtract(predictions, targets)));
      return np.divide(np.sum(lost), np.sum(sampleWeight));
    },
    plain: ({ predictions, targets, sampleWeight }, _, gradient) => {
      const [x, y, w] = [predictions.data, targets.data, sampleWeight.data];
      let [sum, mass] = [0, 0];
      for (const weight of w) mass += weight;
      for (let i = 0; i < x.length; i++) {
        const r = (x[i] as number) - (y[i] as number);
        const weighed = (w[i] as number) * r;
        sum += weighed * r;
        (gradient as Float32Array)[i] = (2 * weighed) / mass;
      }
      return sum / mass;
    },
  }),
  row({
    name: "Huber 1M",
    inputs,
    loss: huberLoss,
    wrt: ["predictions"],
    torch: "F.huber_loss(predictions, targets, delta=delta)",
    tfjs: (tf, { predictions, targets }, { delta }) => tf.losses.huberLoss(targets, predictions, undefined, delta),
    jax: (np, _, { predictions, targets }, { delta }) => {
      const e = np.abs(np.subtract(predictions, targets));
      const q = np.minimum(e.ref, delta);
      return np.mean(np.multiply(q.ref, np.subtract(e, np.multiply(q, 0.5))));
    },
    plain: residual(
      (r, { delta }) => (Math.abs(r) <= delta ? (r * r) / 2 : delta * (Math.abs(r) - delta / 2)),
      (r, { delta }) => Math.max(-delta, Math.min(delta, r)),
    ),
  }),
  row({
    name: "Pinball 1M",
    inputs,
    loss: quantileLoss,
    options: { quantile: 0.9 },
    wrt: ["predictions"],
    torch: "torch.max(quantile * (targets - predictions), (quantile - 1) * (targets - predictions)).mean()",
    tfjs: (tf, { predictions, targets }, { quantile }) => {
      const e = tf.sub(targets, predictions);
      return tf.mean(tf.maximum(tf.mul(e, quantile), tf.mul(e, quantile - 1)));
    },
    jax: (np, _, { predictions, targets }, { quantile }) => {
      const e = np.subtract(targets, predictions);
      return np.mean(np.maximum(np.multiply(e.ref, quantile), np.multiply(e, quantile - 1)));
    },
    plain: residual(
      (r, { quantile }) => (r < 0 ? -quantile * r : (1 - quantile) * r),
      (r, { quantile }) => (r < 0 ? -quantile : r > 0 ? 1 - quantile : 0),
    ),
  }),
  row({
    name: "Expectile 1M",
    inputs,
    loss: expectileLoss,
    options: { expectile: 0.9 },
    wrt: ["predictions"],
    torch: "(torch.where(targets > predictions, expectile, 1 - expectile) * (targets - predictions).square()).mean()",
    tfjs: (tf, { predictions, targets }, { expectile }) => {
      // It has no gradient through a comparison.
      const e = tf.sub(targets, predictions);
      const [under, over] = [tf.square(tf.relu(e)), tf.square(tf.relu(tf.neg(e)))];
      return tf.mean(tf.add(tf.mul(under, expectile), tf.mul(over, 1 - expectile)));
    },
    jax: (np, _, { predictions, targets }, { expectile }) => {
      const weight = np.where(np.greater(targets.ref, predictions.ref), expectile, 1 - expectile);
      return np.mean(np.multiply(weight, np.square(np.subtract(targets, predictions))));
    },
    plain: residual(
      (r, { expectile }) => (r < 0 ? expectile : 1 - expectile) * r * r,
      (r, { expectile }) => 2 * (r < 0 ? expectile : 1 - expectile) * r,
    ),
  }),
  row({
    name: "Log-cosh 1M",
    inputs,
    loss: logCoshLoss,
    wrt: ["predictions"],
    torch: "((predictions - targets) + F.softplus(-2 * (predictions - targets)) - 0.6931471805599453).mean()",
    tfjs: (tf, { predictions, targets }) => {
      const r = tf.sub(predictions, targets);
      return tf.mean(tf.sub(tf.add(r, tf.softplus(tf.mul(r, -2))), Math.LN2));
    },
    jax: (np, nn, { predictions, targets }) => {
      const r = np.subtract(predictions, targets);
      return np.mean(np.subtract(np.add(r.ref, nn.softplus(np.multiply(r, -2))), Math.LN2));
    },
    plain: residual(
      (r) => Math.abs(r) + Math.log1p(Math.exp(-2 * Math.abs(r))) - Math.LN2,
      (r) => Math.tanh(r),
    ),
  }),
  row({
    name: "Multi-quantile 131072x8",
    inputs: () => {
      const random = uniform(1);
      const number = () => 8 * random() - 4;
      return { predictions: floats([MILLION / 8, 8], number), targets: floats([MILLION / 8], number) };
    },
    loss: multiQuantileLoss,
    options: { quantiles: QUANTILES },
    wrt: ["predictions"],
    torch: `(lambda e, q: torch.max(q * e, (q - 1) * e).mean())(
      targets[:, None] - predictions, torch.tensor(quantiles))`,
    tfjs: (tf, { predictions, targets }) => {
      const e = tf.sub(tf.expandDims(targets, 1), predictions);
      const q = tf.tensor1d(QUANTILES);
      return tf.mean(tf.maximum(tf.mul(q, e), tf.mul(tf.sub(q, 1), e)));
    },
    jax: (np, _, { predictions, targets }) => {
      const e = np.subtract(targets.reshape([MILLION / 8, 1]), predictions);
      const q = np.array(QUANTILES);
      return np.mean(np.maximum(np.multiply(q.ref, e.ref), np.multiply(np.subtract(q, 1), e)));
    },
  }),
  row({
    name: "Charbonnier 1M",
    inputs,
    loss: charbonnierLoss,
    wrt: ["predictions"],
    torch: "((predictions - targets).square() + epsilon**2).sqrt().mean()",
    tfjs: (tf, { predictions, targets }, { epsilon }) =>
      tf.mean(tf.sqrt(tf.add(tf.square(tf.sub(predictions, targets)), epsilon ** 2))),
    jax: (np, _, { predictions, targets }, { epsilon }) =>
      np.mean(np.sqrt(np.add(np.square(np.subtract(predictions, targets)), epsilon ** 2))),
    plain: residual(
      (r, { epsilon }) => Math.sqrt(r * r + epsilon ** 2),
      (r, { epsilon }) => r / Math.sqrt(r * r + epsilon ** 2),
    ),
  }),
];
