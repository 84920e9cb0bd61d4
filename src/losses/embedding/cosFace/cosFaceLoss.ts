import { defineLoss } from "../../../contract/loss.ts";
import { Margin } from "../../../kernel/kernels.ts";
import { type MarginGrads, type MarginInputs, marginArguments, marginBody } from "../margin.ts";

export interface CosFaceOptions {
  /** What is taken off the cosine with the own class; in [0, 1]. Default 0.35. */
  margin?: number;
  /** Factor on the cosines; > 0. Default 64. */
  scale?: number;
}

/**
 * CosFace: a softmax over cosines in which an embedding must be closer to its class by a margin.
 *
 *     L = −log (exp(s (cos θ_y − m)) / (exp(s (cos θ_y − m)) + Σ_{j≠y} exp(s cos θ_j))),   cos θ_j = cos(x, w_j)
 *
 * Shapes     embeddings: [N, D]; labels: [N], 0…C − 1; weight: [C, D]. Unreduced value: [N]. The mean divides by N.
 * Gradient   embeddings and weight, through their norms.
 * Errors     A label outside 0…C − 1; margin outside [0, 1]; scale ≤ 0; shapes that differ.
 * Edges      A zero vector has cosine 0, and gradient 0.
 * Relation   arcFaceLoss adds its margin to the angle; margin 0 makes them equal.
 * Source     H. Wang et al., CosFace, 2018.
 */
export const cosFaceLoss = defineLoss<MarginInputs, CosFaceOptions, MarginGrads>(
  {
    name: "cosFaceLoss",
    family: "embedding",
    title: { en: "CosFace loss", zh: "CosFace损失" },
    aliases: { en: ["large margin cosine loss", "AM-Softmax"], zh: ["大间隔余弦损失"] },
    summary: "Classifies by direction and parts the classes by a cosine.",
    arguments: marginArguments,
    options: {
      margin: {
        type: "number",
        default: 0.35,
        range: "[0, 1]",
        doc: "What is taken off the cosine with the own class.",
      },
      scale: { type: "number", default: 64, range: "(0, ∞)", doc: "Factor on the cosines." },
    },
    unreduced: { shape: "N", mean: "the number of embeddings" },
    formula: String.raw`-\log \frac{e^{s (\cos\theta_y - m)}}{e^{s (\cos\theta_y - m)} + \sum_{j \ne y} e^{s \cos \theta_j}}`,
    traps: ["Too small a scale cannot reach certainty: cosines span only [−1, 1]."],
    references: [
      {
        text: "Wang et al., CosFace: Large Margin Cosine Loss for Deep Face Recognition, CVPR 2018",
        url: "https://arxiv.org/abs/1801.09414",
      },
      {
        text: "Wang, Cheng, Liu and Liu, Additive Margin Softmax for Face Verification, IEEE Signal Processing Letters 25, 2018",
        url: "https://arxiv.org/abs/1801.05599",
      },
    ],
  },
  marginBody(Margin.cosine),
);
