import { chamferDistance, damsmLoss, frechetInceptionDistance } from "lossary";
import { floats, type Inputs, indices, type Row, row, uniform } from "./row.ts";

/** Two sets of features of correlated dimensions. */
const features = (n: number, dimension: number) => (): Inputs<"real" | "generated"> => {
  const random = uniform(9);
  const draw = (shift: number) => {
    let last = 0;
    return floats([n, dimension], () => {
      last = 0.8 * last + random() + shift;
      return last;
    });
  };
  return { real: draw(0), generated: draw(0.05) };
};

/** Captions of 6 to 18 words and images of 17 × 17 regions. */
const captionedImages = () => {
  const random = uniform(10);
  const signed = () => random() - 0.5;
  const lengths = indices([48], 13, random);
  for (let i = 0; i < 48; i++) lengths.data[i] = (lengths.data[i] as number) + 6;
  return {
    regions: floats([48, 289, 256], signed),
    words: floats([48, 18, 256], signed),
    lengths,
    images: floats([48, 256], signed),
    sentences: floats([48, 256], signed),
  };
};

const clouds = () => {
  const random = uniform(11);
  return { x: floats([2048, 3], random), y: floats([2048, 3], random) };
};

export const scores: readonly Row[] = [
  row({
    name: "FID 2500 and 2500 x2048, value",
    inputs: features(2500, 2048),
    loss: frechetInceptionDistance,
    wrt: [],
    torch: "frechet_by_eigenvalues(real, generated)",
    scipy: "frechet_by_root(real, generated)",
  }),
  row({
    name: "FID 2500 and 2500 x2048, gradient",
    inputs: features(2500, 2048),
    loss: frechetInceptionDistance,
    wrt: ["generated"],
    torch: "frechet_by_cholesky(real, generated)",
  }),
  row({
    name: "DAMSM 48x289x18x256",
    inputs: captionedImages,
    loss: damsmLoss,
    wrt: ["regions", "words", "images", "sentences"],
    torch: "damsm(regions, words, lengths, images, sentences, gamma1, gamma2, gamma3)",
  }),
  row({
    name: "Chamfer 2048x3",
    inputs: clouds,
    loss: chamferDistance,
    wrt: ["x", "y"],
    torch: "chamfer(x, y)",
    tfjs: (tf, { x, y }) => {
      const squares = tf.add(tf.sum(tf.square(x), 1, true), tf.transpose(tf.sum(tf.square(y), 1, true)));
      const d = tf.relu(tf.sub(squares, tf.mul(tf.matMul(x, y, false, true), 2)));
      return tf.add(tf.mean(tf.min(d, 1)), tf.mean(tf.min(d, 0)));
    },
    jax: (np, nn, { x, y }) => {
      const squares = np.add(
        np.sum(np.square(x.ref), 1, { keepdims: true }),
        np.transpose(np.sum(np.square(y.ref), 1, { keepdims: true })),
      );
      const d = nn.relu(np.subtract(squares, np.multiply(np.matmul(x, np.transpose(y)), 2)));
      return np.add(np.mean(np.min(d.ref, 1)), np.mean(np.min(d, 0)));
    },
  }),
];
