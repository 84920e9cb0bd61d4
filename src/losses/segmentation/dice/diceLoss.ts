import { defineLoss } from "../../../contract/loss.ts";
import { nowhere } from "../../../kernel/kernels.ts";
import {
  eachGroup,
  type Masks,
  type MasksGrads,
  masks,
  masksOf,
  type OverlapOptions,
  overlapOptions,
  overMasked,
  weightOfMasks,
} from "../overlap.ts";

export interface DiceOptions extends OverlapOptions {
  /** Added above and below the fraction; ≥ 0. Default 1. */
  smooth?: number;
  /** Σ p² + Σ t² below instead of Σ p + Σ t. Default false. */
  squared?: boolean;
}

/**
 * Dice loss: one minus twice the overlap of predicted and true mask over the sum of their sizes.
 *
 *     I = Σ p t,  P = Σ p,  T = Σ t          over the positions of one sample and class; squared: P = Σ p², T = Σ t²
 *     L = w_c (1 − (2 I + s) / (P + T + s))
 *
 * Shapes     probabilities, targets: [N, C, ...], equal; weight: [C]; mask: [N, ...] or [N, 1, ...]. Unreduced value: [N, C], with perBatch [C].
 *            The mean divides by the sum of the weights of the values that count, N·C without weights.
 * Gradient   w (A/B² (1 − t) − (2B − A)/B² t) for probabilities, A/B being the fraction; squared 2w (A/B p − t) / B.
 *            Targets are constants.
 * Errors     Probabilities or targets outside [0, 1]; a mask of other numbers than 0 and 1; smooth or a weight < 0; shapes that differ; empty input.
 * Edges      An empty mask predicted empty gives 0; with smooth = 0 as well, with gradient 0. With ignoreEmpty and no
 *            target anywhere the mean is 0 with gradient 0. NaN gives NaN in its mask, but
 *            nothing where `mask` is 0, and gradient 0.
 * Bias       smooth counts as one position that agrees: a mask of one pixel that is missed costs ½, one of fifty 0.98.
 *            Where small objects matter, or masks lie in [0, 1] with small sums, lower it (1e-5), or take perBatch.
 * Relation   tverskyLoss with alpha = beta = ½ and half the smooth. With smooth 0, jaccardLoss is 2L / (1 + L).
 * Source     F. Milletari, N. Navab, S.-A. Ahmadi, V-Net, 2016 (squared, without smooth).
 */
export const diceLoss = defineLoss<Masks, DiceOptions, MasksGrads>(
  {
    name: "diceLoss",
    family: "segmentation",
    title: { en: "Dice loss", zh: "Dice损失" },
    aliases: { en: ["soft Dice loss", "F1 loss", "Sørensen–Dice"], zh: ["软Dice损失", "F1损失"] },
    summary: "Rewards overlap of masks, whatever share of the image they cover.",
    arguments: masks,
    options: {
      smooth: { type: "number", default: 1, range: "[0, ∞)", doc: "Added above and below the fraction." },
      squared: { type: "boolean", default: false, doc: "Σ p² + Σ t² below instead of Σ p + Σ t, as in V-Net." },
      ...overlapOptions,
    },
    unreduced: eachGroup,
    formula: String.raw`1 - \frac{2 \sum p\,t + s}{\sum p + \sum t + s}`,
    traps: [
      "smooth 1 favours small objects being missed: one missed pixel costs 0.5, fifty cost 0.98.",
      "A soft mask against itself does not give 0 unless squared: Σ p² is less than Σ p.",
      "Masks without target push every false alarm, and hardly anything else: ignoreEmpty, or perBatch.",
      "It wants probabilities: put a sigmoid or a softmax before it.",
    ],
    references: [
      {
        text: "Milletari, Navab and Ahmadi, V-Net: Fully Convolutional Neural Networks for Volumetric Medical Image Segmentation, 3DV 2016",
        url: "https://arxiv.org/abs/1606.04797",
      },
    ],
  },
  {
    countsWeights: true,
    divisor: weightOfMasks,
    run: (inputs, { smooth, squared, perBatch, weight, ignoreEmpty, mask }, pass) => {
      const { kernel, dims, values, grads, scale, upstream } = pass;
      const { count, positions } = masksOf(pass);
      const classes = dims.C as number;
      return overMasked(inputs, mask, pass, (p, t) =>
        kernel.dice(
          p,
          t,
          count,
          perBatch ? classes : count,
          positions,
          classes,
          smooth,
          squared,
          weight?.pointer ?? nowhere,
          ignoreEmpty,
          values,
          grads.probabilities,
          scale,
          upstream,
        ),
      );
    },
    appliesUpstream: true,
  },
);
