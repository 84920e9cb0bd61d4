/** One fold made ready: what every loss trains on, and the held-out rows it is judged by. */

import { type Random, seededRandom } from "../../random.ts";
import type { Network } from "../model/network.ts";
import type { Dataset } from "../table/dataset.ts";
import { pick } from "../table/pick.ts";
import { robustScale, type Scale, standardise } from "../table/scale.ts";
import { classesOf, type Target } from "../table/target.ts";
import { asTwoClasses } from "./batch.ts";
import type { InnerSplit } from "./epochs.ts";
import { cutFolds, type Fold } from "./folds.ts";
import { accuracy, classify, meanAbsoluteError } from "./metrics.ts";
import { applyStress, type Stress } from "./stress.ts";
import { predict, type Rows, type Schedule } from "./training.ts";

export interface Settings {
  readonly folds: number;
  /** null: chosen for each loss in each fold. */
  readonly epochs: number | null;
  readonly hidden: number;
  readonly weightDecay: number;
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
  /** The training rows in two, as often as it takes, to choose the epochs by; none where their number is asked for. */
  readonly inner: readonly InnerSplit[];
  readonly judging: Judging;
  /** A network's scores of the held-out rows; of two classes, those of both. */
  heldOut(network: Network): Float32Array;
  /** The score learning curves show, of the scores of the held-out rows: accuracy, or the mean absolute error. */
  leading(scores: Float32Array): number;
}

/** Scores of a numeric target in its own unit. */
export const inUnits = (scores: Float32Array, { centre, scale }: Scale): Float64Array =>
  Float64Array.from(scores, (score) => centre + scale * score);

const INNER_PARTS = 3;
/** A third of fewer rows than these says too little; then every third judges in turn. */
const FEW_ROWS = 1000;

/** How many splits of so many training rows choose the epochs; 0 where they cannot be cut. */
export const innerSplits = (rows: number): number => (rows < 2 ? 0 : rows < FEW_ROWS ? Math.min(rows, INNER_PARTS) : 1);

function cutInner(training: Rows, classes: boolean, width: number, random: Random): InnerSplit[] {
  const labels = classes ? (training.targets as Int32Array) : null;
  const part = (rows: Int32Array): Rows => ({
    features: gather(training.features, width, rows),
    targets: pick(training.targets, rows),
    count: rows.length,
  });
  return cutFolds(training.count, labels, Math.min(training.count, INNER_PARTS), random)
    .slice(0, innerSplits(training.count))
    .map(({ train, test }) => ({ training: part(train), validation: part(test) }));
}

function gather(features: Float32Array, width: number, rows: Int32Array): Float32Array {
  const gathered = new Float32Array(rows.length * width);
  for (let i = 0; i < rows.length; i++) {
    const start = (rows[i] as number) * width;
    gathered.set(features.subarray(start, start + width), i * width);
  }
  return gathered;
}

/** What the rows are to learn: class indices, or numbers scaled by the training rows. */
function targetsOf(target: Target, rows: Int32Array, { centre, scale }: Scale): Rows["targets"] {
  if (target.task === "classification") return pick(target.labels, rows);
  return pick(target.values, rows).map((value) => (value - centre) / scale);
}

export function prepare({ features, width, target }: Dataset, fold: Fold, index: number, settings: Settings): Trial {
  const { seed, stress, epochs, hidden, weightDecay } = settings;
  const seeds: [number, number] = [seed, index];
  const { rows: trainRows, target: seen } = applyStress(target, fold.train, stress, seededRandom(...seeds, 2));
  const unit = seen.task === "regression" ? robustScale(pick(seen.values, trainRows)) : { centre: 0, scale: 1 };
  const scaled = standardise(features, width, trainRows);
  const take = (rows: Int32Array, from: Target): Rows => ({
    features: gather(scaled, width, rows),
    targets: targetsOf(from, rows, unit),
    count: rows.length,
  });
  const classes = classesOf(target);
  const training = take(trainRows, seen);
  const test = take(fold.test, target);
  // Two classes are told apart by one logit.
  const schedule = { width, outputs: classes > 2 ? classes : 1, hidden, weightDecay, seeds };
  return {
    schedule,
    training,
    inner: epochs === null ? cutInner(training, classes > 0, width, seededRandom(...seeds, 3)) : [],
    heldOut: (network) => {
      const scores = predict(network, test, schedule);
      return classes === 2 ? asTwoClasses(scores) : scores;
    },
    judging: { trainRows, testRows: fold.test, trainTargets: training.targets, unit },
    leading: leadingScore(target, fold.test, unit),
  };
}

function leadingScore(target: Target, rows: Int32Array, unit: Scale): Trial["leading"] {
  if (target.task === "regression") {
    const truth = pick(target.values, rows);
    return (scores) => meanAbsoluteError(inUnits(scores, unit), truth);
  }
  const truth = pick(target.labels, rows);
  return (scores) => accuracy(classify(scores, target.classes.length), truth);
}
