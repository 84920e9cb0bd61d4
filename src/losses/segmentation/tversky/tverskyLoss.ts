import { defineLoss } from "../../../contract/loss.ts";
import { eachMask, type Masks, type MasksGrads, masks, masksOf } from "../overlap.ts";

export interface TverskyOptions {
  /** Weight of false positives; ≥ 0. Default 0.5. */
  alpha?: number;
  /** Weight of false negatives; ≥ 0. Default 0.5. */
  beta?: number;
  /** Added above and below the fraction; ≥ 0. Default 1. */
  smooth?: number;
}

/**
 * Tversky loss: overlap of predicted and true masks, with a price of its own for each kind of mistake.
 *
 *     I = Σ p t,  FP = Σ p − I,  FN = Σ t − I          over the positions of one sample and class
 *     L = 1 − (I + s) / (I + α FP + β FN + s)
 *
 * Shapes     probabilities, targets: [N, C, ...], equal. Unreduced value: [N, C]. The mean divides by N·C.
 * Gradient   (α A (1 − t) − (β A + α FP + β FN) t) / B² for probabilities, A/B being the fraction; targets are constants.
 * Errors     Probabilities or targets outside [0, 1]; alpha, beta or smooth < 0; shapes that differ; empty input.
 * Edges      An empty mask predicted empty gives 0; with smooth = 0 as well, with gradient 0. NaN gives NaN in its mask.
 * Relation   alpha = beta = ½ with smooth s is Dice with smooth 2s; alpha = beta = 1 is jaccardLoss.
 * Source     S. S. M. Salehi, D. Erdogmus, A. Gholipour, Tversky loss function for image segmentation, 2017.
 */
export const tverskyLoss = defineLoss<Masks, TverskyOptions, MasksGrads>(
  {
    name: "tverskyLoss",
    family: "segmentation",
    title: { en: "Tversky loss", zh: "Tversky损失" },
    aliases: { en: ["Tversky"], zh: [] },
    summary: "Rewards overlap while pricing false alarms and misses separately.",
    arguments: masks,
    options: {
      alpha: { type: "number", default: 0.5, range: "[0, ∞)", doc: "Weight of false positives." },
      beta: { type: "number", default: 0.5, range: "[0, ∞)", doc: "Weight of false negatives." },
      smooth: { type: "number", default: 1, range: "[0, ∞)", doc: "Added above and below the fraction." },
    },
    unreduced: eachMask,
    formula: String.raw`1 - \frac{I + s}{I + \alpha\,(\sum p - I) + \beta\,(\sum t - I) + s}, \quad I = \sum p\,t`,
    traps: [
      "Which of α and β weighs the misses differs between libraries: here β does.",
      "The smoothing is not that of Dice: at α = β = ½ it weighs twice as much.",
    ],
    references: [
      {
        text: "Salehi, Erdogmus and Gholipour, Tversky Loss Function for Image Segmentation Using 3D Fully Convolutional Deep Networks, MLMI 2017",
        url: "https://arxiv.org/abs/1706.05721",
      },
    ],
  },
  {
    divisor: (_inputs, _options, pass) => masksOf(pass).count,
    run: ([p, t], { alpha, beta, smooth }, pass) => {
      const { count, positions } = masksOf(pass);
      const { kernel, values, grads, scale } = pass;
      return kernel.tversky(
        p.pointer,
        t.pointer,
        count,
        positions,
        values,
        grads.probabilities,
        scale,
        alpha,
        beta,
        smooth,
      );
    },
  },
);
