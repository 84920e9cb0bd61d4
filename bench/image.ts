import { msSsimLoss, ssimLoss, styleLoss } from "lossary";
import { floats, type Inputs, type Row, row, uniform } from "./row.ts";

/** Smooth images in [0, 1], and the same with noise. */
const noisy = (shape: readonly [number, number, number, number]) => (): Inputs<"predictions" | "targets"> => {
  const random = uniform(8);
  const [, , height, width] = shape;
  let i = 0;
  const targets = floats(shape, () => {
    const [r, c] = [Math.floor(i / width) % height, i++ % width];
    return 0.5 + 0.3 * Math.sin(r / 17) * Math.cos(c / 23);
  });
  const predictions = { data: (targets.data as Float32Array).map((x) => x + 0.2 * (random() - 0.5)), shape };
  return { predictions, targets };
};

const similarity = (name: string, shape: readonly [number, number, number, number]): Row =>
  row({
    name: `${name} ${shape.join("x")}`,
    inputs: noisy(shape),
    loss: name === "SSIM" ? ssimLoss : msSsimLoss,
    options: { dataRange: 1 },
    wrt: ["predictions"],
    torch: `${name === "SSIM" ? "ssim_loss" : "ms_ssim_loss"}(predictions, targets)`,
  });

export const image: readonly Row[] = [
  similarity("SSIM", [4, 3, 256, 256]),
  similarity("SSIM", [1, 3, 1080, 1920]),
  similarity("MS-SSIM", [1, 3, 512, 512]),
  row({
    name: "Style 8x256x32x32",
    inputs: noisy([8, 256, 32, 32]),
    loss: styleLoss,
    wrt: ["predictions"],
    torch: "style_loss(predictions, targets)",
    tfjs: (tf, { predictions, targets }) => {
      const gram = (x: typeof predictions) => {
        const rows = tf.reshape(x, [8, 256, 1024]);
        return tf.div(tf.matMul(rows, rows, false, true), 256 * 1024);
      };
      return tf.mean(tf.sum(tf.square(tf.sub(gram(predictions), gram(targets))), [1, 2]));
    },
    jax: (np, _, { predictions, targets }) => {
      const gram = (x: typeof predictions) => {
        const rows = x.reshape([8, 256, 1024]);
        return np.divide(np.matmul(rows.ref, np.transpose(rows, [0, 2, 1])), 256 * 1024);
      };
      return np.divide(np.sum(np.square(np.subtract(gram(predictions), gram(targets)))), 8);
    },
  }),
];
