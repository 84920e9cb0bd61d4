/** What is known without any feature: the classes' shares, or the middle of the numbers, in the training rows. */

import { quantileOf } from "../statistics.ts";
import { pick } from "../table/pick.ts";
import type { Target } from "../table/target.ts";
import { classificationScores, regressionScores, type Scores } from "./metrics.ts";
import type { Judging } from "./trials.ts";

export interface Baseline {
  readonly name: string;
  /** Scores by fold. */
  readonly scores: readonly Scores[];
}

function sharesOf(labels: Int32Array, classes: number): Float64Array {
  const shares = new Float64Array(classes);
  for (const label of labels) shares[label] = (shares[label] as number) + 1 / labels.length;
  return shares;
}

const repeat = (row: Float64Array, count: number): Float64Array =>
  Float64Array.from({ length: row.length * count }, (_, i) => row[i % row.length] as number);

const middles: readonly (readonly [string, (values: Float64Array) => number])[] = [
  ["median", (values) => quantileOf(values.slice().sort(), 0.5)],
  ["mean", (values) => values.reduce((sum, value) => sum + value / values.length, 0)],
];

export function baselinesOf(target: Target, folds: readonly Judging[]): Baseline[] {
  if (target.task === "classification") {
    const { labels, classes } = target;
    const scores = folds.map(({ trainTargets, testRows }) => {
      const shares = repeat(sharesOf(trainTargets as Int32Array, classes.length), testRows.length);
      return classificationScores(shares, shares, pick(labels, testRows), classes.length);
    });
    return [{ name: "class shares", scores }];
  }
  return middles.map(([name, middle]) => ({
    name: `${name} of the targets`,
    scores: folds.map(({ trainTargets, testRows, unit: { centre, scale } }) => {
      const value = centre + scale * middle(Float64Array.from(trainTargets));
      return regressionScores(new Float64Array(testRows.length).fill(value), pick(target.values, testRows));
    }),
  }));
}
