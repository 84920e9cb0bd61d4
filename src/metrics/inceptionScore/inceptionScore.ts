import { checkEach, type Numbers, readNumbers } from "../../contract/numbers.ts";
import { type FunctionSpecOf, frozen } from "../../contract/spec.ts";
import { LossaryRangeError } from "../../lossaryError.ts";
import { arrayTypes, type FloatInput, type Tensor } from "../../tensor/tensor.ts";
import { meanAndStd } from "../arguments.ts";
import { type Rows, splitScore, splitsOf } from "./splits.ts";

export interface InceptionScoreOptions {
  /** Number of parts the samples are cut into; a whole number ≥ 1. Default 10. */
  splits?: number;
}

/** The score, and the gradient of its mean. */
export interface InceptionScoreGradient {
  value: { mean: number; std: number };
  grads: { readonly probabilities: Tensor };
}

type Inputs = [probabilities: FloatInput];

export const splitsOption = {
  splits: {
    type: "number",
    default: 10,
    range: "[1, ∞)",
    integer: true,
    doc: "Number of parts the samples are cut into.",
  },
} as const;

export const probabilitiesArgument = {
  name: "probabilities",
  shape: "N C",
  kind: "probability",
  differentiable: true,
  doc: "Class probabilities of each sample.",
} as const;

const spec = frozen<FunctionSpecOf<Inputs, InceptionScoreOptions>>({
  name: "inceptionScore",
  family: "score",
  title: { en: "Inception score", zh: "Inception 分数" },
  summary: "How sure a classifier is of each generated image, and how varied they are together.",
  arguments: [probabilitiesArgument],
  options: splitsOption,
});

/**
 * Inception score: how sure a classifier is of each generated sample, and how various its answers are.
 *
 *     IS = exp(mean over samples of KL(p(y | x) ‖ p(y))),   p(y) = mean over samples of p(y | x)
 *
 * Shapes     probabilities: [N, C], rows that sum to 1. Result: mean and standard deviation (ddof 0) over the splits.
 * Gradient   `inceptionScore.valueAndGrad(probabilities)` gives that of the mean, grads.probabilities: [N, C].
 * Errors     Probabilities outside [0, 1]; rows that do not sum to 1 (to 1e-3); fewer samples than splits.
 * Edges      All samples are used: split i holds samples ⌊iN/S⌋ up to ⌊(i+1)N/S⌋, in the order given, so shuffle sorted
 *            ones first. 0 log 0 = 0; the gradient at probability 0 is −Infinity, or 0 where the whole split has 0.
 *            Between 1 and C. NaN gives NaN.
 * Relation   Some libraries give the standard deviation with ddof 1, or drop the samples that do not fill a split.
 * Source     T. Salimans et al., Improved Techniques for Training GANs, 2016.
 */
export function inceptionScore(
  probabilities: FloatInput,
  options?: InceptionScoreOptions,
): { mean: number; std: number };
export function inceptionScore(...args: unknown[]): { mean: number; std: number } {
  return meanAndStd(scored(args).scores);
}
inceptionScore.spec = spec;

/** Score and gradient of its mean. */
inceptionScore.valueAndGrad = valueAndGrad;

function valueAndGrad(probabilities: FloatInput, options?: InceptionScoreOptions): InceptionScoreGradient;
function valueAndGrad(...args: unknown[]): InceptionScoreGradient {
  const { rows, scores, splits } = scored(args);
  const { data, classes, shape, dtype } = rows;
  const gradient = new arrayTypes[dtype ?? "float64"](data.length);
  for (const [s, { first, count }] of splitsOf(data.length / classes, splits).entries()) {
    const mean = new Float64Array(classes);
    for (let i = first; i < first + count; i++)
      for (let k = 0; k < classes; k++) mean[k] = (mean[k] as number) + (data[i * classes + k] as number) / count;
    const factor = (scores[s] as number) / count / splits;
    const logs = mean.map(Math.log);
    for (let i = first; i < first + count; i++)
      for (let k = 0; k < classes; k++)
        gradient[i * classes + k] =
          mean[k] === 0 ? 0 : factor * (Math.log(data[i * classes + k] as number) - (logs[k] as number));
  }
  return { value: meanAndStd(scores), grads: { probabilities: { data: gradient, shape } } };
}

function scored(args: readonly unknown[]) {
  const { inputs, options } = readNumbers<Inputs, InceptionScoreOptions>(spec, args);
  const { name } = spec;
  const rows = readProbabilities(name, inputs[0]);
  const { splits } = options;
  checkSplits(name, splits, rows.shape[0] as number);
  const scores = splitsOf(rows.shape[0] as number, splits).map((split) => splitScore([rows], split));
  return { rows, scores, splits };
}

/** Throws unless inceptionScore takes these. */
export function checkProbabilities(probabilities: FloatInput): void {
  readProbabilities(spec.name, readNumbers<Inputs, InceptionScoreOptions>(spec, [probabilities]).inputs[0]);
}

/** Throws where there are fewer samples than splits. */
export function checkSplits(name: string, splits: number, count: number): void {
  if (count < splits)
    throw new LossaryRangeError(
      name,
      `${count} sample${count === 1 ? "" : "s"} for ${splits} splits; give fewer splits`,
      { argument: "splits" },
    );
}

const SLACK = 1e-6;
const SUM_SLACK = 1e-3;

/** Throws where rows are not distributions, and puts what rounding left outside into [0, 1]; NaN passes. */
export function readProbabilities(name: string, numbers: Numbers): Numbers & Rows {
  const what = `${name}: probabilities`;
  checkEach(what, numbers, (p) => !(p < -SLACK || p > 1 + SLACK), "outside [0, 1]");
  const { data, shape } = numbers;
  const classes = shape[1] as number;
  for (let at = 0; at < data.length; at += classes) {
    let sum = 0;
    for (let k = 0; k < classes; k++) sum += data[at + k] as number;
    if (Math.abs(sum - 1) > SUM_SLACK)
      throw new LossaryRangeError(
        `${what}[${at / classes}]`,
        `sums to ${sum}, expected 1 (logits need a softmax first)`,
      );
  }
  const outside = data.some((p) => p < 0 || p > 1);
  return { ...numbers, data: outside ? data.map((p) => Math.min(Math.max(p, 0), 1)) : data, classes };
}
