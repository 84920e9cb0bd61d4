import { defineScalarLoss } from "../../../contract/loss.ts";
import type { FloatInput } from "../../../tensor/tensor.ts";

export interface CircleOptions {
  /** Relaxation of both sides; in [−1, 1]. Default 0.25. */
  margin?: number;
  /** Factor γ on the weighted similarities; > 0. Default 256. */
  scale?: number;
}

export const circleOptions = {
  margin: { type: "number", default: 0.25, range: "[−1, 1]", doc: "Relaxation of both sides." },
  scale: { type: "number", default: 256, range: "(0, ∞)", doc: "Factor γ on the weighted similarities." },
} as const;

export const circleReferences = [
  {
    text: "Sun et al., Circle Loss: A Unified Perspective of Pair Similarity Optimization, CVPR 2020",
    url: "https://arxiv.org/abs/2002.10857",
  },
];

/**
 * Circle loss on given similarities: every pair is driven in proportion to how far it is from its optimum.
 *
 *     a_p = max(0, 1 + m − s_p),   a_n = max(0, s_n + m)
 *     L = softplus(log Σ exp(γ a_n (s_n − m)) + log Σ exp(−γ a_p (s_p − 1 + m)))
 *
 * Shapes     positives: [P], negatives: [M], similarities. One number.
 * Gradient   Both; the weights a_p and a_n are held constant, as in the paper.
 * Errors     scale ≤ 0; margin outside [−1, 1].
 * Edges      An empty side, no positives or no negatives: 0 with gradient 0. No overflow at any scale.
 * Relation   batchCircleLoss takes the cosines of a labelled batch.
 * Source     Y. Sun et al., Circle Loss: A Unified Perspective of Pair Similarity Optimization, 2020.
 */
export const circleLoss = defineScalarLoss<
  [positives: FloatInput, negatives: FloatInput],
  CircleOptions,
  "positives" | "negatives"
>(
  {
    name: "circleLoss",
    family: "embedding",
    title: { en: "Circle loss", zh: "圆损失" },
    aliases: { en: [], zh: [] },
    summary: "Raises similarities within classes and lowers those between, each by how far it still has to go.",
    arguments: [
      {
        name: "positives",
        shape: "P",
        kind: "float",
        differentiable: true,
        doc: "Similarities within classes.",
        emptyAllowed: true,
      },
      {
        name: "negatives",
        shape: "M",
        kind: "float",
        differentiable: true,
        doc: "Similarities between classes.",
        emptyAllowed: true,
      },
    ],
    options: circleOptions,
    unreduced: null,
    formula: String.raw`\log\Bigl(1 + \sum e^{\gamma a_n (s_n - m)} \sum e^{-\gamma a_p (s_p - 1 + m)}\Bigr)`,
    traps: ["The gradient is not the derivative of the value: the weights are constants in it."],
    heldConstant: "the weights of the similarities",
    references: circleReferences,
  },
  ([p, n], { margin, scale: gamma }, { kernel, grads, scale, take }) =>
    kernel.circle(
      p.pointer,
      n.pointer,
      p.size,
      n.size,
      margin,
      gamma,
      grads.positives,
      grads.negatives,
      scale,
      take("bytes", kernel.circleWorkspace()),
    ),
);
