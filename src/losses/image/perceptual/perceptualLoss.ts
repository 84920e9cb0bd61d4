import { defineLoss } from "../../../contract/loss.ts";
import { after, type Pointer } from "../../../kernel/kernels.ts";
import { viewOf } from "../../../tensor/stage.ts";
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
 * Options    weights: one number a layer, ≥ 0; 1 each by default.
 * Gradient   2 w_j (φ_j(ŷ) − φ_j(y)) / (C_j H_j W_j) for predictions, its negative for targets: a list where a list came.
 * Errors     Lists of different length; shapes that differ; a number of weights that is not that of the maps; empty input.
 * Edges      NaN gives NaN in its image.
 * Relation   With one layer of weight 1 it is the mean of l2Loss. The features come from a network of the caller's.
 * Source     J. Johnson, A. Alahi, L. Fei-Fei, Perceptual Losses for Real-Time Style Transfer and Super-Resolution, 2016.
 */
export const perceptualLoss = defineLoss<Features, FeatureOptions, FeaturesGrads>(
  {
    name: "perceptualLoss",
    family: "image",
    title: { en: "Perceptual loss", zh: "感知损失" },
    aliases: ["feature reconstruction loss", "content loss", "VGG loss"],
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
    run: (inputs, { weights }, pass) => {
      const { kernel, dtype, scale } = pass;
      const each = weights && [...viewOf(weights.pointer, weights.size, dtype)];
      const values: number[] = new Array(inputs[0][0]?.shape[0] as number).fill(0);
      for (const { x, y, dx, dy, channels, positions, weight } of layersOf(inputs, each, pass.grads)) {
        const size = channels * positions;
        for (const n of values.keys()) {
          const at = (pointer: Pointer) => after(pointer, n * size * bytesPerElement(dtype));
          values[n] = (values[n] as number) + (weight / size) * kernel.imageSquares(at(x.pointer), at(y.pointer), size);
          if (dx || dy)
            kernel.imageDifference(at(x.pointer), at(y.pointer), size, at(dx), at(dy), 2 * scale * (weight / size));
        }
      }
      return deliver(values, pass);
    },
  },
) as unknown as FeatureLoss;
