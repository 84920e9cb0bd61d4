import { defineLoss } from "../../../contract/loss.ts";
import {
  eachGroup,
  type Masks,
  type MasksGrads,
  masks,
  type OverlapOptions,
  overlapOptions,
  weightOfMasks,
} from "../overlap.ts";
import { runTversky } from "./tverskyLoss.ts";

export interface JaccardOptions extends OverlapOptions {
  /** Added above and below the fraction; ≥ 0. Default 1. */
  smooth?: number;
}

/**
 * Jaccard loss: one minus intersection over union of predicted and true masks.
 *
 *     I = Σ p t,  U = Σ p + Σ t − I          over the positions of one sample and class
 *     L = w_c (1 − (I + s) / (U + s))
 *
 * Shapes     probabilities, targets: [N, C, ...], equal; weight: [C]; mask: [N, ...] or [N, 1, ...]. Unreduced value: [N, C], with perBatch
 *            [C]. The mean divides by the sum of the weights of the values that count, N·C without weights.
 * Gradient   A/B² (1 − t) − t/B for probabilities, A/B being the fraction; targets are constants.
 * Errors     Probabilities or targets outside [0, 1]; a mask of other numbers than 0 and 1; smooth or a weight < 0; shapes that differ; empty input.
 * Edges      An empty mask predicted empty gives 0; with smooth = 0 as well, with gradient 0. NaN gives NaN in its mask, but
 *            nothing where `mask` is 0.
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
      ...overlapOptions,
    },
    unreduced: eachGroup,
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
    countsWeights: true,
    divisor: weightOfMasks,
    run: (inputs, options, pass) => runTversky(inputs, { ...options, alpha: 1, beta: 1, gamma: 1 }, pass),
    appliesUpstream: true,
  },
);
