/** Embedding losses: pairs and triplets that are given, mined or compared with everything. */
import {
  batchCircleLoss,
  batchHardTripletLoss,
  centerLoss,
  contrastiveLoss,
  infoNceLoss,
  oimLoss,
  tripletLoss,
} from "lossary";
import { floats, type Input, indices, normal, type Row, row, uniform } from "./row.ts";

/** Four rows of each identity. */
const identities = (n: number): Input => ({ data: Int32Array.from({ length: n }, (_, i) => i % (n / 4)), shape: [n] });

/** Unit rows. */
function directions(rows: number, d: number, draw: () => number): Input {
  const keys = floats([rows, d], draw);
  for (let from = 0; from < keys.data.length; from += d) {
    const one = keys.data.subarray(from, from + d);
    const length = Math.hypot(...one);
    for (let k = 0; k < d; k++) one[k] = (one[k] as number) / length;
  }
  return keys;
}

/** 1 for pairs i < j of one identity, or of two. */
const pairMask = (labels: Input, same: boolean): Input => {
  const n = labels.data.length;
  const data = new Float32Array(n * n);
  for (let i = 0; i < n; i++)
    for (let j = i + 1; j < n; j++) data[i * n + j] = Number((labels.data[i] === labels.data[j]) === same);
  return { data, shape: [n, n] };
};

const batchHard = (n: number): Row =>
  row({
    name: `Batch-hard triplet ${n}x128`,
    inputs: () => ({ embeddings: floats([n, 128], normal(5)), labels: identities(n) }),
    loss: batchHardTripletLoss,
    wrt: ["embeddings"],
    torch: `(lambda d, same: F.relu(
      d.masked_fill(~same | torch.eye(${n}, dtype=torch.bool), -1).amax(1) - d.masked_fill(same, 1e9).amin(1) + margin
    ).mean())(torch.cdist(embeddings, embeddings), labels[:, None] == labels[None, :])`,
    tfjs: (tf, { embeddings, labels }, { margin }) => {
      const squares = tf.sum(tf.square(embeddings), 1, true);
      const products = tf.matMul(embeddings, embeddings, false, true);
      const squared = tf.sub(tf.add(squares, tf.transpose(squares)), tf.mul(products, 2));
      const d = tf.sqrt(tf.add(tf.relu(squared), 1e-9));
      const same = tf.cast(tf.equal(tf.expandDims(labels, 1), tf.expandDims(labels, 0)), "float32");
      const farthest = tf.max(tf.mul(d, tf.sub(same, tf.eye(n))), 1);
      const nearest = tf.min(tf.add(d, tf.mul(same, 1e9)), 1);
      return tf.mean(tf.relu(tf.add(tf.sub(farthest, nearest), margin)));
    },
    jax: (np, nn, { embeddings, labels }, { margin }) => {
      const squares = np.sum(np.square(embeddings.ref), 1, { keepdims: true });
      const products = np.matmul(embeddings.ref, np.transpose(embeddings));
      const squared = np.subtract(np.add(squares.ref, np.transpose(squares)), np.multiply(products, 2));
      const d = np.sqrt(np.add(nn.relu(squared), 1e-9));
      const same = np.equal(labels.ref.reshape([n, 1]), labels.reshape([1, n])).astype(np.float32);
      const farthest = np.max(np.multiply(d.ref, np.subtract(same.ref, np.eye(n))), 1);
      const nearest = np.min(np.add(d, np.multiply(same, 1e9)), 1);
      return np.mean(nn.relu(np.add(np.subtract(farthest, nearest), margin)));
    },
  });

