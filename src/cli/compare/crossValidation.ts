/** Trains every loss on the same folds, from the same weights, with the same batches, and scores the held-out rows. */
import { setImmediate as breathe } from "node:timers/promises";
import { seededRandom } from "../../random.ts";
import type { Candidate } from "./candidates.ts";
import type { Dataset } from "./dataset.ts";
import { cutFolds } from "./folds.ts";
import type { Scores } from "./metrics.ts";
import { scoreFolds } from "./scoring.ts";
import { mean } from "./statistics.ts";
import { predict, train } from "./training.ts";
import { type Judging, prepare, type Settings, type Trial } from "./trials.ts";

/** One loss under all folds. */
export interface Result {
  readonly candidate: Candidate;
  /** Scores by fold. */
  readonly scores: readonly Scores[];
  /** The leading score of the held-out rows after each epoch, by fold. */
  readonly curves: readonly (readonly number[])[];
  /** What its training took, the scoring after each epoch included. */
  readonly seconds: number;
}

export interface Outcome {
  readonly results: readonly Result[];
  /** Rows of a fold, on average. */
  readonly trainRows: number;
  readonly testRows: number;
}

interface Run {
  readonly curve: readonly number[];
  /** The trained network's scores of the held-out rows. */
  readonly scores: Float32Array;
  readonly seconds: number;
}

async function trainOnce(candidate: Candidate, trial: Trial, onEpoch: () => void): Promise<Run> {
  const { schedule, training, test } = trial;
  const curve: number[] = [];
  let scores: Float32Array = new Float32Array();
  let milliseconds = 0;
  let resumed = performance.now();
  for (const network of train(candidate, training, schedule)) {
    scores = predict(network, test, schedule.width, schedule.outputs);
    curve.push(trial.leading(scores));
    milliseconds += performance.now() - resumed;
    onEpoch();
    // Lets the terminal draw, and Ctrl-C come through.
    await breathe();
    resumed = performance.now();
  }
  return { curve, scores, seconds: milliseconds / 1000 };
}

/** Runs it all; `onEpoch` hears after every epoch which loss is at work. */
export async function crossValidate(
  dataset: Dataset,
  candidates: readonly Candidate[],
  settings: Settings,
  onEpoch: (candidate: Candidate) => void,
): Promise<Outcome> {
  const { rows, target } = dataset;
  const labels = target.task === "classification" ? target.labels : null;
  const folds = cutFolds(rows, labels, settings.folds, seededRandom(settings.seed));
  const judgings: Judging[] = [];
  const runs = candidates.map((): Run[] => []);
  // A fold's features are let go before the next fold's are made.
  for (const [index, fold] of folds.entries()) {
    const trial = prepare(dataset, fold, index, settings);
    judgings.push(trial.judging);
    for (const [at, candidate] of candidates.entries())
      runs[at]?.push(await trainOnce(candidate, trial, () => onEpoch(candidate)));
  }
  const results = candidates.map((candidate, at): Result => {
    const own = runs[at] as Run[];
    const heldOut = own.map(({ scores }) => scores);
    return {
      candidate,
      scores: scoreFolds(candidate, target, judgings, heldOut),
      curves: own.map(({ curve }) => curve),
      seconds: own.reduce((sum, { seconds }) => sum + seconds, 0),
    };
  });
  return {
    results,
    trainRows: mean(judgings.map(({ trainRows }) => trainRows.length)),
    testRows: mean(judgings.map(({ testRows }) => testRows.length)),
  };
}
