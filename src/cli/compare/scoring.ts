/** From the scores of held-out rows to the numbers in the table. */
import type { Candidate } from "./candidates.ts";
import { classificationScores, regressionScores, type Scores } from "./metrics.ts";
import { fitTemperature, sigmoidsOf, softmaxOf } from "./probabilities.ts";
import type { Classes, Target } from "./target.ts";
import { inUnits, type Judging } from "./trials.ts";

/** The scores each row of the table got while it was held out. */
function heldOut(folds: readonly Judging[], scores: readonly Float32Array[], classes: number): Float32Array {
  const rows = folds.reduce((sum, { testRows }) => sum + testRows.length, 0);
  const joined = new Float32Array(rows * classes);
  for (const [fold, { testRows }] of folds.entries())
    for (let i = 0; i < testRows.length; i++) {
      const own = (scores[fold] as Float32Array).subarray(i * classes, (i + 1) * classes);
      joined.set(own, (testRows[i] as number) * classes);
    }
  return joined;
}

/**
 * The temperature of a fold's margin scores. It is fitted to this fold's training rows, with the labels training saw,
 * but to the scores those rows got while they were held out: the scores of rows a network has learnt are too sure.
 */
function temperatureOf({ trainRows, trainTargets }: Judging, all: Float32Array, classes: number): number {
  const scores = new Float32Array(trainRows.length * classes);
  for (const [i, row] of trainRows.entries()) scores.set(all.subarray(row * classes, (row + 1) * classes), i * classes);
  return fitTemperature(scores, trainTargets as Int32Array, classes);
}

function probabilitiesOf(
  { probabilities }: Candidate,
  { classes: { length: classes } }: Classes,
  folds: readonly Judging[],
  scores: readonly Float32Array[],
): Float64Array[] {
  if (probabilities === "sigmoid") return scores.map((own) => sigmoidsOf(own, classes));
  if (probabilities === "softmax") return scores.map((own) => softmaxOf(own, classes, 1));
  const all = heldOut(folds, scores, classes);
  return scores.map((own, fold) => softmaxOf(own, classes, temperatureOf(folds[fold] as Judging, all, classes)));
}

export function scoreFolds(
  candidate: Candidate,
  target: Target,
  folds: readonly Judging[],
  scores: readonly Float32Array[],
): Scores[] {
  if (target.task === "regression")
    return folds.map(({ testRows, unit }, fold) =>
      regressionScores(
        inUnits(scores[fold] as Float32Array, unit),
        Float64Array.from(testRows, (row) => target.values[row] as number),
      ),
    );
  const shares = probabilitiesOf(candidate, target, folds, scores);
  return folds.map(({ testRows }, fold) =>
    classificationScores(
      shares[fold] as Float64Array,
      Int32Array.from(testRows, (row) => target.labels[row] as number),
      target.classes.length,
    ),
  );
}
