import { defineRangedLoss, eachImage, imagesOrVolumes } from "../pair.ts";
import { checkImages, deliver, dissimilarities } from "./planes.ts";
import { inUnitRange } from "./unitRange.ts";
import { type SsimOptions, ssimOptions } from "./window.ts";

/**
 * Structural similarity loss: one minus the mean SSIM of two images.
 *
 *     S = (2 μx μy + C1)(2 σxy + C2) / ((μx² + μy² + C1)(σx² + σy² + C2)),   C1 = (k1 R)²,  C2 = (k2 R)²,  R = dataRange
 *     L = 1 − mean S
 *
 * The means, variances and covariance are those under a Gaussian window (population covariance, which divides by Σ w = 1);
 * the mean runs over the windows that lie wholly inside the image, (H − window + 1)(W − window + 1) of them, and over the
 * channels. Of volumes the window is a cube, the Gaussian the same along all three axes.
 *
 * Shapes     predictions, targets: [N, C, H, W], or volumes [N, C, D, H, W], equal. Unreduced value: [N], each in [0, 2]. The mean
 *            divides by N.
 * Options    dataRange is required, but for images that both come as Uint8 (255). window 11, sigma 1.5, k1 0.01, k2 0.03.
 *            padding "same" takes one window per pixel, of images mirrored at their borders as kornia and torchmetrics do: NumPy's
 *            and PyTorch's "reflect", which does not repeat the outermost pixel (SciPy's "reflect" does). A mask [N, H, W] or
 *            [N, 1, H, W] of 0 and 1, of volumes [N, D, H, W] or [N, 1, D, H, W], leaves out every window over a pixel of 0: what
 *            such pixels hold has no part in anything.
 * Gradient   For both images, exact; the cost of a pixel does not depend on the window's area.
 * Errors     A side shorter than the window (half of it with padding "same"); a mask of other numbers than 0 and 1; dataRange
 *            missing; options out of range; shapes that differ; empty input.
 * Edges      An image of which the mask leaves no window has the loss 0 with gradient 0. Equal images give 0 with gradient 0, and nearly equal ones keep their digits (1 − S is formed without
 *            cancellation). NaN and infinities give NaN in their image. float32: pixels up to about 1e9
 *            times dataRange, which may be any.
 * Relation   1 − ssim. The loss of some libraries is half of it, (1 − SSIM)/2. See `ssim` for other variants.
 * Source     Z. Wang, A. C. Bovik, H. R. Sheikh, E. P. Simoncelli, Image Quality Assessment: From Error Visibility to
 *            Structural Similarity, 2004.
 */
export const ssimLoss = defineRangedLoss<SsimOptions>(
  {
    name: "ssimLoss",
    family: "image",
    title: { en: "SSIM loss", zh: "SSIM损失" },
    aliases: { en: ["structural similarity loss"], zh: ["结构相似性损失"] },
    summary: "Makes images alike in local brightness, contrast and structure rather than pixel by pixel.",
    arguments: imagesOrVolumes,
    options: ssimOptions,
    unreduced: eachImage,
    formula: String.raw`1 - \frac{1}{M}\sum \frac{(2\mu_x\mu_y + C_1)(2\sigma_{xy} + C_2)}{(\mu_x^2 + \mu_y^2 + C_1)(\sigma_x^2 + \sigma_y^2 + C_2)}`,
    traps: [
      "A wrong dataRange changes everything: pixels in [0, 1] with range 255 look alike whatever they show.",
      "Libraries differ in window, border and covariance; the same name is not the same number.",
      "It is blind to a constant shift of bright colours and not convex: often mixed with L1.",
    ],
    references: [
      {
        text: "Wang, Bovik, Sheikh and Simoncelli, Image Quality Assessment: From Error Visibility to Structural Similarity, IEEE Transactions on Image Processing 13, 2004",
        url: "https://doi.org/10.1109/TIP.2003.819861",
      },
    ],
  },
  {
    divisor: checkImages,
    run: (inputs, options, pass) => deliver(inUnitRange(inputs, options, pass, dissimilarities), pass),
  },
);