export const embedding: readonly Row[] = [
  row({
    name: "Triplet 4096x128",
    inputs: () => {
      const draw = normal(1);
      const one = () => floats([4096, 128], draw);
      return { anchor: one(), positive: one(), negative: one() };
    },
    loss: tripletLoss,
    wrt: ["anchor", "positive", "negative"],
    torch: "F.triplet_margin_loss(anchor, positive, negative, margin)",
    tfjs: (tf, { anchor, positive, negative }, { margin }) => {
      const near = tf.sqrt(tf.sum(tf.square(tf.sub(anchor, positive)), 1));
      const far = tf.sqrt(tf.sum(tf.square(tf.sub(anchor, negative)), 1));
      return tf.mean(tf.relu(tf.add(tf.sub(near, far), margin)));
    },
    jax: (np, nn, { anchor, positive, negative }, { margin }) => {
      const near = np.sqrt(np.sum(np.square(np.subtract(anchor.ref, positive)), 1));
      const far = np.sqrt(np.sum(np.square(np.subtract(anchor, negative)), 1));
      return np.mean(nn.relu(np.add(np.subtract(near, far), margin)));
    },
  }),
  row({
    name: "Contrastive 4096x128",
    inputs: () => {
      const draw = normal(2);
      const one = () => floats([4096, 128], draw);
      let at = 0;
      return { first: one(), second: one(), different: floats([4096], () => at++ % 2) };
    },
    loss: contrastiveLoss,
    options: { margin: 16 },
    wrt: ["first", "second"],
    torch: `(lambda d: 0.5 * ((1 - different) * d**2 + different * F.relu(margin - d)**2).mean())(
      torch.linalg.vector_norm(first - second, dim=1))`,
    tfjs: (tf, { first, second, different }, { margin }) => {
      const d = tf.sqrt(tf.sum(tf.square(tf.sub(first, second)), 1));
      const apart = tf.mul(different, tf.square(tf.relu(tf.sub(margin, d))));
      return tf.mul(0.5, tf.mean(tf.add(tf.mul(tf.sub(1, different), tf.square(d)), apart)));
    },
    jax: (np, nn, { first, second, different }, { margin }) => {
      const d = np.sqrt(np.sum(np.square(np.subtract(first, second)), 1));
      const apart = np.multiply(different.ref, np.square(nn.relu(np.subtract(margin, d.ref))));
      const near = np.multiply(np.subtract(1, different), np.square(d));
      return np.multiply(0.5, np.mean(np.add(near, apart)));
    },
  }),
  row({
    name: "Center 4096x512, 1000 classes",
    inputs: () => {
      const draw = normal(3);
      return {
        features: floats([4096, 512], draw),
        labels: indices([4096], 1000, uniform(4)),
        centers: floats([1000, 512], draw),
      };
    },
    loss: centerLoss,
    classes: 1000,
    wrt: ["features", "centers"],
    torch: "0.5 * ((features - centers[labels])**2).sum(1).mean()",
    tfjs: (tf, { features, labels, centers }) =>
      tf.mul(0.5, tf.mean(tf.sum(tf.square(tf.sub(features, tf.matMul(labels, centers))), 1))),
    jax: (np, _, { features, labels, centers }) =>
      np.multiply(0.5, np.mean(np.sum(np.square(np.subtract(features, np.matmul(labels, centers))), 1))),
  }),
  batchHard(512),
  batchHard(2048),
  // The peers' gradients pass through the weights as well, which costs them little and leaves the value as it is.
  row({
    name: "Circle 512x128, all pairs",
    inputs: () => {
      const labels = identities(512);
      return {
        embeddings: floats([512, 128], normal(6)),
        labels,
        positives: pairMask(labels, true),
        negatives: pairMask(labels, false),
      };
    },
    loss: batchCircleLoss,
    wrt: ["embeddings"],
    torch: `(lambda s: (lambda sp, sn: F.softplus(
      torch.logsumexp(-scale * F.relu(1 + margin - sp.detach()) * (sp - 1 + margin), 0)
      + torch.logsumexp(scale * F.relu(sn.detach() + margin) * (sn - margin), 0)
    ))(s[positives > 0], s[negatives > 0]))(F.normalize(embeddings) @ F.normalize(embeddings).T)`,
    tfjs: (tf, { embeddings, positives, negatives }, { margin, scale }) => {
      const unit = tf.div(embeddings, tf.sqrt(tf.sum(tf.square(embeddings), 1, true)));
      const s = tf.matMul(unit, unit, false, true);
      const near = tf.mul(tf.mul(tf.relu(tf.sub(1 + margin, s)), tf.sub(s, 1 - margin)), -scale);
      const far = tf.mul(tf.mul(tf.relu(tf.add(s, margin)), tf.sub(s, margin)), scale);
      const total = (z: typeof s, mask: typeof s) => tf.logSumExp(tf.add(z, tf.mul(tf.sub(mask, 1), 1e6)));
      return tf.softplus(tf.add(total(near, positives as typeof s), total(far, negatives as typeof s)));
    },
    jax: (np, nn, { embeddings, positives, negatives }, { margin, scale }) => {
      const lengths = np.sqrt(np.sum(np.square(embeddings.ref), 1, { keepdims: true }));
      const unit = np.divide(embeddings, lengths);
      const s = np.matmul(unit.ref, np.transpose(unit));
      const near = np.multiply(
        np.multiply(nn.relu(np.subtract(1 + margin, s.ref)), np.subtract(s.ref, 1 - margin)),
        -scale,
      );
      const far = np.multiply(np.multiply(nn.relu(np.add(s.ref, margin)), np.subtract(s, margin)), scale);
      const total = (z: typeof s, mask: typeof s) =>
        nn.logsumexp(np.add(z, np.multiply(np.subtract(mask, 1), 1e6)).reshape([-1]));
      const z = np.add(total(near, positives as typeof s), total(far, negatives as typeof s));
      // Its own softplus overflows.
      return np.add(nn.relu(z.ref), nn.softplus(np.negative(np.abs(z))));
    },
  }),
  row({
    name: "OIM 128x256, 5532 + 5000 keys",
    inputs: () => ({
      features: floats([128, 256], normal(7)),
      labels: indices([128], 5532, uniform(8)),
      keys: directions(10532, 256, normal(9)),
    }),
    loss: oimLoss,
    state: ({ keys }) => ({
      memory: {
        table: { data: keys.data.subarray(0, 5532 * 256), shape: [5532, 256] },
        queue: { data: keys.data.subarray(5532 * 256), shape: [5000, 256] },
        next: 0,
      },
    }),
    classes: 10532,
    wrt: ["features"],
    torch: "F.cross_entropy(scale * F.normalize(features) @ keys.T, labels)",
    tfjs: (tf, { features, labels, keys }, { scale }) => {
      const unit = tf.div(features, tf.sqrt(tf.sum(tf.square(features), 1, true)));
      const logits = tf.mul(tf.matMul(unit, keys as typeof unit, false, true), scale);
      return tf.mean(tf.sub(tf.logSumExp(logits, 1), tf.sum(tf.mul(labels, logits), 1)));
    },
    jax: (np, nn, { features, labels, keys }, { scale }) => {
      const unit = np.divide(features.ref, np.sqrt(np.sum(np.square(features), 1, { keepdims: true })));
      const logits = np.multiply(np.matmul(unit, np.transpose(keys)), scale);
      return np.mean(np.subtract(nn.logsumexp(logits.ref, 1), np.sum(np.multiply(labels, logits), 1)));
    },
  }),
  // Three products of 0.54 GFLOP each. SIMD128 multiplies and adds at 50 to 55 GFLOP/s on the machine of results.md, so that
  // they take 30 ms at least, where jax-js takes 76 in all: no kernel can be more than 2.6 times as fast as that.
  row({
    name: "InfoNCE 1024x256",
    inputs: () => {
      const draw = normal(10);
      return { queries: floats([1024, 256], draw), keys: floats([1024, 256], draw) };
    },
    loss: infoNceLoss,
    wrt: ["queries", "keys"],
    torch: "F.cross_entropy(F.normalize(queries) @ F.normalize(keys).T / temperature, torch.arange(1024))",
    tfjs: (tf, { queries, keys }, { temperature }) => {
      const q = tf.div(queries, tf.sqrt(tf.sum(tf.square(queries), 1, true)));
      const k = tf.div(keys, tf.sqrt(tf.sum(tf.square(keys), 1, true)));
      const logits = tf.div(tf.matMul(q, k, false, true), temperature);
      return tf.mean(tf.sub(tf.logSumExp(logits, 1), tf.div(tf.sum(tf.mul(q, k), 1), temperature)));
    },
    jax: (np, nn, { queries, keys }, { temperature }) => {
      const q = np.divide(queries.ref, np.sqrt(np.sum(np.square(queries), 1, { keepdims: true })));
      const k = np.divide(keys.ref, np.sqrt(np.sum(np.square(keys), 1, { keepdims: true })));
      const logits = np.divide(np.matmul(q.ref, np.transpose(k.ref)), temperature);
      const own = np.divide(np.sum(np.multiply(q, k), 1), temperature);
      return np.mean(np.subtract(nn.logsumexp(logits, 1), own));
    },
  }),
];
