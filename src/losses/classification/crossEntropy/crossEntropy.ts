import { defineLoss, type Pass } from "../../../contract/loss.ts";
import { nowhere } from "../../../kernel/kernels.ts";
import { checkIndices, type Operand, viewOf } from "../../../tensor/stage.ts";
import { type FloatInput, type IndexInput, showShape } from "../../../tensor/tensor.ts";

export interface CrossEntropyOptions {
  /** One weight per class, ≥ 0. Default: 1 for all. */
  weight?: FloatInput;
  /** Label of rows to leave out; it may be a real class, which stays in the softmax. Default −100. */
  ignoreIndex?: number;
  /** Share of the target spread over all classes, in [0, 1]. Default 0. */
  labelSmoothing?: number;
}

/** What the mean divides by: the weights of the labels of the rows that count. Checks the labels on the way. */
function sumOfWeights(
  labels: Operand,
  classes: number,
  weight: Operand | undefined,
  ignore: number,
  { dtype, weights: samples }: Pick<Pass, "dtype" | "weights">,
): number {
  const values = viewOf(labels.pointer, labels.size, "int32");
  const weights = weight && viewOf(weight.pointer, weight.size, dtype);
  const given = samples && viewOf(samples.pointer, samples.size, dtype);
  let sum = 0;
  for (let i = 0; i < values.length; i++) {
    const label = values[i] as number;
    if (label === ignore || label >= classes) continue;
    const own = weights ? (weights[label] as number) : 1;
    sum += given ? own * (given[i] as number) : own;
  }
  return sum;
}

/**
 * Cross entropy of logits against class indices: −log softmax(x)_y, weighted and smoothed.
 *
 *     L = (1 − ε) w_y (−log p_y) + ε/C Σ_c w_c (−log p_c),   p = softmax(logits), ε = labelSmoothing
 *
 * Shapes     logits: [N, C, ...]; labels: [N, ...], whole numbers in 0…C − 1. Unreduced value: labels' shape.
 *            The mean divides by Σ w_y over the rows that count.
 * Gradient   for logits: p_c ((1 − ε) w_y + ε/C Σw) − ε/C w_c − (1 − ε) w_y [c = y]; never through 1/p.
 * Errors     a label outside 0…C − 1 (and not ignoreIndex); weights that are negative or not one per class; an empty batch.
 * Edges      A logit of −Infinity on another class is fine. Ignored rows give 0 and gradient 0, whatever their logits;
 *            when all rows are ignored the mean is 0. A NaN stays in its row.
 * Relation   softCrossEntropy takes target probabilities; binaryCrossEntropy independent classes; logLoss probabilities.
 * Source     C. M. Bishop, Pattern Recognition and Machine Learning, 2006, section 4.3; smoothing: C. Szegedy et al.,
 *            Rethinking the Inception Architecture for Computer Vision, 2016.
 */
export const crossEntropy = defineLoss<[logits: FloatInput, labels: IndexInput], CrossEntropyOptions, "logits">(
  {
    name: "crossEntropy",
    family: "classification",
    title: { en: "Cross entropy", zh: "交叉熵" },
    aliases: {
      en: ["softmax cross entropy", "negative log-likelihood", "multinomial logistic loss"],
      zh: ["softmax交叉熵", "负对数似然", "多项逻辑损失"],
    },
    summary: "Makes the probability of the true class large; a confident mistake pulls hardest.",
    arguments: [
      { name: "logits", shape: "N C ...", kind: "float", differentiable: true, doc: "Scores before the softmax." },
      {
        name: "labels",
        shape: "N ...",
        kind: "index",
        rowsTakenBy: "softCrossEntropy",
        doc: "True class of each row, 0…C − 1.",
      },
    ],
    options: {
      weight: { type: "tensor", shape: "C", default: undefined, range: "[0, ∞)", doc: "One weight per class." },
      ignoreIndex: {
        type: "number",
        default: -100,
        range: "[−2147483648, 2147483647]",
        integer: true,
        doc: "Label of rows to leave out.",
      },
      labelSmoothing: {
        type: "number",
        default: 0,
        range: "[0, 1]",
        doc: "Share of the target spread over all classes.",
      },
    },
    unreduced: { shape: "N ...", mean: "the sum of the weights of the labels that count" },
    formula: String.raw`-(1-\varepsilon)\,w_y \log p_y - \tfrac{\varepsilon}{C} \sum_c w_c \log p_c, \quad p = \operatorname{softmax}(x)`,
    traps: [
      "It takes logits: probabilities put through a second softmax train slowly and never reach 0 (logLoss takes probabilities).",
      "With class weights the mean divides by the weights' sum, so halves of a batch do not average to the whole.",
      "ignoreIndex leaves out rows, not classes: the class stays in every softmax.",
    ],
    references: [
      {
        text: "Shannon, A Mathematical Theory of Communication, Bell System Technical Journal 27, 1948",
        url: "https://doi.org/10.1002/j.1538-7305.1948.tb01338.x",
      },
      {
        text: "Good, Rational Decisions, Journal of the Royal Statistical Society B 14, 1952",
        url: "https://doi.org/10.1111/j.2517-6161.1952.tb00104.x",
      },
      {
        text: "Bridle, Probabilistic Interpretation of Feedforward Classification Network Outputs, with Relationships to Statistical Pattern Recognition, Neurocomputing, Springer 1990",
        url: "https://doi.org/10.1007/978-3-642-76153-9_28",
      },
      {
        text: "Szegedy, Vanhoucke, Ioffe, Shlens and Wojna, Rethinking the Inception Architecture for Computer Vision, CVPR 2016",
        url: "https://arxiv.org/abs/1512.00567",
      },
    ],
  },
  {
    appliesUpstream: "sum",
    countsWeights: true,
    divisor: ([logits, labels], { weight, ignoreIndex }, pass) => {
      const { dims } = pass;
      checkIndices(labels, dims.C as number, `logits are ${showShape(logits.shape)}`, ignoreIndex);
      return sumOfWeights(labels, dims.C as number, weight, ignoreIndex, pass);
    },
    run: (
      [logits, labels],
      { weight, ignoreIndex, labelSmoothing },
      { kernel, dims, values, grads, scale, upstream, take },
    ) => {
      const { N, C, "...": inner } = dims as { N: number; C: number; "...": number };
      const of = [logits.pointer, labels.pointer, N, C] as const;
      const how = [
        ignoreIndex,
        weight?.pointer ?? nowhere,
        labelSmoothing,
        values,
        grads.logits,
        scale,
        upstream,
      ] as const;
      return inner === 1
        ? kernel.crossEntropy(...of, ...how)
        : kernel.crossEntropyPlanes(...of, inner, ...how, take("bytes", kernel.crossEntropyPlanesWorkspace(C)));
    },
  },
);
