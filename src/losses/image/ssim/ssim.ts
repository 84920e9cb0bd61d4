import {
  type CommonOptions,
  defineLoss,
  type Pass,
  type Reduced,
  type Reduction,
  type StagedInputs,
  type StagedOptions,
} from "../../../contract/loss.ts";
import { isOptions } from "../../../contract/options.ts";
import type { Reducing } from "../../../contract/signature.ts";
import type { SpecOf } from "../../../contract/spec.ts";
import { withPass } from "../../../contract/withPass.ts";
import { nowhere, type Pointer } from "../../../kernel/kernels.ts";
import { viewOf } from "../../../tensor/stage.ts";
import { arrayTypes, type FloatInput, sizeOf, type Tensor } from "../../../tensor/tensor.ts";
import {
  type ByteImage,
  eachImage,
  type Images,
  type ImagesGrads,
  imagesOrVolumes,
  type RangedLoss,
  type RangeOptions,
  sizesOf,
} from "../pair.ts";
import { checkImages, deliver, dissimilarities, mapSides } from "./planes.ts";
import { inUnitRange } from "./unitRange.ts";
import { deepOf, type SsimOptions, ssimOptions } from "./window.ts";

export interface SsimScoreOptions extends SsimOptions {
  /** Gives the map too: { value, map }. Default false. */
  full?: boolean;
}

type ScoreOptions<R extends Reduction | undefined> = SsimOptions & CommonOptions & Reducing<R>;
type Told<R extends Reduction | undefined> = ScoreOptions<R> & Required<RangeOptions>;

/** The score with the map it is the mean of. */
interface ScoreWithMap {
  <R extends Reduction | undefined = "mean">(
    predictions: ByteImage,
    targets: ByteImage,
    options: ScoreOptions<R> & { full: true },
  ): { value: Reduced<R>; map: Tensor };
  <R extends Reduction | undefined = "mean">(
    predictions: FloatInput,
    targets: FloatInput,
    options: Told<R> & { full: true },
  ): { value: Reduced<R>; map: Tensor };
  <R extends Reduction | undefined = "mean">(
    predictions: ByteImage,
    targets: ByteImage,
    options: ScoreOptions<R> & { full: false },
  ): Reduced<R>;
  <R extends Reduction | undefined = "mean">(
    predictions: FloatInput,
    targets: FloatInput,
    options: Told<R> & { full: false },
  ): Reduced<R>;
  readonly spec: SpecOf<Images, SsimScoreOptions>;
}

/** The score, and with `full: true` the map it is the mean of. */
export type SsimScore = ScoreWithMap & RangedLoss<SsimOptions>;

const spec: SpecOf<Images, SsimScoreOptions> = {
  name: "ssim",
  family: "image",
  title: { en: "Structural similarity", zh: "结构相似性" },
  aliases: { en: ["SSIM", "structural similarity index"], zh: [] },
  summary: "Scores how alike two images are in local brightness, contrast and structure; 1 is equal.",
  arguments: imagesOrVolumes,
  options: {
    ...ssimOptions,
    full: { type: "boolean", default: false, addsOutput: true, doc: "Gives the map too: { value, map }." },
  },
  unreduced: eachImage,
  formula: String.raw`\frac{1}{M}\sum \frac{(2\mu_x\mu_y + C_1)(2\sigma_{xy} + C_2)}{(\mu_x^2 + \mu_y^2 + C_1)(\sigma_x^2 + \sigma_y^2 + C_2)}`,
  traps: [
    "Higher is better: to minimise, take ssimLoss.",
    "Libraries differ in window, border and covariance; the same name is not the same number.",
  ],
  references: [
    {
      text: "Wang, Bovik, Sheikh and Simoncelli, Image Quality Assessment: From Error Visibility to Structural Similarity, IEEE Transactions on Image Processing 13, 2004",
      url: "https://doi.org/10.1109/TIP.2003.819861",
    },
  ],
};

const score = defineLoss<Images, SsimScoreOptions, ImagesGrads>(spec, {
  divisor: checkImages,
  run: (...call) => deliver(similarities(...call, nowhere), call[2]),
});

/** SSIM of each image; its map is written to `map`. */
const similarities = (
  inputs: StagedInputs<Images>,
  options: StagedOptions<SsimOptions>,
  pass: Pass<ImagesGrads>,
  map: Pointer,
): number[] =>
  inUnitRange(inputs, options, pass, (...call) => dissimilarities(...call, { sign: -1, map })).map((d) => 1 - d);

