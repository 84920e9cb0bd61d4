import { defineLoss } from "../../../contract/loss.ts";
import { after, type Pointer } from "../../../kernel/kernels.ts";
import { matrix, multiplier, transpose } from "../../../linear/matrix.ts";
import { bytesPerElement } from "../../../tensor/tensor.ts";
import { eachImage } from "../pair.ts";
import { deliver } from "../ssim/planes.ts";
import {
  checkWeights,
  type FeatureLoss,
  type FeatureOptions,
  type Features,
  type FeaturesGrads,
  featureOptions,
  features,
  layersOf,
} from "./features.ts";

/**
 * Style loss: squared distance of the Gram matrices of two images' feature maps, which tell the texture and forget the place.
 *
 *     L = Σ_j w_j ‖G_j − G'_j‖²_F,   G = F Fᵀ / (C H W),   F the map as [C, H·W]
 *
 * Shapes     predictions, targets: [N, C_j, H_j, W_j], a list with one map a layer, or a single map. The maps of layer j
 *            are equal in shape; N is the same for all. Unreduced value: [N]. The mean divides by N.
 * Options    weights: one number per layer, ≥ 0; 1 each by default. A mask as in perceptualLoss: with the shares s of what counts
 *            G is Σ_p s_p F_p F_pᵀ / (C Σ_p s_p).
 * Gradient   4 w_j (G_j − G'_j) F_j / (C H W) for predictions, −4 w_j (G_j − G'_j) F'_j / (C H W) for targets: a list where
 *            a list came.
 * Errors     Lists of different length; shapes that differ; a number of weights that is not that of the maps; empty input.
 * Edges      NaN gives NaN in its image. Gram matrices of nearly equal maps keep their digits: their difference is formed
 *            before the product.
 * Relation   Common code divides by C² more (a mean over the Gram matrix's entries), or leaves CHW out; give that as weight.
 * Source     J. Johnson, A. Alahi, L. Fei-Fei, Perceptual Losses for Real-Time Style Transfer and Super-Resolution, 2016.
 */
export const styleLoss = defineLoss<Features, FeatureOptions, FeaturesGrads>(
  {
    name: "styleLoss",
    family: "image",
    title: { en: "Style loss", zh: "风格损失" },
    aliases: { en: ["style reconstruction loss", "Gram loss"], zh: ["Gram损失"] },
    summary: "Gives an image the textures of another, wherever they lie.",
    arguments: features,
    options: featureOptions,
    unreduced: eachImage,
    formula: String.raw`\sum_j w_j \lVert G_j - G'_j \rVert_F^2, \quad G = \frac{F F^\top}{C H W}`,
    traps: [
      "Implementations normalise differently (by CHW, by HW, by C² on top, not at all): weights do not carry over.",
    ],
    references: [
      {
        text: "Johnson, Alahi and Fei-Fei, Perceptual Losses for Real-Time Style Transfer and Super-Resolution, ECCV 2016",
        url: "https://arxiv.org/abs/1603.08155",
      },
      {
        text: "Gatys, Ecker and Bethge, A Neural Algorithm of Artistic Style, arXiv 2015",
        url: "https://arxiv.org/abs/1508.06576",
      },
    ],
  },
  {
    divisor: ([predictions], { weights }) => {
      checkWeights(predictions, weights);
      return predictions[0]?.shape[0] as number;
    },
    run: (inputs, options, pass) => {
      const { kernel, dtype, scale, take } = pass;
      const layers = layersOf(inputs, options, pass);
      const values: number[] = new Array(inputs[0][0]?.shape[0] as number).fill(0);
      const largest = Math.max(...layers.map(({ channels, positions }) => channels * positions));
      const gram = take(dtype, Math.max(...layers.map(({ channels }) => channels ** 2)));
      const [sum, difference] = [take(dtype, largest), take(dtype, largest)];
      const multiply = multiplier(pass);
      for (const { x, y, dx, dy, channels, positions, weight, sizes, finish } of layers) {
        const size = channels * positions;
        const map = (pointer: Pointer) => matrix(pointer, channels, positions);
        const distance = matrix(gram, channels, channels);
        for (const n of values.keys()) {
          const at = (pointer: Pointer) => after(pointer, n * size * bytesPerElement(dtype));
          kernel.imageSumAndDifference(at(x.pointer), at(y.pointer), size, sum, difference);
          multiply(map(sum), transpose(map(difference)), gram);
          const share = sizes[n] ? 1 / sizes[n] : 0;
          values[n] = (values[n] as number) + weight * kernel.gramDifference(gram, channels, 0.5 * share);
          // D becomes the gradient's factor: for x, then, with the other sign, for y.
          const factor = 4 * weight * scale * share;
          if (dx) {
            kernel.scaleRows(gram, channels, channels, factor);
            multiply(distance, map(at(x.pointer)), at(dx));
          }
          if (dy) {
            kernel.scaleRows(gram, channels, channels, dx ? -1 : -factor);
            multiply(distance, map(at(y.pointer)), at(dy));
          }
        }
        finish();
      }
      return deliver(values, pass);
    },
  },
) as unknown as FeatureLoss;
