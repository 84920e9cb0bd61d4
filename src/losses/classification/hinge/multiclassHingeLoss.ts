import { defineLoss } from "../../../contract/loss.ts";
import { after, HingeForm, nowhere } from "../../../kernel/kernels.ts";
import { eachRows } from "../../../linear/planes.ts";
import { checkIndices } from "../../../tensor/stage.ts";
import { bytesPerElement, type FloatInput, type IndexInput, showShape } from "../../../tensor/tensor.ts";

export interface MulticlassHingeOptions {
  /** How far the true class should be ahead; ≥ 0, and 0 with form "max" is the perceptron. Default 1. */
  margin?: number;
  /** Sum over the wrong classes (Weston–Watkins), or their maximum (Crammer–Singer). Default "sum". */
  form?: "sum" | "max";
  /** 1 for the hinges, 2 for their squares. Default 1. */
  power?: 1 | 2;
  /** One weight per class, for rows whose true class it is; ≥ 0. It does not enter the divisor. Default: none. */
  weight?: FloatInput;
}

/**
 * Multiclass hinge loss: the true class should be ahead of every other by a margin.
 *
 *     L = w_y Σ_{c≠y} max(0, m + s_c − s_y)^k          form "sum", Weston–Watkins
 *     L = w_y max_{c≠y} max(0, m + s_c − s_y)^k        form "max", Crammer–Singer;   k = power
 *
 * Shapes     scores: [N, C, ...]; labels: [N, ...], whole numbers in 0…C − 1; weight: [C]. Unreduced value: [N, ...]. The
 *            mean divides by the number of labels.
 * Gradient   w_y for each active wrong class (for "max" the first largest), times 2 h for power 2; minus their sum for the
 *            true one.
 * Errors     a label outside 0…C − 1; margin < 0; a power other than 1 and 2; a negative weight; an empty batch.
 * Edges      A class exactly on the margin is inactive, as is one of score −Infinity; a true class of −Infinity costs
 *            +Infinity. A NaN stays in its row. With one class the loss is 0.
 * Relation   hingeLoss has two classes. PyTorch's multi_margin_loss is the "sum" form divided by C, p being
 *            power; margin 0 with form "max" is the multiclass perceptron.
 * Source     J. Weston, C. Watkins, Support Vector Machines for Multi-Class Pattern Recognition, 1999; K. Crammer,
 *            Y. Singer, On the Algorithmic Implementation of Multiclass Kernel-based Vector Machines, 2001.
 */
export const multiclassHingeLoss = defineLoss<
  [scores: FloatInput, labels: IndexInput],
  MulticlassHingeOptions,
  "scores"
>(
  {
    name: "multiclassHingeLoss",
    family: "classification",
    title: { en: "Multiclass hinge loss", zh: "多分类合页损失" },
    aliases: {
      en: ["multi-margin loss", "Weston–Watkins loss", "Crammer–Singer loss", "multiclass perceptron loss"],
      zh: ["多类间隔损失", "多类感知机损失"],
    },
    summary: "Puts the true class a margin ahead of every other, and then stops.",
    arguments: [
      { name: "scores", shape: "N C ...", kind: "float", differentiable: true, doc: "One score a class." },
      { name: "labels", shape: "N ...", kind: "index", doc: "True class of each position, 0…C − 1." },
    ],
    options: {
      margin: { type: "number", default: 1, range: "[0, ∞)", doc: "How far the true class should be ahead." },
      form: {
        type: "choice",
        default: "sum",
        choices: ["sum", "max"],
        doc: "Sum over the wrong classes (Weston–Watkins), or their maximum (Crammer–Singer).",
      },
      power: {
        type: "number",
        default: 1,
        range: "[1, 2]",
        integer: true,
        doc: "1 for the hinges, 2 for their squares.",
      },
      weight: {
        type: "tensor",
        shape: "C",
        default: undefined,
        range: "[0, ∞)",
        doc: "One weight per class, for rows whose true class it is.",
      },
    },
    unreduced: { shape: "N ...", mean: "the number of labels" },
    formula: String.raw`w_y \sum_{c \ne y} \max(0,\; m + s_c - s_y)^k \quad\text{or}\quad w_y \max_{c \ne y}\, \max(0,\; m + s_c - s_y)^k`,
    traps: ["The sum is not divided by the number of classes, unlike PyTorch's multi_margin_loss."],
    references: [
      {
        text: "Weston and Watkins, Support Vector Machines for Multi-Class Pattern Recognition, ESANN 1999",
        url: "https://www.esann.org/sites/default/files/proceedings/legacy/es1999-461.pdf",
      },
      {
        text: "Crammer and Singer, On the Algorithmic Implementation of Multiclass Kernel-based Vector Machines, Journal of Machine Learning Research 2, 2001",
        url: "https://jmlr.org/papers/v2/crammer01a.html",
      },
    ],
  },
  {
    appliesUpstream: "sum",
    divisor: ([scores, labels], _, { dims }) => {
      checkIndices(labels, dims.C as number, `scores are ${showShape(scores.shape)}`);
      return labels.size;
    },
    run: ([scores, labels], { margin, form, power, weight }, pass) => {
      const { kernel, dtype, dims, values, scale, upstream } = pass;
      return eachRows(pass, [scores.pointer], [pass.grads.scores], (rows, [s], [ds], first) =>
        kernel.multiclassHinge(
          s,
          after(labels.pointer, 4 * first),
          rows,
          dims.C as number,
          margin,
          HingeForm[form],
          power === 2,
          weight?.pointer ?? nowhere,
          after(values, bytesPerElement(dtype) * first),
          ds,
          scale,
          after(upstream, bytesPerElement(dtype) * first),
        ),
      );
    },
  },
);
