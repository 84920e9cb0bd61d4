import { defineLoss } from "../../../contract/loss.ts";
import { eachMask, type Masks, type MasksGrads, masks, masksOf } from "../overlap.ts";

export interface JaccardOptions {
  /** Added above and below the fraction; ≥ 0. Default 1. */
  smooth?: number;
}

/**
 * Jaccard loss: one minus intersection over union of predicted and true masks.
 *
 *     I = Σ p t,  U = Σ p + Σ t − I          over the positions of one sample and class
 *     L = 1 − (I + s) / (U + s)
 *
 * Shapes     probabilities, targets: [N, C, ...], equal. Unreduced value: [N, C]. The mean divides by N·C.
 * Gradient   A/B² (1 − t) − t/B for probabilities, A/B being the fraction; targets are constants.
 * Errors     Probabilities or targets outside [0, 1]; smooth < 0; shapes that differ; empty input.
 * Edges      An empty mask predicted empty gives 0; with smooth = 0 as well, with gradient 0. NaN gives NaN in its mask.
 * Relation   tverskyLoss with alpha = beta = 1. With smooth 0 and Dice loss d it is 2d / (1 + d).
 * Source     M. A. Rahman, Y. Wang, Optimizing Intersection-Over-Union in Deep Neural Networks, 2016.
 */
export const jaccardLoss = defineLoss<Masks, JaccardOptions, MasksGrads>(
  {
    name: "jaccardLoss",
    family: "segmentation",
    title: { en: "Jaccard loss", zh: "Jaccard损失" },
    aliases: { en: ["soft IoU loss", "Jaccard"], zh: ["软IoU损失"] },
    summary: "Rewards overlap of masks as intersection over union.",
    arguments: masks,
    options: {
      smooth: { type: "number", default: 1, range: "[0, ∞)", doc: "Added above and below the fraction." },
    },
    unreduced: eachMask,
    formula: String.raw`1 - \frac{I + s}{\sum p + \sum t - I + s}, \quad I = \sum p\,t`,
    traps: ["A soft mask against itself does not give 0: Σ p² is less than Σ p unless every p is 0 or 1."],
    references: [
      {
        text: "Rahman and Wang, Optimizing Intersection-Over-Union in Deep Neural Networks for Image Segmentation, ISVC 2016",
        url: "https://doi.org/10.1007/978-3-319-50835-1_22",
      },
    ],
  },
  {
    divisor: (_inputs, _options, pass) => masksOf(pass).count,
    run: ([p, t], { smooth }, pass) => {
      const { count, positions } = masksOf(pass);
      const { kernel, values, grads, scale } = pass;
      return kernel.tversky(p.pointer, t.pointer, count, positions, values, grads.probabilities, scale, 1, 1, smooth);
    },
  },
);
