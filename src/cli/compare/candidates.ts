/** The losses that are compared: how each wants its targets, and what its scores mean. */

import type { LossSpec } from "../../contract/spec.ts";
import {
  binaryCrossEntropy,
  charbonnierLoss,
  crossEntropy,
  expectileLoss,
  focalLoss,
  hingeLoss,
  huberLoss,
  l1Loss,
  l2Loss,
  logCoshLoss,
  logisticLoss,
  multiclassHingeLoss,
  quantileLoss,
  smoothL1Loss,
  softmaxFocalLoss,
  squaredHingeLoss,
} from "../../index.ts";
import type { ResidentTensor } from "../../tensor/tensor.ts";
import { usageError } from "../errors.ts";
import { isCalled } from "../registry.ts";
import { hint, listed, quote } from "../table/columns.ts";
import type { Task } from "../table/target.ts";

/**
 * Labels are class indices [N]; one-hot and signs are [N, C], one class against the rest; rows are one-hot with a score for each
 * class, also where there are two; numbers are [N].
 */
export type Encoding = "labels" | "oneHot" | "signs" | "rows" | "numbers";

/** How scores become probabilities; none for numbers. Of two classes there is one logit, and softmax for every loss. */
export type Probabilities = "softmax" | "sigmoid" | "margin" | "none";

type Scores = ResidentTensor<"float32">;
export type Targets = ResidentTensor<"float32" | "int32">;

/** The mean loss of a batch; its gradient goes into `gradient`. */
type Evaluate = (scores: Scores, targets: Targets, gradient: Scores) => number;

export interface Candidate {
  /** The function and its options: "crossEntropy labelSmoothing=0.1". */
  readonly name: string;
  readonly spec: LossSpec;
  /** What kind of loss it is; the report's colours. */
  readonly kind: string;
  readonly encoding: Encoding;
  readonly probabilities: Probabilities;
  readonly evaluate: Evaluate;
}

type Options = Readonly<Record<string, number | string>>;

/** The part of a loss that training needs. */
interface Trainable<A extends string> {
  readonly spec: unknown;
  valueAndGrad(
    predictions: Scores,
    targets: Targets,
    options: { readonly wrt: readonly A[]; readonly out: { readonly [K in A]?: Scores } },
  ): { readonly value: number };
}

function candidate<A extends string>(
  [kind, encoding, probabilities]: readonly [string, Encoding, Probabilities],
  loss: Trainable<A>,
  argument: A,
  options: Options = {},
): Candidate {
  const spec = loss.spec as LossSpec;
  const settings = Object.entries(options).map(([key, value]) => ` ${key}=${value}`);
  const wrt = [argument] as const;
  return {
    name: `${spec.name}${settings.join("")}`,
    spec,
    kind,
    encoding,
    probabilities,
    evaluate: (scores, targets, gradient) =>
      loss.valueAndGrad(scores, targets, { ...options, wrt, out: { [argument]: gradient } as { [K in A]?: Scores } })
        .value,
  };
}

const softmax = ["softmax of all classes", "labels", "softmax"] as const;
const oneAgainstRest = ["sigmoid, one class against the rest", "oneHot", "sigmoid"] as const;
const oneAgainstRestBySign = ["sigmoid, one class against the rest", "signs", "sigmoid"] as const;
const signedMargin = ["margin", "signs", "margin"] as const;
const margin = ["margin", "labels", "margin"] as const;
const squared = ["squared error", "numbers", "none"] as const;
const robust = ["quadratic near 0, linear far out", "numbers", "none"] as const;
const absolute = ["absolute error", "numbers", "none"] as const;
const expectile = ["expectile", "numbers", "none"] as const;
const quantile = ["quantile", "numbers", "none"] as const;

