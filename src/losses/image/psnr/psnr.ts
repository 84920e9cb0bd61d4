import { after, type Pointer } from "../../../kernel/kernels.ts";
import { bytesPerElement } from "../../../tensor/tensor.ts";
import {
  dataRangeOption,
  defineRangedLoss,
  eachImage,
  imagesOrVolumes,
  type RangeOptions,
  rangeOf,
  sizesOf,
} from "../pair.ts";
import { deliver } from "../ssim/planes.ts";

/**
 * Peak signal-to-noise ratio of images, in decibels; higher is better.
 *
 *     PSNR = 10 log10(R² / mean (x − y)²),   R = dataRange, the mean over one image's channels and pixels
 *
 * Shapes     predictions, targets: [N, C, H, W], or volumes [N, C, D, H, W], equal. Unreduced value: [N]. The mean divides by N.
 * Options    dataRange is required, but for images that both come as Uint8 (255).
 * Gradient   −(20 / ln 10)(x − y) / Σ (x − y)² for predictions, its negative for targets.
 * Errors     dataRange missing or not positive; shapes that differ; empty input.
 * Edges      Equal images give +Infinity, with gradient 0. NaN gives NaN in its image.
 * Relation   Of a batch it is the mean of the images' decibels, not the decibels of their mean error. Byte images are
 *            compared as numbers, without wrapping around.
 * Source     Field-standard definition, as ITU-T J.247 states it.
 */
export const psnr = defineRangedLoss<RangeOptions>(
  {
    name: "psnr",
    family: "image",
    title: { en: "PSNR", zh: "PSNR" },
    aliases: { en: ["peak signal-to-noise ratio"], zh: ["峰值信噪比"] },
    summary: "Scores the mean squared error of an image in decibels; higher is better.",
    arguments: imagesOrVolumes,
    options: { dataRange: dataRangeOption },
    unreduced: eachImage,
    formula: String.raw`10 \log_{10} \frac{R^2}{\frac{1}{n}\sum (\hat y - y)^2}`,
    traps: [
      "Higher is better: to minimise, take l2Loss or the negative of this.",
      "The mean of the decibels of a batch is not the decibels of its mean error.",
    ],
    references: [
      {
        text: "Horé and Ziou, Image Quality Metrics: PSNR vs. SSIM, ICPR 2010",
        url: "https://doi.org/10.1109/ICPR.2010.579",
      },
    ],
  },
  {
    divisor: (inputs, { dataRange }, pass) => {
      rangeOf(inputs, dataRange);
      return sizesOf(pass).count;
    },
    run: ([x, y], { dataRange }, pass) => {
      const { kernel, grads, dtype, scale } = pass;
      const { count } = sizesOf(pass);
      const size = x.size / count;
      const range = rangeOf([x, y], dataRange);
      const values = Array.from({ length: count }, (_, n) => {
        const at = (pointer: Pointer) => after(pointer, n * size * bytesPerElement(dtype));
        const squares = kernel.imageSquares(at(x.pointer), at(y.pointer), size);
        const slope = squares === 0 ? 0 : (-20 / Math.LN10) * (scale / squares);
        kernel.imageDifference(at(x.pointer), at(y.pointer), size, at(grads.predictions), at(grads.targets), slope);
        return 20 * Math.log10(range) - 10 * Math.log10(squares / size);
      });
      return deliver(values, pass);
    },
  },
);
