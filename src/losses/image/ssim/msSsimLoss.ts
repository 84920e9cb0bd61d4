import { defineRangedLoss, eachImage, imagesOrVolumes } from "../pair.ts";
import { checkPyramid, type MsSsimOptions, msSsimOptions, multiScale } from "./levels.ts";
import { deliver } from "./planes.ts";
import { inUnitRange } from "./unitRange.ts";

/**
 * Multi-scale SSIM loss: one minus the product of SSIM's terms over five scales, each half as fine as the one before.
 *
 *     L = 1 − mean over channels of Π_j max(0, t_j)^w_j,   w = .0448 .2856 .3001 .2363 .1333
 *
 * t_j is the mean of the contrast-structure term (2 σxy + C2)/(σx² + σy² + C2) at scales 1…4, and that of the whole S at
 * scale 5. Scales are 2 × 2 means, of volumes 2 × 2 × 2; a last odd row or column counts twice, as in TensorFlow and piq.
 *
 * Shapes     predictions, targets: [N, C, H, W], or volumes [N, C, D, H, W], equal. Unreduced value: [N], each in [0, 1]. The mean
 *            divides by N.
 * Options    dataRange, window, sigma, k1 and k2 as ssimLoss. `weights` are the exponents, and as many scales as there are.
 * Gradient   For both images, exact; 0 in a channel where a t_j is not positive (there L is flat).
 * Errors     A side shorter than (window − 1)·2^(scales − 1) + 1, 161 for a window of 11 and five scales; weights < 0; dataRange missing; shapes that differ.
 * Edges      Equal images give 0 with gradient 0. The five exponents add up to 1.0001, as published. NaN gives NaN.
 *            In f32, gradients of images that agree to 1e-4 of their range are right to 2e-2 of the largest: take f64 there.
 * Relation   1 − msSsim. Of a channel's scales the means are taken first, then their product: the mean over channels comes
 *            last (some libraries pool the channels first).
 * Source     Z. Wang, E. P. Simoncelli, A. C. Bovik, Multi-Scale Structural Similarity for Image Quality Assessment, 2003.
 */
export const msSsimLoss = defineRangedLoss<MsSsimOptions>(
  {
    name: "msSsimLoss",
    family: "image",
    title: { en: "MS-SSIM loss", zh: "多尺度SSIM损失" },
    aliases: { en: ["multi-scale SSIM loss"], zh: [] },
    summary: "SSIM at five scales at once: fine texture and coarse layout both count.",
    arguments: imagesOrVolumes,
    options: msSsimOptions,
    unreduced: eachImage,
    formula: String.raw`1 - \prod_{j=1}^{5} \max(0, t_j)^{w_j}, \quad t_j = \overline{cs_j}\ (j < 5),\ t_5 = \overline{S}`,
    traps: [
      "Images need sides of 161 pixels with the default window.",
      "Where a scale's mean contrast term is negative the gradient is 0: start from images that are somewhat alike.",
    ],
    references: [
      {
        text: "Wang, Simoncelli and Bovik, Multiscale Structural Similarity for Image Quality Assessment, Asilomar Conference on Signals, Systems and Computers 2003",
        url: "https://doi.org/10.1109/ACSSC.2003.1292216",
      },
    ],
  },
  {
    divisor: checkPyramid,
    run: (inputs, options, pass) => deliver(inUnitRange(inputs, options, pass, multiScale), pass),
  },
);