export const candidates: Readonly<Record<Task, readonly Candidate[]>> = {
  classification: [
    candidate(softmax, crossEntropy, "logits"),
    candidate(softmax, crossEntropy, "logits", { labelSmoothing: 0.1 }),
    candidate(softmax, softmaxFocalLoss, "logits"),
    candidate(oneAgainstRest, binaryCrossEntropy, "logits"),
    candidate(oneAgainstRest, focalLoss, "logits"),
    candidate(oneAgainstRestBySign, logisticLoss, "scores"),
    candidate(signedMargin, hingeLoss, "scores"),
    candidate(signedMargin, squaredHingeLoss, "scores"),
    candidate(margin, multiclassHingeLoss, "scores"),
    candidate(margin, multiclassHingeLoss, "scores", { form: "max" }),
  ],
  regression: [
    candidate(squared, l2Loss, "predictions"),
    candidate(absolute, l1Loss, "predictions"),
    candidate(robust, huberLoss, "predictions"),
    candidate(robust, smoothL1Loss, "predictions"),
    candidate(robust, logCoshLoss, "predictions"),
    candidate(robust, charbonnierLoss, "predictions"),
    candidate(quantile, quantileLoss, "predictions", { quantile: 0.1 }),
    candidate(quantile, quantileLoss, "predictions", { quantile: 0.5 }),
    candidate(quantile, quantileLoss, "predictions", { quantile: 0.9 }),
    candidate(expectile, expectileLoss, "predictions", { expectile: 0.1 }),
    candidate(expectile, expectileLoss, "predictions", { expectile: 0.9 }),
  ],
};

/** How many classes a comparison is about; 0 for numbers. */
type Classes = number;

/** How scores became probabilities, in words. */
export function describeProbabilities(used: readonly Probabilities[], classes: Classes): string[] {
  if (classes === 0) return [];
  const said = [
    "ECE and log loss: every loss's scores are divided by a temperature fitted to held-out scores of the training rows; raw ECE and raw log loss are without it",
  ];
  if (classes === 2)
    return [...said, "two classes: every loss learns one logit, whose sigmoid is the probability of the second"];
  if (used.includes("sigmoid"))
    said.push("probabilities of one class against the rest: the classes' sigmoids, divided by their sum");
  if (used.includes("margin"))
    said.push("probabilities of margin losses: softmax of the scores, which are not logits before the calibration");
  return said;
}

/** Losses that are one function of the scores, or a multiple of one, which Adam's steps do not see. */
const twins = {
  numbers: [
    ["huberLoss", "smoothL1Loss"],
    ["l1Loss", "quantileLoss quantile=0.5"],
  ],
  twoClasses: [
    ["crossEntropy", "binaryCrossEntropy", "logisticLoss"],
    ["hingeLoss", "multiclassHingeLoss", "multiclassHingeLoss form=max"],
  ],
  moreClasses: [["binaryCrossEntropy", "logisticLoss"]],
} as const;

const twinsOf = (classes: Classes): readonly (readonly string[])[] =>
  classes === 0 ? twins.numbers : classes === 2 ? twins.twoClasses : twins.moreClasses;

/** The loss whose training stands for this one's: the first of those compared that is the same function. */
export function representative(candidate: Candidate, compared: readonly Candidate[], classes: Classes): Candidate {
  const group = twinsOf(classes).find((names) => names.includes(candidate.name)) ?? [candidate.name];
  return compared.find(({ name }) => group.includes(name)) as Candidate;
}

export const describeTwins = (compared: readonly Candidate[], classes: Classes): string[] =>
  twinsOf(classes)
    .map((group) => group.filter((name) => compared.some((candidate) => candidate.name === name)))
    .filter(({ length }) => length > 1)
    .map((group) => `${listed(group)} are the same function here, up to a factor: trained once`);

/** The losses asked for by name, "quantileLoss" standing for all its variants; all of them where none was asked for. */
export function chooseCandidates(
  task: Task,
  asked: readonly string[] | undefined,
  flag = "--losses",
): readonly Candidate[] {
  const all = candidates[task];
  if (!asked) return all;
  const matches = (name: string, { name: full, spec }: Candidate) => full === name || isCalled(spec, name);
  const names = [...new Set(all.map(({ spec }) => spec.name))];
  for (const name of asked)
    if (!all.some((candidate) => matches(name, candidate)))
      throw usageError(`${flag}: no ${task} loss is called ${quote(name)}${hint(name, names)}`);
  return all.filter((candidate) => asked.some((name) => matches(name, candidate)));
}
