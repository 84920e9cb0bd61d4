import { defineScalarLoss } from "../../../contract/loss.ts";
import { nowhere } from "../../../kernel/kernels.ts";
import { checkIndices } from "../../../tensor/stage.ts";
import type { FloatInput, IndexInput } from "../../../tensor/tensor.ts";

export interface DrOptions {
  /** Temperature of the positives' distribution; > 0. Default 1. */
  posLambda?: number;
  /** Temperature of the negatives' distribution; > 0. Default 0.1 / ln 3.5. */
  negLambda?: number;
  /** Slope L of the logistic loss; > 0. Default 6. */
  slope?: number;
  /** Factor τ on the whole; > 0. Default 4. */
  tau?: number;
  /** By how much the positives must lead; ≥ 0. Default 0.5. */
  margin?: number;
  /** 1 where a logit counts, 0 where it is neither positive nor negative, whatever it holds; [N, C]. Default: all count. */
  mask?: FloatInput;
}

/**
 * Distributional ranking loss: the hardest positives must score higher than the hardest negatives, by a margin.
 *
 *     p = σ(x),   q₋ ∝ exp(p / λ₋) over the negatives,   q₊ ∝ exp(−p / λ₊) over the positives
 *     P₋ = Σ q₋ p,   P₊ = Σ q₊ p,   L = τ / L · softplus(L (P₋ − P₊ + margin))
 *
 * Shapes     logits: [N, C]; targets: [N], 0 background, 1…C a class, −1 ignored; mask: [N, C]. One number for the batch.
 * Gradient   Logits, through q too; 0 in ignored rows and where `mask` is 0.
 * Errors     targets outside −1…C; a temperature, slope or tau ≤ 0; margin < 0; a mask of other numbers than 0 and 1; no classes.
 * Edges      Positive is the logit of a row's class; all others of the rows that count are negative. No positives: P₊ = 1;
 *            no negatives: P₋ = 0. Neither, be it that there are no rows, [0, C], or that all are left out: 0 with gradient 0.
 *            No overflow at any slope. NaN gives NaN, but nothing where it is left out.
 * Units      All of a batch is one ranking, as in the authors' code; the paper sums over images: call it once an image.
 * Relation   Focal loss weighs examples one by one; this compares two distributions, however uneven their numbers.
 * Source     Q. Qian, L. Chen, H. Li, R. Jin, DR Loss: Improving Object Detection by Distributional Ranking, 2020.
 */
export const drLoss = defineScalarLoss<[logits: FloatInput, targets: IndexInput], DrOptions, "logits">(
  {
    name: "drLoss",
    family: "detection",
    title: { en: "DR loss", zh: "DR损失" },
    aliases: { en: ["DR", "distributional ranking loss", "distribution ranking"], zh: ["分布排序", "分布排序损失"] },
    summary: "Ranks the hardest objects above the hardest background, however much more background there is.",
    arguments: [
      {
        name: "logits",
        shape: "N C",
        kind: "float",
        differentiable: true,
        emptyAllowed: true,
        doc: "Scores before the sigmoid.",
      },
      {
        name: "targets",
        shape: "N",
        kind: "index",
        emptyAllowed: true,
        doc: "Class 1…C, 0 for background, −1 for ignored.",
      },
    ],
    options: {
      posLambda: { type: "number", default: 1, range: "(0, ∞)", doc: "Temperature of the positives' distribution." },
      negLambda: {
        type: "number",
        default: 0.1 / Math.log(3.5),
        range: "(0, ∞)",
        doc: "Temperature of the negatives' distribution.",
      },
      slope: { type: "number", default: 6, range: "(0, ∞)", doc: "Slope L of the logistic loss." },
      tau: { type: "number", default: 4, range: "(0, ∞)", doc: "Factor τ on the whole." },
      margin: { type: "number", default: 0.5, range: "[0, ∞)", doc: "By how much the positives must lead." },
      mask: {
        type: "tensor",
        shape: "N C",
        default: undefined,
        range: "{0, 1}",
        doc: "1 where a logit counts, 0 where it is neither positive nor negative.",
      },
    },
    unreduced: null,
    formula: String.raw`\frac{\tau}{L} \log\bigl(1 + e^{L\,(P_- - P_+ + m)}\bigr), \quad P_\mp = \sum q_\mp\,p, \quad q_\mp \propto e^{\pm p / \lambda_\mp}`,
    traps: [
      "Targets count classes from 1, for 0 is the background.",
      "Holding q constant gives another gradient: the authors' passes through it, and so does this.",
      "Without positives the batch still costs and teaches; without any row that counts it costs nothing.",
    ],
    references: [
      {
        text: "Qian, Chen, Li and Jin, DR Loss: Improving Object Detection by Distributional Ranking, CVPR 2020",
        url: "https://arxiv.org/abs/1907.10156",
      },
    ],
  },
  ([x, targets], { posLambda, negLambda, slope, tau, margin, mask }, { kernel, dims, grads, scale, take }) => {
    const [n, c] = [dims.N as number, dims.C as number];
    return kernel.distributionalRanking(
      x.pointer,
      targets.pointer,
      mask?.pointer ?? nowhere,
      n,
      c,
      posLambda,
      negLambda,
      slope,
      tau,
      margin,
      grads.logits,
      scale,
      take("bytes", kernel.distributionalRankingWorkspace(n, c, mask !== undefined, grads.logits !== nowhere)),
    );
  },
  ([, targets], _options, { dims }) =>
    checkIndices(targets, dims.C + 1, `0 is background, logits are [${dims.N}, ${dims.C}], −1 is ignored`, -1),
);