/** Scores by their weights, where there are some; a weight of 0 is a mask. */
function weighed(scores: number[], { weights, dtype }: Pass<ImagesGrads>): number[] {
  if (!weights) return scores;
  const each = viewOf(weights.pointer, weights.size, dtype);
  return scores.map((value, i) => (each[i] === 0 ? 0 : (each[i] as number) * value));
}

/** The score, and the map it is the mean of. */
const withMap = (args: readonly unknown[]): { value: number | Tensor; map: Tensor } =>
  withPass<Images, SsimOptions, { value: number | Tensor; map: Tensor }, ImagesGrads>(
    spec,
    args,
    (inputs, options, pass, reduction) => {
      const counted = checkImages(inputs, options, pass);
      const divisor = pass.weights?.total ?? counted;
      const { count, channels, depth, height, width } = sizesOf(pass);
      const deep = deepOf(inputs[0], options.window);
      const sides = mapSides([depth, height, width], deep, options);
      const shape = [count, channels, ...sides.slice(inputs[0].shape.length > 4 ? 0 : 1)];
      const map = pass.take(pass.dtype, sizeOf(shape));
      const values = weighed(similarities(inputs, options, pass, map), pass);
      const sum = values.reduce((total, value) => total + value, 0);
      return {
        value:
          reduction === "none"
            ? { data: arrayTypes[pass.dtype].from(values), shape: [count] }
            : reduction === "sum"
              ? sum
              : divisor === 0
                ? 0
                : sum / divisor,
        map: { data: viewOf(map, sizeOf(shape), pass.dtype).slice(), shape },
      };
    },
  );

const call = (...args: readonly unknown[]): unknown => {
  const options = args[2];
  return isOptions(options) && options.full === true ? withMap(args) : score.apply(null, args as never);
};

/**
 * Structural similarity of images: 1 for equal ones, higher is better. `ssimLoss` is 1 − ssim and says how S is defined.
 *
 *     ssim(predictions, targets, { dataRange: 1 })                  // 0.83
 *     ssim(predictions, targets, { dataRange: 1, full: true })      // { value: 0.83, map: [N, C, H − 10, W − 10] }
 *
 * Shapes     predictions, targets: [N, C, H, W], or volumes [N, C, D, H, W], equal. Unreduced value: [N]. The mean divides by N.
 *            The map has one number per window that lies wholly inside the image: [N, C, H − window + 1, W − window + 1], or
 *            [N, C, H, W] with `padding: "same"`, of volumes likewise; NaN for a window that the mask leaves out.
 * Options    dataRange is required, but for images that both come as Uint8 (255). window 11, sigma 1.5, k1 0.01, k2 0.03;
 *            padding "valid"; mask; full false.
 * Gradient   For both images (`ssim.valueAndGrad`, which takes no `full`; neither do the engines).
 * Errors     As ssimLoss.
 * Edges      Equal images give 1. Negative where structures are opposite.
 * Variants   What other libraries call SSIM, and what data/camera.png with noise then scores (test/image/variants.py):
 *
 *              0.3023   the defaults here; scikit-image with gaussian_weights and use_sample_covariance=False; TensorFlow
 *              0.3142   scikit-image's defaults: { window: 7, sigma: Infinity, k2: 0.03 · √(48/49) }, equal weights and the
 *                       sample covariance, which is exactly a smaller C2
 *              0.3258   { window: 8, sigma: Infinity }, equal weights
 *              0.3007   the border reflected, one window per pixel (kornia, torchmetrics): { padding: "same" }
 *              0.3006   the border replicated, one window per pixel (MATLAB): pad the images by 5 first
 *              0.5617   means of 2 × 2 pixels first (piq, from 384 pixels on): halve the images first
 *              0.9998   dataRange 255 for pixels in [0, 1]: a mistake
 *
 *            Losses of (1 − SSIM)/2 are half of ssimLoss.
 * Source     Z. Wang, A. C. Bovik, H. R. Sheikh, E. P. Simoncelli, 2004.
 */
export const ssim: SsimScore = Object.defineProperty(
  Object.assign(call, { valueAndGrad: score.valueAndGrad, spec: score.spec }),
  "name",
  { value: "ssim" },
) as unknown as SsimScore;
