/** Embedding losses of angles: to the vectors of classes, to a batch's other samples, to a partner. */
import type { nn as Nn, numpy } from "@jax-js/jax";
import type * as Tfjs from "@tensorflow/tfjs";
import { arcFaceLoss, cosFaceLoss, cosineEmbeddingLoss, ntXentLoss, supConLoss } from "lossary";
import { floats, indices, normal, type Row, row, uniform } from "./row.ts";

type TfTensor = Tfjs.Tensor;
type JaxArray = numpy.Array;

const unitTf = (tf: typeof Tfjs, x: TfTensor) => tf.div(x, tf.sqrt(tf.sum(tf.square(x), 1, true)));
const unitJax = (np: typeof numpy, x: JaxArray) =>
  np.divide(x.ref, np.sqrt(np.sum(np.square(x), 1, { keepdims: true })));

/** −log softmax of each row where `own` is 1. */
const lostTf = (tf: typeof Tfjs, logits: TfTensor, own: TfTensor) =>
  tf.mean(tf.sub(tf.logSumExp(logits, 1), tf.sum(tf.mul(own, logits), 1)));
const lostJax = (np: typeof numpy, nn: typeof Nn, logits: JaxArray, own: JaxArray) =>
  np.mean(np.subtract(nn.logsumexp(logits.ref, 1), np.sum(np.multiply(own, logits), 1)));

const classified = () => {
  const draw = normal(21);
  return {
    embeddings: floats([256, 128], draw),
    labels: indices([256], 2000, uniform(22)),
    weight: floats([2000, 128], draw),
  };
};

const N = 512;
/** Low enough for an exponential of 0. */
const NOTHING = -1e4;

