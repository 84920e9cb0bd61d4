/** From the scores of held-out rows to the numbers in the table. */

import { pick } from "../table/pick.ts";
import type { Classes, Target } from "../table/target.ts";
import type { Candidate } from "./candidates.ts";
import { classificationScores, regressionScores, type Scores } from "./metrics.ts";
import { fitTemperature, type Link, sigmoidsOf, softmaxOf } from "./probabilities.ts";
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
 * The temperature of a fold's scores. It is fitted to this fold's training rows, with the labels training saw, but to the
 * scores those rows got while they were held out: the scores of rows a network has learnt are too sure.
 */
function temperatureOf(link: Link, { trainRows, trainTargets }: Judging, all: Float32Array, classes: number): number {
  const scores = new Float32Array(trainRows.length * classes);
  for (const [i, row] of trainRows.entries()) scores.set(all.subarray(row * classes, (row + 1) * classes), i * classes);
  return fitTemperature(link, scores, trainTargets as Int32Array, classes);
}

/** Scores of the folds of classes: every loss is calibrated in the same way, and judged without that as well. */
function scoreClasses(
  { probabilities }: Candidate,
  { labels, classes: { length: classes } }: Classes,
  folds: readonly Judging[],
  scores: readonly Float32Array[],
): Scores[] {
  const link: Link = probabilities === "sigmoid" && classes > 2 ? sigmoidsOf : softmaxOf;
  const all = heldOut(folds, scores, classes);
  return folds.map((fold, at) => {
    const own = scores[at] as Float32Array;
    const truth = pick(labels, fold.testRows);
    const calibrated = link(own, classes, temperatureOf(link, fold, all, classes));
    return classificationScores(calibrated, link(own, classes, 1), truth, classes);
  });
}

/** Of two classes, the scores are those of both. */
export function scoreFolds(
  candidate: Candidate,
  target: Target,
  folds: readonly Judging[],
  scores: readonly Float32Array[],
): Scores[] {
  if (target.task === "classification") return scoreClasses(candidate, target, folds, scores);
  return folds.map(({ testRows, unit }, fold) =>
    regressionScores(inUnits(scores[fold] as Float32Array, unit), pick(target.values, testRows)),
  );
}
