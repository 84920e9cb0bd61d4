import { defineLoss, type Pass, type StagedInputs, type StagedOptions } from "../../../contract/loss.ts";
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

export interface TverskyOptions extends OverlapOptions {
  /** Weight of false positives; ≥ 0. Default 0.5. */
  alpha?: number;
  /** Weight of false negatives; ≥ 0. Default 0.5. */
  beta?: number;
  /** Added above and below the fraction; ≥ 0. Default 1. */
  smooth?: number;
  /** The value is raised to 1/γ (focal Tversky); > 0. Above 1, masks that are nearly right count more. Default 1. */
  gamma?: number;
}

/**
 * Tversky loss: overlap of predicted and true masks, with a price of its own for each kind of mistake.
 *
 *     I = Σ p t,  FP = Σ p − I,  FN = Σ t − I          over the positions of one sample and class
 *     L = w_c (1 − (I + s) / (I + α FP + β FN + s))^(1/γ)
 *
 * Shapes     probabilities, targets: [N, C, ...], equal; weight: [C]; mask: [N, ...] or [N, 1, ...]. Unreduced value: [N, C], with perBatch
 *            [C]. The mean divides by the sum of the weights of the values that count, N·C without weights.
 * Gradient   (α A (1 − t) − (β A + α FP + β FN) t) / B² for probabilities, A/B being the fraction, times that of the power
 *            1/γ; targets are constants.
 * Errors     Probabilities or targets outside [0, 1]; a mask of other numbers than 0 and 1; alpha, beta, smooth or a
 *            weight < 0; gamma ≤ 0; shapes that differ; empty input.
 * Edges      An empty mask predicted empty gives 0; with smooth = 0 as well, with gradient 0. For gamma > 1 the
 *            slope grows without bound towards an exact prediction, where it is taken as 0. NaN gives NaN in its mask, but
 *            nothing where `mask` is 0.
 * Relation   alpha = beta = ½ with smooth s is Dice with smooth 2s; alpha = beta = 1 is jaccardLoss. gamma 4/3 is focal
 *            Tversky (N. Abraham, N. M. Khan, 2018), whose ports mostly raise to γ: theirs is 1/gamma here.
 * Source     S. S. M. Salehi, D. Erdogmus, A. Gholipour, Tversky loss function for image segmentation, 2017.
 */
export const tverskyLoss = defineLoss<Masks, TverskyOptions, MasksGrads>(
  {
    name: "tverskyLoss",
    family: "segmentation",
    title: { en: "Tversky loss", zh: "Tversky损失" },
    aliases: { en: ["Tversky", "focal Tversky loss"], zh: ["焦点Tversky损失"] },
    summary: "Rewards overlap while pricing false alarms and misses separately.",
    arguments: masks,
    options: {
      alpha: { type: "number", default: 0.5, range: "[0, ∞)", doc: "Weight of false positives." },
      beta: { type: "number", default: 0.5, range: "[0, ∞)", doc: "Weight of false negatives." },
      smooth: { type: "number", default: 1, range: "[0, ∞)", doc: "Added above and below the fraction." },
      gamma: { type: "number", default: 1, range: "(0, ∞)", doc: "The value is raised to 1/γ (focal Tversky)." },
      ...overlapOptions,
    },
    unreduced: eachGroup,
    formula: String.raw`\left(1 - \frac{I + s}{I + \alpha\,(\sum p - I) + \beta\,(\sum t - I) + s}\right)^{1/\gamma}, \quad I = \sum p\,t`,
    traps: [
      "Which of α and β weighs the misses differs between libraries: here β does.",
      "The smoothing is not that of Dice: at α = β = ½ it weighs twice as much.",
      "gamma is the paper's: the value is raised to 1/γ. Most ports raise to γ; their γ = 0.75 is 4/3 here.",
    ],
    references: [
      {
        text: "Salehi, Erdogmus and Gholipour, Tversky Loss Function for Image Segmentation Using 3D Fully Convolutional Deep Networks, MLMI 2017",
        url: "https://arxiv.org/abs/1706.05721",
      },
      {
        text: "Abraham and Khan, A Novel Focal Tversky Loss Function with Improved Attention U-Net for Lesion Segmentation, arXiv 2018",
        url: "https://arxiv.org/abs/1810.07842",
      },
    ],
  },
  {
    countsWeights: true,
    divisor: weightOfMasks,
    run: runTversky,
    appliesUpstream: true,
  },
);

/** What Tversky's and Jaccard's losses compute. */
export function runTversky(
  inputs: StagedInputs<Masks>,
  { alpha, beta, smooth, gamma, perBatch, weight, ignoreEmpty, mask }: StagedOptions<TverskyOptions>,
  pass: Pass<MasksGrads>,
): number {
  const { kernel, dims, values, grads, scale, upstream } = pass;
  const { count, positions } = masksOf(pass);
  const classes = dims.C as number;
  return overMasked(inputs, mask, pass, (p, t) =>
    kernel.tversky(
      p,
      t,
      count,
      perBatch ? classes : count,
      positions,
      classes,
      alpha,
      beta,
      smooth,
      1 / gamma,
      weight?.pointer ?? nowhere,
      ignoreEmpty,
      values,
      grads.probabilities,
      scale,
      upstream,
    ),
  );
}
