import { defineLoss } from "../../../contract/loss.ts";
import type { FloatInput } from "../../../tensor/tensor.ts";

export interface GradientPenaltyOptions {
  /** Factor; ≥ 0. Default 10. */
  weight?: number;
  /** The norm wanted; ≥ 0. Default 1. */
  target?: number;
  /** Lets norms below the target go free. Default false. */
  oneSided?: boolean;
}

/**
 * Gradient penalty: keeps a critic's gradient at its inputs near norm 1, and so the critic near 1-Lipschitz.
 *
 *     L = weight · (‖g‖ − target)²
 *       = weight · max(0, ‖g‖ − target)²      oneSided
 *
 * Shapes     gradients: [N, ...], of the critic's score at each sample's input. Unreduced value: [N]. The mean divides
 *            by N. The norm is over all dimensions but the first.
 * Gradient   2 weight (‖g‖ − target) g / ‖g‖ for gradients; 0 at a zero gradient. Training goes on through the critic's
 *            second derivative.
 * Errors     weight or target < 0 or not a number; empty input.
 * Edges      A zero gradient has the value weight · target²; NaN gives NaN in its row. An infinite gradient has the value
 *            ∞ and, for want of a direction, NaN as its own gradient.
 * Relation   Added to wassersteinCriticLoss, at points between real and generated samples.
 * Source     I. Gulrajani et al., Improved Training of Wasserstein GANs, 2017.
 */
export const gradientPenalty = defineLoss<[gradients: FloatInput], GradientPenaltyOptions, "gradients">(
  {
    name: "gradientPenalty",
    family: "distribution",
    title: { en: "Gradient penalty", zh: "梯度惩罚" },
    aliases: { en: ["WGAN-GP"], zh: [] },
    summary: "Keeps the norm of a critic's gradient near 1.",
    arguments: [
      {
        name: "gradients",
        shape: "N ...",
        kind: "float",
        differentiable: true,
        doc: "The critic's gradient at each sample's input.",
      },
    ],
    options: {
      weight: { type: "number", default: 10, range: "[0, ∞)", doc: "Factor." },
      target: { type: "number", default: 1, range: "[0, ∞)", doc: "The norm wanted." },
      oneSided: { type: "boolean", default: false, doc: "Lets norms below the target go free." },
    },
    unreduced: { shape: "N", mean: "the number of samples" },
    formula: String.raw`\lambda \, (\lVert g \rVert_2 - 1)^2`,
    traps: [
      "the norm is over all of a sample's dimensions, not over the channels only.",
      "batch normalisation in the critic makes a sample's gradient depend on the others: leave it out.",
    ],
    references: [
      {
        text: "Gulrajani, Ahmed, Arjovsky, Dumoulin and Courville, Improved Training of Wasserstein GANs, NIPS 2017",
        url: "https://arxiv.org/abs/1704.00028",
      },
    ],
  },
  {
    divisor: ([{ shape }]) => shape[0] as number,
    run: ([g], { weight, target, oneSided }, { kernel, dims, values, grads, scale }) =>
      kernel.gradientPenalty(
        g.pointer,
        dims.N as number,
        dims["..."] as number,
        weight,
        target,
        oneSided,
        values,
        grads.gradients,
        scale,
      ),
  },
);
