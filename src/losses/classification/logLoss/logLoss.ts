import { defineLoss, elements } from "../../../contract/loss.ts";
import { after } from "../../../kernel/kernels.ts";
import { eachRows } from "../../../linear/planes.ts";
import { checkIndices } from "../../../tensor/stage.ts";
import { bytesPerElement, type FloatInput, type IndexInput, showShape } from "../../../tensor/tensor.ts";

/** No options but those of every loss. */
export type LogLossOptions = Record<never, never>;

/**
 * Log loss of class probabilities: −log p_y.
 *
 *     L = −log p_y
 *
 * Shapes     probabilities: [N, C, ...]; labels: [N, ...], whole numbers in 0…C − 1. Unreduced value: [N, ...]. The mean
 *            divides by the number of labels.
 * Gradient   −1/p_y at the true class, 0 elsewhere: each probability is taken as a variable of its own.
 * Errors     a probability outside [0, 1] by more than 1e-6 (within that it counts as 0 or 1); a label outside 0…C − 1; an
 *            empty batch.
 * Edges      p_y = 1 gives exactly 0; p_y = 0, a certain miss, gives +Infinity with gradient −Infinity. A NaN at the
 *            true class gives NaN; probabilities of other classes do not enter.
 * Relation   crossEntropy takes logits and has the stable gradient p − t: train with that.
 * Source     I. J. Good, Rational Decisions, 1952.
 */
export const logLoss = defineLoss<[probabilities: FloatInput, labels: IndexInput], LogLossOptions, "probabilities">(
  {
    name: "logLoss",
    family: "classification",
    title: { en: "Log loss", zh: "对数损失" },
    aliases: {
      en: ["negative log-likelihood of probabilities", "logarithmic score"],
      zh: ["概率的负对数似然", "对数评分"],
    },
    summary: "Scores predicted probabilities by the surprise at what was true.",
    arguments: [
      {
        name: "probabilities",
        shape: "N C ...",
        kind: "probability",
        differentiable: true,
        doc: "One probability a class.",
      },
      { name: "labels", shape: "N ...", kind: "index", doc: "True class of each position, 0…C − 1." },
    ],
    options: {},
    unreduced: { shape: "N ...", mean: "the number of labels" },
    formula: String.raw`-\log p_y`,
    traps: [
      "A certain miss is +Infinity, as it should be; clipping probabilities hides it.",
      "Rows need not sum to 1 and are not normalised.",
    ],
    references: [
      {
        text: "Good, Rational Decisions, Journal of the Royal Statistical Society B 14, 1952",
        url: "https://doi.org/10.1111/j.2517-6161.1952.tb00104.x",
      },
    ],
  },
  {
    appliesUpstream: "sum",
    divisor: ([probabilities, labels], _, { dims }) => {
      checkIndices(labels, dims.C as number, `probabilities are ${showShape(probabilities.shape)}`);
      return labels.size;
    },
    run: ([probabilities, labels], _, pass) => {
      const { kernel, dtype, dims, values, scale, upstream } = pass;
      const size = bytesPerElement(dtype);
      return eachRows(pass, [probabilities.pointer], [pass.grads.probabilities], (rows, [p], [dp], first) =>
        kernel.logLoss(
          p,
          after(labels.pointer, 4 * first),
          rows,
          dims.C as number,
          after(values, size * first),
          dp,
          scale,
          after(upstream, size * first),
        ),
      );
    },
  },
);

/**
 * Log loss of independent probabilities: −(t log p + (1 − t) log(1 − p)).
 *
 *     L = −t log p − (1 − t) log(1 − p)
 *
 * Shapes     probabilities, targets: [...], equal. Unreduced value: [...]. The mean divides by the number of elements.
 * Gradient   (1 − t)/(1 − p) − t/p for probabilities; a term whose factor is 0 is 0.
 * Errors     probabilities or targets outside [0, 1] by more than 1e-6 (within that they count as 0 or 1); shapes that
 *            differ; empty input.
 * Edges      An exact prediction gives 0, not NaN; a certain miss gives +Infinity. NaN gives NaN.
 * Relation   binaryCrossEntropy takes logits: train with that.
 * Source     I. J. Good, Rational Decisions, 1952.
 */
export const binaryLogLoss = defineLoss<
  [probabilities: FloatInput, targets: FloatInput],
  LogLossOptions,
  "probabilities"
>(
  {
    name: "binaryLogLoss",
    family: "classification",
    title: { en: "Binary log loss", zh: "二元对数损失" },
    aliases: { en: ["BCE on probabilities"], zh: ["概率上的BCE"] },
    summary: "Scores yes-or-no probabilities by the surprise at what was true.",
    arguments: [
      { name: "probabilities", shape: "...", kind: "probability", differentiable: true, doc: "Probability of yes." },
      {
        name: "targets",
        shape: "...",
        kind: "probability",
        differentiable: false,
        doc: "1 for yes, 0 for no, or between.",
      },
    ],
    options: {},
    unreduced: { shape: "...", mean: "the number of elements" },
    formula: String.raw`-t \log p - (1-t) \log(1-p)`,
    traps: [
      "A certain miss is +Infinity, where PyTorch clamps the value at 100 and gives a gradient that disagrees with it.",
    ],
    references: [
      {
        text: "Good, Rational Decisions, Journal of the Royal Statistical Society B 14, 1952",
        url: "https://doi.org/10.1111/j.2517-6161.1952.tb00104.x",
      },
    ],
  },
  {
    appliesUpstream: "sum",
    divisor: elements,
    run: ([p, t], _, { kernel, values, grads, scale, upstream }) =>
      kernel.binaryLogLoss(p.pointer, t.pointer, p.size, values, grads.probabilities, scale, upstream),
  },
);
