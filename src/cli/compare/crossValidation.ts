/** Trains every loss on the same folds, from the same weights, with the same batches, and scores the held-out rows. */
import { setImmediate as breathe } from "node:timers/promises";
import { seededRandom } from "../../random.ts";
import { mean } from "../statistics.ts";
import type { Dataset } from "../table/dataset.ts";
import { classesOf, type Target } from "../table/target.ts";
import { type Baseline, baselinesOf } from "./baselines.ts";
import { type Candidate, representative } from "./candidates.ts";
import { chooseEpochs, mostWork } from "./epochs.ts";
import { cutFolds } from "./folds.ts";
import type { Scores } from "./metrics.ts";
import { scoreFolds } from "./scoring.ts";
import { mostEpochs, train } from "./training.ts";
import { innerSplits, type Judging, prepare, type Settings, type Trial } from "./trials.ts";

/** One loss under all folds. */
export interface Result {
  readonly candidate: Candidate;
  /** The loss whose training this is, being the same function; null for its own. */
  readonly twin: Candidate | null;
  /** Scores by fold. */
  readonly scores: readonly Scores[];
  /** The epochs of each fold's training. */
  readonly epochs: readonly number[];
  /** The leading score of the held-out rows after each epoch, by fold. */
  readonly curves: readonly (readonly number[])[];
  /** What its training took, choosing the epochs and scoring after each included. */
  readonly seconds: number;
}

export interface Outcome {
  readonly results: readonly Result[];
  readonly baselines: readonly Baseline[];
  /** The most epochs a loss could be given; null where their number was asked for. */
  readonly mostEpochs: number | null;
  /** Rows of a fold, on average. */
  readonly trainRows: number;
  readonly testRows: number;
}

/** One training in one fold. */
interface Run {
  readonly epochs: number;
  readonly curve: readonly number[];
  /** The trained network's scores of the held-out rows. */
  readonly scores: Float32Array;
}

/** Chooses the epochs where they are to be chosen, and trains. Yields how many epochs of the work are over, skipped ones included. */
function* trainOnce(candidate: Candidate, trial: Trial, most: number): Generator<number, Run> {
  const { schedule, training, inner } = trial;
  let epochs = most;
  if (inner.length > 0) {
    const choice = chooseEpochs(candidate, inner, schedule, most);
    let spent = 0;
    let at = choice.next();
    for (; !at.done; at = choice.next()) {
      spent++;
      yield 1;
    }
    epochs = at.value;
    yield mostWork(most, inner.length) - spent - epochs;
  }
  const curve: number[] = [];
  let scores: Float32Array = new Float32Array();
  for (const network of train(candidate, training, schedule, epochs)) {
    scores = trial.heldOut(network);
    curve.push(trial.leading(scores));
    yield 1;
  }
  return { epochs, curve, scores };
}

/** Hears which loss is at work, and how many epochs more of the work are over. */
type OnEpochs = (candidate: Candidate, count: number) => void;

/** Milliseconds of work between two pauses in which the terminal draws. */
const BREATH = 50;

async function timed(candidate: Candidate, trial: Trial, most: number, onEpochs: OnEpochs) {
  const work = trainOnce(candidate, trial, most);
  let milliseconds = 0;
  let start = performance.now();
  for (;;) {
    const at = work.next();
    if (!at.done) onEpochs(candidate, at.value);
    const spent = performance.now() - start;
    if (!at.done && spent < BREATH) continue;
    milliseconds += spent;
    if (at.done) return { ...at.value, seconds: milliseconds / 1000 };
    await breathe();
    start = performance.now();
  }
}

type Timed = Awaited<ReturnType<typeof timed>>;

/** The most epochs of a fold's training, and those of all its work. */
export function planOf({ rows }: Dataset, { folds, epochs }: Settings): { most: number; work: number } {
  const trainRows = (rows * (folds - 1)) / folds;
  const most = epochs ?? mostEpochs(trainRows);
  return { most, work: epochs === null ? mostWork(most, innerSplits(trainRows)) : most };
}

/** Which of the losses are trained: those that are one function are so once. */
export const trained = ({ target }: Dataset, candidates: readonly Candidate[]): readonly Candidate[] =>
  candidates.filter((candidate) => representative(candidate, candidates, classesOf(target)) === candidate);

/** Runs it all. */
export async function crossValidate(
  dataset: Dataset,
  candidates: readonly Candidate[],
  settings: Settings,
  onEpochs: OnEpochs,
): Promise<Outcome> {
  const { rows, target } = dataset;
  const labels = target.task === "classification" ? target.labels : null;
  const folds = cutFolds(rows, labels, settings.folds, seededRandom(settings.seed));
  const { most } = planOf(dataset, settings);
  const judgings: Judging[] = [];
  const runs = new Map(trained(dataset, candidates).map((candidate) => [candidate, [] as Timed[]]));
  // A fold's features are let go before the next fold's are made.
  for (const [index, fold] of folds.entries()) {
    const trial = prepare(dataset, fold, index, settings);
    judgings.push(trial.judging);
    for (const [candidate, own] of runs) own.push(await timed(candidate, trial, most, onEpochs));
  }
  const scored = new Map(
    [...runs].map(([candidate, own]) => [
      candidate,
      resultOf(candidate, own, scoresOf(candidate, target, judgings, own)),
    ]),
  );
  const results = candidates.map((candidate): Result => {
    const trainee = representative(candidate, candidates, classesOf(target));
    const own = scored.get(trainee) as Result;
    return trainee === candidate ? own : { ...own, candidate, twin: trainee };
  });
  return {
    results,
    baselines: baselinesOf(target, judgings),
    mostEpochs: settings.epochs === null ? most : null,
    trainRows: mean(judgings.map(({ trainRows }) => trainRows.length)),
    testRows: mean(judgings.map(({ testRows }) => testRows.length)),
  };
}

const scoresOf = (candidate: Candidate, target: Target, judgings: readonly Judging[], runs: readonly Timed[]) =>
  scoreFolds(
    candidate,
    target,
    judgings,
    runs.map(({ scores }) => scores),
  );

const resultOf = (candidate: Candidate, runs: readonly Timed[], scores: readonly Scores[]): Result => ({
  candidate,
  twin: null,
  scores,
  epochs: runs.map(({ epochs }) => epochs),
  curves: runs.map(({ curve }) => curve),
  seconds: runs.reduce((sum, { seconds }) => sum + seconds, 0),
});
