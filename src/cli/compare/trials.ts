/** One fold made ready: what every loss trains on, and the held-out rows it is judged by. */

import { seededRandom } from "../../random.ts";
import type { Dataset } from "./dataset.ts";
import type { Fold } from "./folds.ts";
import { accuracy, classify, meanAbsoluteError } from "./metrics.ts";
import { robustScale, type Scale, standardise } from "./scale.ts";
import { applyStress, type Stress } from "./stress.ts";
import type { Target } from "./target.ts";
import type { Rows, Schedule } from "./training.ts";

export interface Settings {
  readonly folds: number;
  readonly epochs: number;
  readonly hidden: number;
  readonly seed: number;
  readonly stress: Stress;
}

/** What is needed of a fold once its training is over. */
export interface Judging {
  /** Rows of the table. */
  readonly trainRows: Int32Array;
  readonly testRows: Int32Array;
  /** What the training rows were to learn, stress included. */
  readonly trainTargets: Rows["targets"];
  /** Undoes the scaling of a numeric target. */
  readonly unit: Scale;
}

export interface Trial {
  readonly schedule: Schedule;
  readonly training: Rows;
  readonly test: Rows;
  readonly judging: Judging;
  /** The score learning curves show, of the scores of the held-out rows: accuracy, or the mean absolute error. */
  leading(scores: Float32Array): number;
}

/** Scores of a numeric target in its own unit. */
export const inUnits = (scores: Float32Array, { centre, scale }: Scale): Float64Array =>
  Float64Array.from(scores, (score) => centre + scale * score);

const pickLabels = (labels: Int32Array, rows: Int32Array) => Int32Array.from(rows, (row) => labels[row] as number);
const pickValues = (values: Float64Array, rows: Int32Array) => Float64Array.from(rows, (row) => values[row] as number);

/** What the rows are to learn: class indices, or numbers scaled by the training rows. */
function targetsOf(target: Target, rows: Int32Array, { centre, scale }: Scale): Rows["targets"] {
  if (target.task === "classification") return pickLabels(target.labels, rows);
  return pickValues(target.values, rows).map((value) => (value - centre) / scale);
}

export function prepare({ features, width, target }: Dataset, fold: Fold, index: number, settings: Settings): Trial {
  const seeds: [number, number] = [settings.seed, index];
  const { rows: trainRows, target: seen } = applyStress(target, fold.train, settings.stress, seededRandom(...seeds, 2));
  const unit = seen.task === "regression" ? robustScale(pickValues(seen.values, trainRows)) : { centre: 0, scale: 1 };
  const scaled = standardise(features, width, trainRows);
  const gather = (rows: Int32Array, from: Target): Rows => {
    const gathered = new Float32Array(rows.length * width);
    for (let i = 0; i < rows.length; i++) {
      const start = (rows[i] as number) * width;
      gathered.set(scaled.subarray(start, start + width), i * width);
    }
    return { features: gathered, targets: targetsOf(from, rows, unit), count: rows.length };
  };
  const outputs = target.task === "classification" ? target.classes.length : 1;
  const training = gather(trainRows, seen);
  return {
    schedule: { width, outputs, hidden: settings.hidden, epochs: settings.epochs, seeds },
    training,
    test: gather(fold.test, target),
    judging: { trainRows, testRows: fold.test, trainTargets: training.targets, unit },
    leading: leadingScore(target, fold.test, unit),
  };
}

function leadingScore(target: Target, rows: Int32Array, unit: Scale): Trial["leading"] {
  if (target.task === "regression") {
    const truth = pickValues(target.values, rows);
    return (scores) => meanAbsoluteError(inUnits(scores, unit), truth);
  }
  const truth = pickLabels(target.labels, rows);
  return (scores) => accuracy(classify(scores, target.classes.length), truth);
}
