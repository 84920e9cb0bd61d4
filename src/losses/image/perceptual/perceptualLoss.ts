import { defineLoss } from "../../../contract/loss.ts";
import { after, type Pointer } from "../../../kernel/kernels.ts";
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
 * Perceptual loss: squared distance of two images' feature maps, as a network's layers made them.
 *
 *     L = Σ_j w_j ‖φ_j(ŷ) − φ_j(y)‖² / (C_j H_j W_j)
 *
 * Shapes     predictions, targets: [N, C_j, H_j, W_j], a list with one map a layer, or a single map. The maps of layer j
 *            are equal in shape; N is the same for all. Unreduced value: [N]. The mean divides by N.
 * Options    weights: one number per layer, ≥ 0; 1 each by default. A mask [N, H, W] or [N, 1, H, W] of 0 and 1, mostly at the
 *            images' size, says which pixels count. A position of a map stands for its part of the area (the mask is resized by
 *            area, to maps of any size) and counts by the share of it that counts: with shares s the layer is
 *            w_j Σ_p s_p Σ_c d² / (C_j Σ_p s_p). Where s is 0 nothing reaches value or gradient, not even NaN; but a network
 *            sees pixels around a position too, so that what is left out can still colour what counts: blank it in the images.
 * Gradient   2 w_j (φ_j(ŷ) − φ_j(y)) / (C_j H_j W_j) for predictions, its negative for targets: a list where a list came.
 * Errors     Lists of different length; shapes that differ; a number of weights that is not that of the maps; a mask of other numbers
 *            than 0 and 1; empty input.
 * Edges      An image of which nothing counts costs 0, with gradient 0. NaN gives NaN in its image.
 * Relation   With one layer of weight 1 it is the mean of l2Loss. The features come from a network of the caller's.
 * Source     J. Johnson, A. Alahi, L. Fei-Fei, Perceptual Losses for Real-Time Style Transfer and Super-Resolution, 2016.
 */
export const perceptualLoss = defineLoss<Features, FeatureOptions, FeaturesGrads>(
  {
    name: "perceptualLoss",
    family: "image",
    title: { en: "Perceptual loss", zh: "感知损失" },
    aliases: {
      en: ["feature reconstruction loss", "content loss", "VGG loss"],
      zh: ["特征重建损失", "内容损失", "VGG损失"],
    },
    summary: "Compares images by what a network sees in them instead of by their pixels.",
    arguments: features,
    options: featureOptions,
    unreduced: eachImage,
    formula: String.raw`\sum_j w_j \frac{\lVert \phi_j(\hat y) - \phi_j(y) \rVert^2}{C_j H_j W_j}`,
    traps: [
      "It takes feature maps, not images: the network and its normalisation are the caller's.",
      "Weights of layers do not carry over between libraries that average and ones that sum.",
    ],
    references: [
      {
        text: "Johnson, Alahi and Fei-Fei, Perceptual Losses for Real-Time Style Transfer and Super-Resolution, ECCV 2016",
        url: "https://arxiv.org/abs/1603.08155",
      },
    ],
  },
  {
    divisor: ([predictions], { weights }) => {
      checkWeights(predictions, weights);
      return predictions[0]?.shape[0] as number;
    },
    run: (inputs, options, pass) => {
      const { kernel, dtype, scale } = pass;
      const values: number[] = new Array(inputs[0][0]?.shape[0] as number).fill(0);
      for (const { x, y, dx, dy, channels, positions, weight, sizes, finish } of layersOf(inputs, options, pass)) {
        const size = channels * positions;
        for (const n of values.keys()) {
          const at = (pointer: Pointer) => after(pointer, n * size * bytesPerElement(dtype));
          const share = sizes[n] ? weight / sizes[n] : 0;
          values[n] = (values[n] as number) + share * kernel.imageSquares(at(x.pointer), at(y.pointer), size);
          if (dx || dy) kernel.imageDifference(at(x.pointer), at(y.pointer), size, at(dx), at(dy), 2 * scale * share);
        }
        finish();
      }
      return deliver(values, pass);
    },
  },
) as unknown as FeatureLoss;
