import { msSsimLoss, psnr, reconstructionLoss, ssimLoss, styleLoss, totalVariationLoss } from "lossary";
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
    torch: `${name === "SSIM" ? "ssim_loss" : "ms_ssim_loss"}(predictions, targets, window, sigma, k1, k2)`,
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
  row({
    name: "PSNR 4x3x256x256",
    inputs: noisy([4, 3, 256, 256]),
    loss: psnr,
    options: { dataRange: 1 },
    wrt: ["predictions"],
    torch: "-10 * (predictions - targets).square().mean((1, 2, 3)).log10().mean()",
    tfjs: (tf, { predictions, targets }) =>
      tf.mul(tf.mean(tf.log(tf.mean(tf.square(tf.sub(predictions, targets)), [1, 2, 3]))), -10 / Math.LN10),
    jax: (np, _, { predictions, targets }) => {
      const errors = np.mean(np.square(np.subtract(predictions, targets)), [1, 2, 3]);
      return np.multiply(np.mean(np.log(errors)), -10 / Math.LN10);
    },
  }),
  row({
    name: "Total variation 4x3x256x256",
    inputs: () => ({ images: noisy([4, 3, 256, 256])().predictions }),
    loss: totalVariationLoss,
    wrt: ["images"],
    torch: "(images.diff(dim=2).abs().sum() + images.diff(dim=3).abs().sum()) / images.numel()",
    tfjs: (tf, { images }) => {
      const down = tf.sub(tf.slice(images, [0, 0, 1, 0]), tf.slice(images, [0, 0, 0, 0], [4, 3, 255, 256]));
      const across = tf.sub(tf.slice(images, [0, 0, 0, 1]), tf.slice(images, [0, 0, 0, 0], [4, 3, 256, 255]));
      return tf.div(tf.add(tf.sum(tf.abs(down)), tf.sum(tf.abs(across))), 4 * 3 * 256 * 256);
    },
  }),
  row({
    name: "Reconstruction 4x3x256x256, edges",
    inputs: noisy([4, 3, 256, 256]),
    loss: reconstructionLoss,
    options: { edgeWeight: 1 },
    wrt: ["predictions"],
    torch: `(lambda d: d.abs().mean() + edgeWeight * (d.diff(dim=2).abs().mean() + d.diff(dim=3).abs().mean()))(
      predictions - targets)`,
    tfjs: (tf, { predictions, targets }, { edgeWeight }) => {
      const d = tf.sub(predictions, targets);
      const down = tf.sub(tf.slice(d, [0, 0, 1, 0]), tf.slice(d, [0, 0, 0, 0], [4, 3, 255, 256]));
      const across = tf.sub(tf.slice(d, [0, 0, 0, 1]), tf.slice(d, [0, 0, 0, 0], [4, 3, 256, 255]));
      return tf.add(tf.mean(tf.abs(d)), tf.mul(edgeWeight, tf.add(tf.mean(tf.abs(down)), tf.mean(tf.abs(across)))));
    },
  }),
];
