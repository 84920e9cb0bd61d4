import { defineLoss } from "../../../contract/loss.ts";
import { after, nowhere } from "../../../kernel/kernels.ts";
import { eachRows } from "../../../linear/planes.ts";
import { checkIndices, viewOf } from "../../../tensor/stage.ts";
import { bytesPerElement, type FloatInput, type IndexInput, showShape } from "../../../tensor/tensor.ts";

export interface SoftmaxFocalOptions {
  /** One weight per class, or one number for all; ≥ 0. null: no weighting. Default null. */
  alpha?: number | FloatInput | null;
  /** How fast easy examples fade; ≥ 0. Default 2. */
  gamma?: number;
  /** Label of positions to leave out. Default −100. */
  ignoreIndex?: number;
  /** Share of every target that is spread evenly over all classes, in [0, 1]. Default 0. */
  labelSmoothing?: number;
}

/**
 * Focal loss over one class out of several: −α_y (1 − p_y)^γ log p_y.
 *
 *     L = −α_y (1 − p_y)^γ log p_y,   p = softmax(logits)
 *
 * Shapes     logits: [N, C, ...]; labels: [N, ...], whole numbers in 0…C − 1. Unreduced value: [N, ...]. The mean
 *            divides by the number of labels that are not ignored. With labelSmoothing ε the loss is Σ t_c α_c (1 − p_c)^γ
 *            (−log p_c), t being ε / C in every class and 1 − ε more in the true one.
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
    title: { en: "Softmax focal loss", zh: "Softmax焦点损失" },
    aliases: { en: ["categorical focal loss", "multiclass focal loss"], zh: ["多分类焦点损失"] },
    summary: "Cross entropy in which rows that are already right fade.",
    arguments: [
      { name: "logits", shape: "N C ...", kind: "float", differentiable: true, doc: "Scores before the softmax." },
      { name: "labels", shape: "N ...", kind: "index", doc: "True class of each position, 0…C − 1." },
    ],
    options: {
      alpha: {
        type: "tensor",
        shape: "C",
        default: null,
        range: "[0, ∞)",
        scalar: true,
        nullable: true,
        doc: "One weight per class, or one number for all.",
      },
      gamma: { type: "number", default: 2, range: "[0, ∞)", doc: "How fast easy examples fade." },
      ignoreIndex: {
        type: "number",
        default: -100,
        range: "[−2147483648, 2147483647]",
        integer: true,
        doc: "Label of positions to leave out.",
      },
      labelSmoothing: {
        type: "number",
        default: 0,
        range: "[0, 1]",
        doc: "Share of every target that is spread evenly over all classes.",
      },
    },
    unreduced: { shape: "N ...", mean: "the number of labels that are not ignored" },
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
    appliesUpstream: "sum",
    countsWeights: true,
    divisor: ([logits, labels], { ignoreIndex }, { dims, dtype, weights }) => {
      checkIndices(labels, dims.C as number, `logits are ${showShape(logits.shape)}`, ignoreIndex);
      const values = viewOf(labels.pointer, labels.size, "int32");
      let rows = 0;
      const given = weights && viewOf(weights.pointer, weights.size, dtype);
      for (let i = 0; i < values.length; i++) if (values[i] !== ignoreIndex) rows += given ? (given[i] as number) : 1;
      return rows;
    },
    run: ([logits, labels], { alpha, gamma, ignoreIndex, labelSmoothing }, pass) => {
      const { kernel, dtype, dims, values, scale, upstream, take } = pass;
      const C = dims.C as number;
      const alphas = typeof alpha === "number" ? take(dtype, C) : (alpha?.pointer ?? nowhere);
      if (typeof alpha === "number") viewOf(alphas, C, dtype).fill(alpha);
      const row = take(dtype, C);
      return eachRows(pass, [logits.pointer], [pass.grads.logits], (rows, [x], [dx], first) =>
        kernel.softmaxFocal(
          x,
          after(labels.pointer, 4 * first),
          rows,
          C,
          ignoreIndex,
          alphas,
          gamma,
          labelSmoothing,
          after(values, bytesPerElement(dtype) * first),
          dx,
          scale,
          after(upstream, bytesPerElement(dtype) * first),
          row,
        ),
      );
    },
  },
);
