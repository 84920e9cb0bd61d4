import { defineLoss } from "../../../contract/loss.ts";
import { Margin } from "../../../kernel/kernels.ts";
import { type MarginGrads, type MarginInputs, marginArguments, marginBody } from "../margin.ts";

export interface ArcFaceOptions {
  /** Angle added to that of the own class, in radians; in [0, π/2]. Default 0.5. */
  margin?: number;
  /** Factor on the cosines; > 0. Default 64. */
  scale?: number;
}

/**
 * ArcFace: a softmax over cosines in which an embedding must be closer to its class by an angle.
 *
 *     cos θ_j = cos(x, w_j),   L = −log (exp(s cos(θ_y + m)) / (exp(s cos(θ_y + m)) + Σ_{j≠y} exp(s cos θ_j)))
 *
 * Shapes     embeddings: [N, D]; labels: [N], 0…C − 1; weight: [C, D]. Unreduced value: [N]. The mean divides by N.
 * Gradient   embeddings and weight, through their norms.
 * Errors     A label outside 0…C − 1; margin outside [0, π/2]; scale ≤ 0; shapes that differ.
 * Edges      Beyond θ_y + m = π the target is cos θ_y − m sin m, so that it goes on falling. Zero vectors: cosine 0, gradient 0.
 *            1 − cos² θ_y is kept at 1e-12 or more: within 1e-6 rad of the class direction, where the loss has a kink, the
 *            value is off by up to 1e-6 s and the gradient is that of a bounded slope.
 * Relation   cosFaceLoss takes the margin off the cosine; margin 0 makes them equal.
 * Source     J. Deng, J. Guo, N. Xue, S. Zafeiriou, ArcFace, 2019.
 */
export const arcFaceLoss = defineLoss<MarginInputs, ArcFaceOptions, MarginGrads>(
  {
    name: "arcFaceLoss",
    family: "embedding",
    title: { en: "ArcFace loss", zh: "ArcFace损失" },
    aliases: { en: ["additive angular margin loss"], zh: ["加性角度间隔损失"] },
    summary: "Classifies by direction and parts the classes by an angle.",
    arguments: marginArguments,
    options: {
      margin: {
        type: "number",
        default: 0.5,
        range: "[0, 1.5707963267948966]",
        doc: "Angle added to that of the own class, in radians.",
      },
      scale: { type: "number", default: 64, range: "(0, ∞)", doc: "Factor on the cosines." },
    },
    unreduced: { shape: "N", mean: "the number of embeddings" },
    formula: String.raw`-\log \frac{e^{s \cos(\theta_y + m)}}{e^{s \cos(\theta_y + m)} + \sum_{j \ne y} e^{s \cos \theta_j}}`,
    traps: ["The margin is in radians here; some libraries take degrees (28.6° is 0.5)."],
    references: [
      {
        text: "Deng, Guo, Xue and Zafeiriou, ArcFace: Additive Angular Margin Loss for Deep Face Recognition, CVPR 2019",
        url: "https://arxiv.org/abs/1801.07698",
      },
    ],
  },
  marginBody(Margin.angle),
);
