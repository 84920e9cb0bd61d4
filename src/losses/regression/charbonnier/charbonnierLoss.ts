import { defineLoss, elements } from "../../../contract/loss.ts";
import { eachElement, given, type Pair, type PairGrads, pair, wanted } from "../pair.ts";

export interface CharbonnierOptions {
  /** Width of the rounded corner; > 0. Default 0.001. */
  epsilon?: number;
}

/**
 * Charbonnier loss: the absolute error, differentiable at zero.
 *
 *     r = predictions − targets
 *     L = √(r² + ε²)
 *
 * Shapes     predictions, targets: [...], equal. Unreduced value: [...]. The mean divides by the number of elements.
 * Gradient   r / √(r² + ε²) for predictions, its negative for targets.
 * Errors     epsilon ≤ 0 or not a number; shapes that differ; empty input.
 * Edges      On the target the value is ε, not 0. The square is never formed: large errors do not overflow. One infinity
 *            gives +Infinity with gradient ±1; NaN gives NaN, and so does ∞ − ∞. In float32 an ε below 1.2e-38 counts as
 *            that.
 * Relation   l1Loss as ε → 0; ε (√(1 + (r/ε)²) − 1), the pseudo-Huber loss over ε, is this less ε.
 * Source     P. Charbonnier et al., Two Deterministic Half-Quadratic Regularization Algorithms for Computed Imaging, 1994.
 */
export const charbonnierLoss = defineLoss<Pair, CharbonnierOptions, PairGrads>(
  {
    name: "charbonnierLoss",
    family: "regression",
    title: { en: "Charbonnier loss", zh: "Charbonnier损失" },
    aliases: { en: ["Charbonnier", "differentiable L1"], zh: ["可导的L1"] },
    summary: "An absolute error without a corner, much used to restore images.",
    arguments: pair,
    options: {
      epsilon: { type: "number", default: 1e-3, range: "(0, ∞)", doc: "Width of the rounded corner." },
    },
    unreduced: eachElement,
    formula: String.raw`\sqrt{(\hat y - y)^2 + \varepsilon^2}`,
    traps: [
      "A perfect prediction costs ε.",
      "Some papers call the constant under the root ε, some ε²: 1e-3 here is 1e-6 under the root.",
    ],
    references: [
      {
        text: "Charbonnier, Blanc-Féraud, Aubert and Barlaud, Two Deterministic Half-Quadratic Regularization Algorithms for Computed Imaging, ICIP 1994",
        url: "https://doi.org/10.1109/ICIP.1994.413553",
      },
    ],
  },
  {
    appliesUpstream: "sum",
    divisor: elements,
    run: (inputs, { epsilon }, pass) => pass.kernel.charbonnier(...given(inputs), epsilon, ...wanted(pass)),
  },
);
