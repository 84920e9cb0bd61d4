import { defineRangedLoss, eachImage, imagesOrVolumes } from "../pair.ts";
import { checkPyramid, type MsSsimOptions, msSsimOptions, multiScale } from "./levels.ts";
import { deliver } from "./planes.ts";
import { inUnitRange } from "./unitRange.ts";

/**
 * Multi-scale structural similarity of images: 1 for equal ones, higher is better. `msSsimLoss` is 1 − msSsim and says how
 * it is defined.
 *
 * Shapes     predictions, targets: [N, C, H, W], or volumes [N, C, D, H, W], equal. Unreduced value: [N], each in [0, 1]. The mean
 *            divides by N.
 * Options    As msSsimLoss.
 * Gradient   For both images.
 * Errors     As msSsimLoss: sides of at least (window − 1)·2^(scales − 1) + 1 pixels.
 * Edges      Equal images give 1; a scale with negative mean contrast term gives 0 with gradient 0.
 * Source     Z. Wang, E. P. Simoncelli, A. C. Bovik, Multi-Scale Structural Similarity for Image Quality Assessment, 2003.
 */
export const msSsim = defineRangedLoss<MsSsimOptions>(
  {
    name: "msSsim",
    family: "image",
    title: { en: "Multi-scale structural similarity", zh: "多尺度结构相似性" },
    aliases: { en: ["MS-SSIM"], zh: ["多尺度SSIM"] },
    summary: "Scores how alike two images are at five scales at once; 1 is equal.",
    arguments: imagesOrVolumes,
    options: msSsimOptions,
    unreduced: eachImage,
    formula: String.raw`\prod_{j=1}^{5} \max(0, t_j)^{w_j}, \quad t_j = \overline{cs_j}\ (j < 5),\ t_5 = \overline{S}`,
    traps: ["Higher is better: to minimise, take msSsimLoss."],
    references: [
      {
        text: "Wang, Simoncelli and Bovik, Multiscale Structural Similarity for Image Quality Assessment, Asilomar Conference on Signals, Systems and Computers 2003",
        url: "https://doi.org/10.1109/ACSSC.2003.1292216",
      },
    ],
  },
  {
    divisor: checkPyramid,
    run: (inputs, options, pass) => {
      const lost = inUnitRange(inputs, options, pass, (...call) => multiScale(...call, -1));
      return deliver(
        lost.map((d) => 1 - d),
        pass,
      );
    },
  },
);
