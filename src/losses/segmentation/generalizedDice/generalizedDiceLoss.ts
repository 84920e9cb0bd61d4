import { defineLoss } from "../../../contract/loss.ts";
import { type MaskOption, type Masks, type MasksGrads, maskOption, masks, overMasked } from "../overlap.ts";

export interface GeneralizedDiceOptions extends MaskOption {
  /** Added above and below the fraction, in positions of the rarest class; ≥ 0. Default 1e-5. */
  smooth?: number;
}

/**
 * Generalized Dice loss: one overlap for all classes of a sample, in which small ones count as much as large ones.
 *
 *     w_c = (v / Σ t)²                                      over the positions of one class; v the least Σ t above 0
 *     L = 1 − (2 Σ_c w_c Σ p t + s) / (Σ_c w_c Σ (p + t) + s)
 *
 * Shapes     probabilities, targets: [N, C, ...], equal; mask: [N, ...] or [N, 1, ...]. Unreduced value: [N]. The mean divides by N.
 * Gradient   Probabilities; targets, and so the weights, are constants.
 * Errors     Probabilities or targets outside [0, 1]; a mask of other numbers than 0 and 1; smooth < 0; shapes that differ; empty input.
 * Edges      A class without target has weight 1, as has the rarest: false alarms cost, also in a sample without any
 *            target, which gives 0 only where nothing is predicted. NaN gives NaN in its sample, but
 *            nothing where `mask` is 0.
 * Weights    Relative to the rarest class, as the source's 1 / (Σ t)² are to one another: so s weighs the same on images
 *            of every size.
 * Relation   diceLoss weighs classes alike, and gives each its own value.
 * Source     C. H. Sudre et al., Generalised Dice overlap as a deep learning loss function, 2017.
 */
export const generalizedDiceLoss = defineLoss<Masks, GeneralizedDiceOptions, MasksGrads>(
  {
    name: "generalizedDiceLoss",
    family: "segmentation",
    title: { en: "Generalized Dice loss", zh: "广义Dice损失" },
    aliases: { en: ["generalised Dice", "GDL"], zh: [] },
    summary: "Rewards overlap over all classes at once, the rare ones as much as the large ones.",
    arguments: masks,
    options: {
      smooth: {
        type: "number",
        default: 1e-5,
        range: "[0, ∞)",
        doc: "Added above and below the fraction, in positions of the rarest class.",
      },
      ...maskOption,
    },
    unreduced: { shape: "N", mean: "the number of samples" },
    formula: String.raw`1 - \frac{2 \sum_c w_c \sum p\,t + s}{\sum_c w_c \sum (p + t) + s}, \quad w_c = \Big(\frac{\min_k \sum t_k}{\sum t_c}\Big)^2`,
    traps: [
      "One pixel of a tiny class outweighs thousands of a large one: where such masks are noise, drop them first.",
      "A class without target has the weight of the rarest, so that its false alarms count as much as that one's.",
    ],
    references: [
      {
        text: "Sudre, Li, Vercauteren, Ourselin and Cardoso, Generalised Dice Overlap as a Deep Learning Loss Function for Highly Unbalanced Segmentations, DLMIA 2017",
        url: "https://arxiv.org/abs/1707.03237",
      },
    ],
  },
  {
    divisor: (_inputs, _options, { dims }) => dims.N,
    run: (inputs, { smooth, mask }, pass) => {
      const { kernel, values, grads, scale, take } = pass;
      const { N, C, "...": positions } = pass.dims as { N: number; C: number; "...": number };
      const state = take("bytes", kernel.generalizedDiceWorkspace(C));
      return overMasked(inputs, mask, pass, (p, t) =>
        kernel.generalizedDice(p, t, N, C, positions, smooth, values, grads.probabilities, scale, state),
      );
    },
  },
);
