import { defineLoss } from "../../../contract/loss.ts";
import { checkIndices } from "../../../tensor/stage.ts";
import { type FloatInput, type IndexInput, showShape } from "../../../tensor/tensor.ts";

export interface MulticlassHingeOptions {
  /** How far the true class should be ahead; > 0. Default 1. */
  margin?: number;
  /** Sum over the wrong classes (Weston–Watkins), or their maximum (Crammer–Singer). Default "sum". */
  form?: "sum" | "max";
}

/**
 * Multiclass hinge loss: the true class should be ahead of every other by a margin.
 *
 *     L = Σ_{c≠y} max(0, m + s_c − s_y)          form "sum", Weston–Watkins
 *     L = max_{c≠y} max(0, m + s_c − s_y)        form "max", Crammer–Singer
 *
 * Shapes     scores: [N, C]; labels: [N], whole numbers in 0…C − 1. Unreduced value: [N]. The mean divides by N.
 * Gradient   1 for each active wrong class (for "max" the first largest), minus their number for the true one.
 * Errors     a label outside 0…C − 1; margin ≤ 0; an empty batch.
 * Edges      A class exactly on the margin is inactive, as is one of score −Infinity; a true class of −Infinity costs
 *            +Infinity. A NaN stays in its row. With one class the loss is 0.
 * Relation   hingeLoss has two classes. PyTorch's multi_margin_loss is the "sum" form divided by C.
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
    aliases: { en: ["multi-margin loss", "Weston–Watkins loss", "Crammer–Singer loss"], zh: ["多类间隔损失"] },
    summary: "Puts the true class a margin ahead of every other, and then stops.",
    arguments: [
      { name: "scores", shape: "N C", kind: "float", differentiable: true, doc: "One score a class." },
      { name: "labels", shape: "N", kind: "index", doc: "True class of each row, 0…C − 1." },
    ],
    options: {
      margin: { type: "number", default: 1, range: "(0, ∞)", doc: "How far the true class should be ahead." },
      form: {
        type: "choice",
        default: "sum",
        choices: ["sum", "max"],
        doc: "Sum over the wrong classes (Weston–Watkins), or their maximum (Crammer–Singer).",
      },
    },
    unreduced: { shape: "N", mean: "N" },
    formula: String.raw`\sum_{c \ne y} \max(0,\; m + s_c - s_y) \quad\text{or}\quad \max_{c \ne y}\, \max(0,\; m + s_c - s_y)`,
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
    divisor: ([scores, labels], _, { dims }) => {
      checkIndices(labels, dims.C as number, `scores are ${showShape(scores.shape)}`);
      return dims.N as number;
    },
    run: ([scores, labels], { margin, form }, { kernel, dims, values, grads, scale }) => {
      const { N, C } = dims as { N: number; C: number };
      return kernel.multiclassHinge(
        scores.pointer,
        labels.pointer,
        N,
        C,
        margin,
        form === "max" ? 1 : 0,
        values,
        grads.scores,
        scale,
      );
    },
  },
);
