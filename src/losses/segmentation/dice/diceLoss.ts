import { defineLoss } from "../../../contract/loss.ts";
import { nowhere } from "../../../kernel/kernels.ts";
import type { FloatInput } from "../../../tensor/tensor.ts";
import { eachMask, type Masks, type MasksGrads, masks, masksOf } from "../overlap.ts";

export interface DiceOptions {
  /** Added above and below; ≥ 0. Default 1. */
  smooth?: number;
  /** Σ p² + Σ t² below instead of Σ p + Σ t. Default false. */
  squared?: boolean;
  /** Sums over the samples first: one value a class. Default false. */
  perBatch?: boolean;
  /** Weight of each class, [C]; ≥ 0. Default: all 1. */
  weight?: FloatInput;
  /** Leaves masks without target out: value 0, and not counted in the mean. Default false. */
  ignoreEmpty?: boolean;
}

/**
 * Dice loss: one minus twice the overlap of predicted and true mask over the sum of their sizes.
 *
 *     I = Σ p t,  P = Σ p,  T = Σ t          over the positions of one sample and class; squared: P = Σ p², T = Σ t²
 *     L = w_c (1 − (2 I + s) / (P + T + s))
 *
 * Shapes     probabilities, targets: [N, C, ...], equal; weight: [C]. Unreduced value: [N, C], with perBatch [C].
 *            The mean divides by the sum of the weights of the values that count, N·C without weights.
 * Gradient   w (A/B² (1 − t) − (2B − A)/B² t) for probabilities, A/B being the fraction; squared 2w (A/B p − t) / B.
 *            Targets are constants.
 * Errors     Probabilities or targets outside [0, 1]; smooth or a weight < 0; shapes that differ; empty input.
 * Edges      An empty mask predicted empty gives 0; with smooth = 0 as well, with gradient 0. With ignoreEmpty and no
 *            target anywhere the mean is 0 with gradient 0. NaN gives NaN in its mask.
 * Bias       smooth counts as one position that agrees: a mask of one pixel that is missed costs ½, one of fifty 0.98.
 *            Where small objects matter, or masks lie in [0, 1] with small sums, lower it (1e-5), or take perBatch.
 * Relation   tverskyLoss with alpha = beta = ½ and half the smooth. With smooth 0, jaccardLoss is 2L / (1 + L).
 * Source     F. Milletari, N. Navab, S.-A. Ahmadi, V-Net, 2016 (squared, without smooth).
 */
export const diceLoss = defineLoss<Masks, DiceOptions, MasksGrads>(
  {
    name: "diceLoss",
    family: "segmentation",
    title: { en: "Dice loss", zh: "Dice 损失" },
    aliases: ["soft Dice loss", "F1 loss", "Sørensen–Dice"],
    summary: "Rewards overlap of masks, whatever share of the image they cover.",
    arguments: masks,
    options: {
      smooth: { type: "number", default: 1, range: "[0, ∞)", doc: "Added above and below the fraction." },
      squared: { type: "boolean", default: false, doc: "Sums of squares below, as in V-Net." },
      perBatch: { type: "boolean", default: false, doc: "Sum over the samples first: one value a class." },
      weight: { type: "tensor", shape: "C", default: undefined, range: "[0, ∞)", doc: "Weight of each class." },
      ignoreEmpty: { type: "boolean", default: false, doc: "Leave masks without target out of the mean." },
    },
    unreduced: {
      ...eachMask,
      mean: "the sum of the weights of the masks that count (without weights, their number)",
      when: { option: "perBatch", is: true, shape: "C" },
    },
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
    divisor: ([, t], { perBatch, weight, ignoreEmpty }, { kernel, dims }) => {
      const { count, positions } = masksOf({ dims });
      const classes = dims.C as number;
      const groups = perBatch ? classes : count;
      const weights = weight?.pointer ?? nowhere;
      return kernel.diceWeight(t.pointer, count, groups, positions, weights, classes, ignoreEmpty);
    },
    run: ([p, t], { smooth, squared, perBatch, weight, ignoreEmpty }, pass) => {
      const { kernel, dims, values, grads, scale, upstream } = pass;
      const { count, positions } = masksOf(pass);
      const classes = dims.C as number;
      return kernel.dice(
        p.pointer,
        t.pointer,
        count,
        perBatch ? classes : count,
        positions,
        values,
        grads.probabilities,
        scale,
        upstream,
        weight?.pointer ?? nowhere,
        classes,
        smooth,
        squared,
        ignoreEmpty,
      );
    },
    appliesUpstream: true,
  },
);
