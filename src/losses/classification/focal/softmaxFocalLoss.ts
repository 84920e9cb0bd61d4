import { defineLoss } from "../../../contract/loss.ts";
import { nowhere } from "../../../kernel/kernels.ts";
import { checkIndices, viewOf } from "../../../tensor/stage.ts";
import { type FloatInput, type IndexInput, showShape } from "../../../tensor/tensor.ts";

export interface SoftmaxFocalOptions {
  /** One weight a class, or one number for all; ≥ 0. null: no weighting. Default null. */
  alpha?: number | FloatInput | null;
  /** How fast easy examples fade; ≥ 0. Default 2. */
  gamma?: number;
  /** Label of rows to leave out. Default −100. */
  ignoreIndex?: number;
}

/**
 * Focal loss over one class out of several: −α_y (1 − p_y)^γ log p_y.
 *
 *     L = −α_y (1 − p_y)^γ log p_y,   p = softmax(logits)
 *
 * Shapes     logits: [N, C]; labels: [N], whole numbers in 0…C − 1. Unreduced value: [N]. The mean divides by the number
 *            of rows that are not ignored.
 * Gradient   α_y ((1 − p_y)^γ − γ (1 − p_y)^(γ−1) p_y log p_y)(p_c − [c = y]) for logits; finite for every γ ≥ 0.
 * Errors     a label outside 0…C − 1 (and not ignoreIndex); a negative alpha or gamma; an empty batch.
 * Edges      1 − p_y is summed from the other classes, so a confident row keeps its digits. A logit of −Infinity on
 *            another class is fine; on the true one it costs +Infinity with a finite gradient, or 0 where alpha is 0.
 *            Ignored rows give 0; when all are, the mean is 0. A NaN stays in its row.
 * Relation   γ = 0 is crossEntropy weighted by alpha, except that alpha does not enter the divisor.
 * Source     T.-Y. Lin et al., Focal Loss for Dense Object Detection, 2017.
 */
export const softmaxFocalLoss = defineLoss<[logits: FloatInput, labels: IndexInput], SoftmaxFocalOptions, "logits">(
  {
    name: "softmaxFocalLoss",
    family: "classification",
    title: { en: "Softmax focal loss", zh: "Softmax 焦点损失" },
    aliases: ["categorical focal loss", "multiclass focal loss"],
    summary: "Cross entropy in which rows that are already right fade.",
    arguments: [
      { name: "logits", shape: "N C", kind: "float", differentiable: true, doc: "Scores before the softmax." },
      { name: "labels", shape: "N", kind: "index", doc: "True class of each row, 0…C − 1." },
    ],
    options: {
      alpha: {
        type: "tensor",
        shape: "C",
        default: null,
        range: "[0, ∞)",
        scalar: true,
        nullable: true,
        doc: "One weight a class, or one number for all; null for none.",
      },
      gamma: { type: "number", default: 2, range: "[0, ∞)", doc: "How fast easy examples fade." },
      ignoreIndex: {
        type: "number",
        default: -100,
        range: "[−2147483648, 2147483647]",
        integer: true,
        doc: "Label of rows to leave out.",
      },
    },
    unreduced: { shape: "N", mean: "the number of rows that are not ignored" },
    formula: String.raw`-\alpha_y\,(1-p_y)^{\gamma} \log p_y, \quad p = \operatorname{softmax}(x)`,
    traps: ["One number as alpha multiplies every row alike: it scales the loss and balances nothing."],
    references: [
      {
        text: "Lin, Goyal, Girshick, He and Dollár, Focal Loss for Dense Object Detection, ICCV 2017",
        url: "https://arxiv.org/abs/1708.02002",
      },
    ],
  },
  {
    divisor: ([logits, labels], { ignoreIndex }, { dims }) => {
      checkIndices(labels, dims.C as number, `logits are ${showShape(logits.shape)}`, ignoreIndex);
      const values = viewOf(labels.pointer, labels.size, "int32");
      let rows = 0;
      for (let i = 0; i < values.length; i++) if (values[i] !== ignoreIndex) rows++;
      return rows;
    },
    run: ([logits, labels], { alpha, gamma, ignoreIndex }, { kernel, dims, values, grads, scale, dtype, take }) => {
      const { N, C } = dims as { N: number; C: number };
      const [alphas, single] = typeof alpha === "object" && alpha !== null ? [alpha.pointer, 1] : [nowhere, alpha ?? 1];
      const row = take(dtype, C);
      return kernel.softmaxFocal(
        logits.pointer,
        labels.pointer,
        N,
        C,
        ignoreIndex,
        alphas,
        single,
        gamma,
        values,
        grads.logits,
        scale,
        row,
      );
    },
  },
);
