import { defineLoss } from "../../../contract/loss.ts";
import { after, nowhere } from "../../../kernel/kernels.ts";
import { bytesPerElement, type FloatInput } from "../../../tensor/tensor.ts";
import { eachImage, sizesOf } from "../pair.ts";
import { deliver } from "../ssim/planes.ts";

/**
 * Total variation: how much neighbouring pixels differ. Added to another loss, it smooths an image and keeps its edges.
 *
 *     L = Σ (|x[r, c+1] − x[r, c]| + |x[r+1, c] − x[r, c]|) / (C H W)
 *
 * Shapes     images: [N, C, H, W]. Unreduced value: [N]. The mean divides by N.
 * Gradient   The signs of the steps towards a pixel less those of the steps away from it, over C H W; 0 for a step of 0.
 * Errors     Empty input.
 * Edges      A constant image gives 0, and so does one of a single pixel. NaN gives NaN in its image.
 * Relation   The anisotropic form. Some libraries square the steps, some do not divide by C H W.
 * Source     L. I. Rudin, S. Osher, E. Fatemi, Nonlinear Total Variation Based Noise Removal Algorithms, 1992.
 */
export const totalVariationLoss = defineLoss<[images: FloatInput], Record<never, never>, "images">(
  {
    name: "totalVariationLoss",
    family: "image",
    title: { en: "Total variation loss", zh: "全变分损失" },
    aliases: ["TV loss", "total variation"],
    summary: "Smooths an image and keeps its edges, beside a loss that ties it to its target.",
    arguments: [{ name: "images", shape: "N C H W", kind: "float", differentiable: true, doc: "Images." }],
    options: {},
    unreduced: eachImage,
    formula: String.raw`\frac{1}{CHW}\sum \lvert x_{r,c+1} - x_{r,c} \rvert + \lvert x_{r+1,c} - x_{r,c} \rvert`,
    traps: ["Alone it only flattens: its minimum is any constant image."],
    references: [
      {
        text: "Rudin, Osher and Fatemi, Nonlinear Total Variation Based Noise Removal Algorithms, Physica D 60, 1992",
        url: "https://doi.org/10.1016/0167-2789(92)90242-F",
      },
    ],
  },
  {
    divisor: (_inputs, _options, pass) => sizesOf(pass).count,
    run: ([x], _options, pass) => {
      const { kernel, dtype, grads, scale } = pass;
      const { count, channels, height, width } = sizesOf(pass);
      const share = 1 / (channels * height * width);
      const bytes = height * width * bytesPerElement(dtype);
      const variation = (plane: number) => {
        const at = plane * bytes;
        const dx = after(grads.images, at);
        return kernel.variation(
          after(x.pointer, at),
          nowhere,
          nowhere,
          height,
          width,
          0,
          0,
          share,
          share,
          dx,
          nowhere,
          scale,
        );
      };
      const values = Array.from({ length: count }, (_, n) => {
        let sum = 0;
        for (let c = 0; c < channels; c++) sum += variation(n * channels + c);
        return sum;
      });
      return deliver(values, pass);
    },
  },
);
