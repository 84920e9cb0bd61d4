import { defineScalarLoss } from "../../../contract/loss.ts";
import { after, nowhere, type Pointer } from "../../../kernel/kernels.ts";
import { bytesPerElement, type FloatInput } from "../../../tensor/tensor.ts";
import { type Images, type ImagesGrads, images, sizesOf } from "../pair.ts";

export interface ReconstructionOptions {
  /** Where errors count more, such as the eyes of a face: [N, 1, H, W], finite. Default: nowhere. */
  mask?: FloatInput;
  /** Weight of the masked error; ≥ 0. Default 30. */
  maskWeight?: number;
  /** Weight of errors of the image's edges; ≥ 0. Default 0. */
  edgeWeight?: number;
}

/**
 * Reconstruction loss: absolute error, once more where a mask points, and that of the image's edges.
 *
 *     L = mean |d| + maskWeight · mean |m d| + edgeWeight · (mean |d[r, c+1] − d[r, c]| + mean |d[r+1, c] − d[r, c]|),
 *     d = predictions − targets
 *
 * Each mean runs over what follows it: all N C H W pixels, for the mask too; N C H (W − 1) and N C (H − 1) W steps.
 *
 * Shapes     predictions, targets: [N, C, H, W], equal; mask: [N, 1, H, W] or [N, H, W], the same for all channels. One number.
 * Gradient   For both images; 0 where an error, or a step of it, is 0. The mask is a constant.
 * Errors     Negative weights; shapes that differ; empty input.
 * Edges      Without mask, maskWeight does nothing. An image one pixel wide (or high) has no steps that way. NaN gives NaN.
 * Relation   Without options, l1Loss.
 * Source     The reconstruction loss of faceswap-GAN (shaoanlu, 2018), with its eye masks and edge loss.
 */
export const reconstructionLoss = defineScalarLoss<Images, ReconstructionOptions, ImagesGrads>(
  {
    name: "reconstructionLoss",
    family: "image",
    title: { en: "Reconstruction loss", zh: "重建损失" },
    aliases: { en: ["masked reconstruction loss"], zh: ["掩码重建损失"] },
    summary: "Absolute error that can care more about masked regions and about edges.",
    arguments: images,
    options: {
      mask: {
        type: "tensor",
        shape: "N 1 H W",
        otherShape: "N H W",
        default: undefined,
        range: "(−∞, ∞)",
        doc: "Where errors count more.",
      },
      maskWeight: { type: "number", default: 30, range: "[0, ∞)", doc: "Weight of the masked error." },
      edgeWeight: { type: "number", default: 0, range: "[0, ∞)", doc: "Weight of errors of the image's edges." },
    },
    unreduced: null,
    formula: String.raw`\overline{|d|} + \lambda_m\,\overline{|m\,d|} + \lambda_e\left(\overline{|\Delta_x d|} + \overline{|\Delta_y d|}\right), \quad d = \hat y - y`,
    traps: ["The masked mean runs over all pixels, not over the masked ones: a small mask needs a large weight."],
    references: [{ text: "shaoanlu, faceswap-GAN, GitHub 2018", url: "https://github.com/shaoanlu/faceswap-GAN" }],
  },
  ([x, y], { mask, maskWeight, edgeWeight }, { kernel, dtype, grads, scale, dims }) => {
    const { count, channels, height, width } = sizesOf({ dims });
    const planes = count * channels;
    const share = 1 / (planes * height * width);
    const edge = (steps: number) => (steps > 0 ? edgeWeight / (planes * steps) : 0);
    const bytes = height * width * bytesPerElement(dtype);
    let sum = 0;
    for (let plane = 0; plane < planes; plane++) {
      const at = (pointer: Pointer) => after(pointer, plane * bytes);
      sum += kernel.variation(
        at(x.pointer),
        at(y.pointer),
        mask ? after(mask.pointer, Math.floor(plane / channels) * bytes) : nowhere,
        height,
        width,
        share,
        share * maskWeight,
        edge(height * (width - 1)),
        edge((height - 1) * width),
        at(grads.predictions),
        at(grads.targets),
        scale,
      );
    }
    return sum;
  },
);
