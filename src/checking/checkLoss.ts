/** A check of any loss against the contract, whose findings say what may be the reason. */

import { checkAgreement } from "./agreement.ts";
import { specialTrials } from "./edges.ts";
import { checkFinite } from "./finite.ts";
import { checkNaN } from "./nan.ts";
import { type LossFinding, type LossReport, reportOf } from "./report.ts";
import { checkGradients, checkKinks, compareGradients } from "./slopes.ts";
import { type Checkable, heldIn, subjectOf } from "./subject.ts";
import { type Trial, trialsOf } from "./trials.ts";

/**
 * Checks a loss: its gradient against differences of its value, and whatever else the contract promises.
 *
 *     const report = checkLoss(pseudoHuber);
 *     if (!report.ok) console.log(report.text);
 *     // pseudoHuber: gradient for predictions[3] is 0.5, central differences give 1 (relative error 0.5; 24 of 24 numbers are
 *     // wrong); predictions = 0.8, targets = −1.2; it is half the slope everywhere: is a factor 2 of the value, …
 *
 * Arguments  loss: one of the package, of `defineFormula`, of `combine`, an activation, or any function with `valueAndGrad`
 *            and a `spec`. samples: the arguments of a call, options last, or a list of such calls. Without them calls are
 *            drawn from the specification: shapes, kinds, ranges of options; the same ones each time.
 * Checks     gradients by central differences in f64, with a cotangent per value; on kinks, that they lie between the slopes
 *            of both sides; float32 against float64; "none", "sum" and "mean"; sampleWeight, upstream, wrt; NaN, which must
 *            stay NaN; and where calls are drawn, zeros, equal arguments, infinities, tiny and huge numbers, none of which may
 *            make a gradient NaN where the value is finite.
 * Value      { ok, findings, compared, text }. A finding has the check, argument, index, the number got and the one expected,
 *            options, and a message that names the likely reason. Nothing is printed.
 * Errors     What is not a loss; samples that the loss refuses, in its own words; none given where they cannot be drawn, as
 *            what the targets of a combination are made of.
 * Edges      A loss whose specification says that it holds something constant (`heldConstant`) has a gradient that is not the
 *            derivative of its value on purpose; there, differences are not taken.
 */
export function checkLoss(loss: Checkable, samples?: readonly unknown[]): LossReport {
  const subject = subjectOf(loss);
  const { trials, drawn } = trialsOf(subject, samples);
  const exact = heldIn(subject) === undefined;
  const compared = exact ? compareGradients(subject, trials) : new Map();
  const count = [...compared.values()].reduce((sum, list) => sum + list.length, 0);
  const gradients = exact && count === 0 ? [nothingCompared(trials)] : checkGradients(subject, compared);
  const wrong = new Set(gradients.map(({ argument }) => argument as string));
  // Points drawn for one set of lengths are enough of the others.
  const few = trials.filter(({ options }, i) => i === 0 || options !== trials[0]?.options);
  const kinks = drawn ? few.flatMap((trial) => specialTrials(subject, trial).map((special) => special.trial)) : trials;
  const findings = [
    ...gradients,
    ...(exact ? checkKinks(subject, kinks, wrong) : []),
    ...(drawn ? checkFinite(subject, few) : []),
    ...checkNaN(subject, few),
    ...checkAgreement(subject, trials),
  ];
  return reportOf(subject, findings, count);
}

const nothingCompared = ([first]: readonly Trial[]): LossFinding => ({
  check: "gradient",
  options: first?.options ?? {},
  message:
    "no number of a gradient could be compared with differences of the value, which bends, jumps or is not finite wherever it " +
    "was tried; pass samples from where it is smooth",
});