export const similarity: readonly Row[] = [
  row({
    name: "CosFace 256x128, 2000 classes",
    inputs: classified,
    loss: cosFaceLoss,
    classes: 2000,
    wrt: ["embeddings", "weight"],
    torch: `F.cross_entropy(scale * (F.normalize(embeddings) @ F.normalize(weight).T
      - margin * F.one_hot(labels, 2000)), labels)`,
    tfjs: (tf, { embeddings, labels, weight }, { margin, scale }) => {
      const cos = tf.matMul(unitTf(tf, embeddings) as Tfjs.Tensor2D, unitTf(tf, weight) as Tfjs.Tensor2D, false, true);
      return lostTf(tf, tf.mul(tf.sub(cos, tf.mul(labels, margin)), scale), labels);
    },
    jax: (np, nn, { embeddings, labels, weight }, { margin, scale }) => {
      const cos = np.matmul(unitJax(np, embeddings), np.transpose(unitJax(np, weight)));
      const logits = np.multiply(np.subtract(cos, np.multiply(labels.ref, margin)), scale);
      return lostJax(np, nn, logits, labels);
    },
  }),
  row({
    name: "ArcFace 256x128, 2000 classes",
    inputs: classified,
    loss: arcFaceLoss,
    classes: 2000,
    wrt: ["embeddings", "weight"],
    torch: "arc_face(embeddings, labels, weight, margin, scale)",
    // Random vectors are nowhere near opposite, so that the peers need no case for angles beyond π.
    tfjs: (tf, { embeddings, labels, weight }, { margin, scale }) => {
      const cos = tf.matMul(unitTf(tf, embeddings) as Tfjs.Tensor2D, unitTf(tf, weight) as Tfjs.Tensor2D, false, true);
      const turned = tf.sub(
        tf.mul(cos, Math.cos(margin)),
        tf.mul(tf.sqrt(tf.sub(1, tf.square(cos))), Math.sin(margin)),
      );
      return lostTf(tf, tf.mul(tf.add(cos, tf.mul(labels, tf.sub(turned, cos))), scale), labels);
    },
    jax: (np, nn, { embeddings, labels, weight }, { margin, scale }) => {
      const cos = np.matmul(unitJax(np, embeddings), np.transpose(unitJax(np, weight)));
      const sine = np.sqrt(np.subtract(1, np.square(cos.ref)));
      const turned = np.subtract(np.multiply(cos.ref, Math.cos(margin)), np.multiply(sine, Math.sin(margin)));
      const moved = np.add(cos.ref, np.multiply(labels.ref, np.subtract(turned, cos)));
      return lostJax(np, nn, np.multiply(moved, scale), labels);
    },
  }),
  row({
    name: `SupCon ${N}x128`,
    inputs: () => ({
      embeddings: floats([N, 128], normal(23)),
      labels: { data: Int32Array.from({ length: N }, (_, i) => i % (N / 4)), shape: [N] },
    }),
    loss: supConLoss,
    wrt: ["embeddings"],
    torch: "sup_con(embeddings, labels, temperature)",
    tfjs: (tf, { embeddings, labels }, { temperature }) => {
      const unit = unitTf(tf, embeddings) as Tfjs.Tensor2D;
      const self = tf.eye(N);
      const logits = tf.add(tf.div(tf.matMul(unit, unit, false, true), temperature), tf.mul(self, NOTHING));
      const same = tf.cast(tf.equal(tf.expandDims(labels, 1), tf.expandDims(labels, 0)), "float32");
      const positive = tf.sub(same, self);
      return lostTf(tf, logits, tf.div(positive, tf.sum(positive, 1, true)));
    },
    jax: (np, nn, { embeddings, labels }, { temperature }) => {
      const unit = unitJax(np, embeddings);
      const self = np.eye(N);
      const cos = np.matmul(unit.ref, np.transpose(unit));
      const logits = np.add(np.divide(cos, temperature), np.multiply(self.ref, NOTHING));
      const same = np.equal(labels.ref.reshape([N, 1]), labels.reshape([1, N])).astype(np.float32);
      const positive = np.subtract(same, self);
      const share = np.divide(positive.ref, np.sum(positive, 1, { keepdims: true }));
      return lostJax(np, nn, logits, share);
    },
  }),
  row({
    name: `NT-Xent ${N}x128`,
    inputs: () => {
      const draw = normal(24);
      return { first: floats([N, 128], draw), second: floats([N, 128], draw) };
    },
    loss: ntXentLoss,
    wrt: ["first", "second"],
    torch: `(lambda z: F.cross_entropy((z @ z.T / temperature).fill_diagonal_(-1e4),
      (torch.arange(${2 * N}) + ${N}) % ${2 * N}))(F.normalize(torch.cat([first, second])))`,
    tfjs: (tf, { first, second }, { temperature }) => {
      const [a, b] = [unitTf(tf, first), unitTf(tf, second)];
      const z = tf.concat([a, b], 0) as Tfjs.Tensor2D;
      const logits = tf.add(tf.div(tf.matMul(z, z, false, true), temperature), tf.mul(tf.eye(2 * N), NOTHING));
      const own = tf.div(tf.mean(tf.sum(tf.mul(a, b), 1)), temperature);
      return tf.sub(tf.mean(tf.logSumExp(logits, 1)), own);
    },
    jax: (np, nn, { first, second }, { temperature }) => {
      const [a, b] = [unitJax(np, first), unitJax(np, second)];
      const z = np.concatenate([a.ref, b.ref], 0);
      const cos = np.matmul(z.ref, np.transpose(z));
      const logits = np.add(np.divide(cos, temperature), np.multiply(np.eye(2 * N), NOTHING));
      const own = np.divide(np.mean(np.sum(np.multiply(a, b), 1)), temperature);
      return np.subtract(np.mean(nn.logsumexp(logits, 1)), own);
    },
  }),
  row({
    name: "Cosine embedding 4096x128",
    inputs: () => {
      const draw = normal(25);
      let at = 0;
      return {
        first: floats([4096, 128], draw),
        second: floats([4096, 128], draw),
        targets: floats([4096], () => (at++ % 2 ? 1 : -1)),
      };
    },
    loss: cosineEmbeddingLoss,
    wrt: ["first", "second"],
    torch: "F.cosine_embedding_loss(first, second, targets, margin)",
    tfjs: (tf, { first, second, targets }, { margin }) => {
      const cos = tf.sum(tf.mul(unitTf(tf, first), unitTf(tf, second)), 1);
      const same = tf.mul(tf.add(targets, 1), 0.5);
      return tf.mean(tf.add(tf.mul(same, tf.sub(1, cos)), tf.mul(tf.sub(1, same), tf.relu(tf.sub(cos, margin)))));
    },
    jax: (np, nn, { first, second, targets }, { margin }) => {
      const cos = np.sum(np.multiply(unitJax(np, first), unitJax(np, second)), 1);
      const same = np.multiply(np.add(targets, 1), 0.5);
      const near = np.multiply(same.ref, np.subtract(1, cos.ref));
      return np.mean(np.add(near, np.multiply(np.subtract(1, same), nn.relu(np.subtract(cos, margin)))));
    },
  }),
];
