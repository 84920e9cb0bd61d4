import { huberLoss, l1Loss, l2Loss, logCoshLoss, quantileLoss } from "lossary";
import { type Data, pairs, type Row } from "./row.ts";

const MILLION = 1 << 20;
const data = pairs([MILLION], (random) => 8 * random() - 4);

/** A plain JavaScript pass of a loss of the residual r = x − y, given its value and slope. */
const residual =
  (value: (r: number) => number, slope: (r: number) => number) =>
  ({ x, y }: Data, gradient: Float32Array) => {
    let sum = 0;
    for (let i = 0; i < x.length; i++) {
      const r = (x[i] as number) - (y[i] as number);
      sum += value(r);
      gradient[i] = slope(r) / x.length;
    }
    return sum / x.length;
  };

export const regression: readonly Row[] = [
  {
    name: "L1 1M",
    data,
    loss: l1Loss,
    wrt: "predictions",
    torch: "F.l1_loss(x, y)",
    tfjs: (tf, x, y) => tf.losses.absoluteDifference(y, x) as ReturnType<typeof tf.scalar>,
    jax: (np, _, x, y) => np.mean(np.abs(np.subtract(x, y))),
    plain: residual(Math.abs, Math.sign),
  },
  {
    name: "MSE 1M",
    data,
    loss: l2Loss,
    wrt: "predictions",
    torch: "F.mse_loss(x, y)",
    tfjs: (tf, x, y) => tf.losses.meanSquaredError(y, x) as ReturnType<typeof tf.scalar>,
    jax: (np, _, x, y) => np.mean(np.square(np.subtract(x, y))),
    plain: residual(
      (r) => r * r,
      (r) => 2 * r,
    ),
  },
  {
    name: "Huber 1M",
    data,
    loss: huberLoss,
    wrt: "predictions",
    torch: "F.huber_loss(x, y)",
    tfjs: (tf, x, y) => tf.losses.huberLoss(y, x) as ReturnType<typeof tf.scalar>,
    jax: (np, _, x, y) => {
      const e = np.abs(np.subtract(x, y));
      const q = np.minimum(e.ref, 1);
      return np.mean(np.multiply(q.ref, np.subtract(e, np.multiply(q, 0.5))));
    },
    plain: residual(
      (r) => (Math.abs(r) <= 1 ? (r * r) / 2 : Math.abs(r) - 0.5),
      (r) => Math.max(-1, Math.min(1, r)),
    ),
  },
  {
    name: "Pinball 1M",
    data,
    loss: quantileLoss,
    options: { quantile: 0.9 },
    wrt: "predictions",
    torch: "torch.max(0.9 * (y - x), -0.1 * (y - x)).mean()",
    tfjs: (tf, x, y) => {
      const e = tf.sub(y, x);
      return tf.mean(tf.maximum(tf.mul(e, 0.9), tf.mul(e, -0.1)));
    },
    jax: (np, _, x, y) => {
      const e = np.subtract(y, x);
      return np.mean(np.maximum(np.multiply(e.ref, 0.9), np.multiply(e, -0.1)));
    },
    plain: residual(
      (r) => (r < 0 ? -0.9 * r : 0.1 * r),
      (r) => (r < 0 ? -0.9 : r > 0 ? 0.1 : 0),
    ),
  },
  {
    name: "Log-cosh 1M",
    data,
    loss: logCoshLoss,
    wrt: "predictions",
    torch: "((x - y) + F.softplus(-2 * (x - y)) - 0.6931471805599453).mean()",
    tfjs: (tf, x, y) => {
      const r = tf.sub(x, y);
      return tf.mean(tf.sub(tf.add(r, tf.softplus(tf.mul(r, -2))), Math.LN2));
    },
    jax: (np, nn, x, y) => {
      const r = np.subtract(x, y);
      return np.mean(np.subtract(np.add(r.ref, nn.softplus(np.multiply(r, -2))), Math.LN2));
    },
    plain: residual(
      (r) => Math.abs(r) + Math.log1p(Math.exp(-2 * Math.abs(r))) - Math.LN2,
      (r) => Math.tanh(r),
    ),
  },
];
