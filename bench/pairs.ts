/** Losses of given pairs and quadruplets, and of the pairs of states that temporal differences are. */
import { marginRankingLoss, quadrupletLoss, tdLoss, verificationLoss } from "lossary";
import { floats, normal, type Row, row, uniform } from "./row.ts";

const MILLION = 1 << 20;

export const pairLosses: readonly Row[] = [
  row({
    name: "Quadruplet 4096x128",
    inputs: () => {
      const draw = normal(31);
      const one = () => floats([4096, 128], draw);
      return { anchor: one(), positive: one(), negative: one(), negative2: one() };
    },
    loss: quadrupletLoss,
    wrt: ["anchor", "positive", "negative", "negative2"],
    torch: `(lambda d: (F.relu(d(anchor, positive) - d(anchor, negative) + margin)
      + F.relu(d(anchor, positive) - d(negative2, negative) + margin2)).mean())(lambda a, b: (a - b).square().sum(1))`,
    tfjs: (tf, { anchor, positive, negative, negative2 }, { margin, margin2 }) => {
      const d = (a: typeof anchor, b: typeof anchor) => tf.sum(tf.square(tf.sub(a, b)), 1);
      const near = d(anchor, positive);
      const hinge = (far: typeof near, apart: number) => tf.relu(tf.add(tf.sub(near, far), apart));
      return tf.mean(tf.add(hinge(d(anchor, negative), margin), hinge(d(negative2, negative), margin2)));
    },
    jax: (np, nn, { anchor, positive, negative, negative2 }, { margin, margin2 }) => {
      const d = (a: typeof anchor, b: typeof anchor) => np.sum(np.square(np.subtract(a, b)), 1);
      const near = d(anchor.ref, positive);
      const hinge = (from: typeof near, far: typeof near, apart: number) =>
        nn.relu(np.add(np.subtract(from, far), apart));
      const first = hinge(near.ref, d(anchor, negative.ref), margin);
      return np.mean(np.add(first, hinge(near, d(negative2, negative), margin2)));
    },
  }),
  row({
    name: "Verification 4096x128",
    inputs: () => {
      const draw = normal(32);
      let at = 0;
      return {
        first: floats([4096, 128], draw),
        second: floats([4096, 128], draw),
        same: floats([4096], () => at++ % 2),
        weight: floats([2, 128], () => 0.1 * draw()),
        bias: floats([2], draw),
      };
    },
    loss: verificationLoss,
    wrt: ["first", "second", "weight", "bias"],
    torch: "F.cross_entropy(F.linear((first - second).square(), weight, bias), same.long())",
    tfjs: (tf, { first, second, same, weight, bias }) => {
      const squares = tf.square(tf.sub(first, second)) as ReturnType<typeof tf.tensor2d>;
      const logits = tf.add(tf.matMul(squares, weight as typeof squares, false, true), bias);
      const yes = tf.expandDims(same, 1);
      return tf.neg(tf.mean(tf.sum(tf.mul(tf.concat([tf.sub(1, yes), yes], 1), tf.logSoftmax(logits)), 1)));
    },
    jax: (np, nn, { first, second, same, weight, bias }) => {
      const squares = np.square(np.subtract(first, second));
      const logits = np.add(np.matmul(squares, np.transpose(weight)), bias);
      const yes = same.reshape([4096, 1]);
      const truth = np.concatenate([np.subtract(1, yes.ref), yes], 1);
      return np.negative(np.mean(np.sum(np.multiply(truth, nn.logSoftmax(logits, -1)), 1)));
    },
  }),
  row({
    name: "Margin ranking 1M",
    inputs: () => {
      const random = uniform(33);
      const score = () => 8 * random() - 4;
      return {
        first: floats([MILLION], score),
        second: floats([MILLION], score),
        targets: floats([MILLION], () => (random() < 0.5 ? 1 : -1)),
      };
    },
    loss: marginRankingLoss,
    wrt: ["first", "second"],
    torch: "F.margin_ranking_loss(first, second, targets, margin)",
    tfjs: (tf, { first, second, targets }, { margin }) =>
      tf.mean(tf.relu(tf.add(tf.mul(targets, tf.sub(second, first)), margin))),
    jax: (np, nn, { first, second, targets }, { margin }) =>
      np.mean(nn.relu(np.add(np.multiply(targets, np.subtract(second, first)), margin))),
    plain: ({ first, second, targets }, { margin }, da, db) => {
      const count = targets.data.length;
      let sum = 0;
      for (let i = 0; i < count; i++) {
        const t = targets.data[i] as number;
        const lost = t * ((second.data[i] as number) - (first.data[i] as number)) + margin;
        (db as Float32Array)[i] = lost > 0 ? t / count : 0;
        (da as Float32Array)[i] = -((db as Float32Array)[i] as number);
        sum += Math.max(0, lost);
      }
      return sum / count;
    },
  }),
  row({
    name: "TD 1M",
    inputs: () => {
      const random = uniform(34);
      const number = () => 8 * random() - 4;
      return {
        values: floats([MILLION], number),
        rewards: floats([MILLION], number),
        nextValues: floats([MILLION], number),
        dones: floats([MILLION], () => (random() < 0.05 ? 1 : 0)),
      };
    },
    loss: tdLoss,
    wrt: ["values"],
    torch: "0.5 * (rewards + discount * (1 - dones) * nextValues - values).square().mean()",
    tfjs: (tf, { values, rewards, nextValues, dones }, { discount }) => {
      const goal = tf.add(rewards, tf.mul(tf.mul(tf.sub(1, dones), discount), nextValues));
      return tf.mul(tf.mean(tf.square(tf.sub(goal, values))), 0.5);
    },
    jax: (np, _, { values, rewards, nextValues, dones }, { discount }) => {
      const goal = np.add(rewards, np.multiply(np.multiply(np.subtract(1, dones), discount), nextValues));
      return np.multiply(np.mean(np.square(np.subtract(goal, values))), 0.5);
    },
    plain: ({ values, rewards, nextValues, dones }, { discount }, gradient) => {
      const count = values.data.length;
      let sum = 0;
      for (let i = 0; i < count; i++) {
        const future = discount * (1 - (dones.data[i] as number)) * (nextValues.data[i] as number);
        const delta = (rewards.data[i] as number) + future - (values.data[i] as number);
        (gradient as Float32Array)[i] = -delta / count;
        sum += 0.5 * delta * delta;
      }
      return sum / count;
    },
  }),
];
