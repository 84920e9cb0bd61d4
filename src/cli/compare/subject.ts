/** What was compared, and how: the same lines for the terminal, the JSON and the report. */

import { counted, listed } from "../table/columns.ts";
import type { Dataset } from "../table/dataset.ts";
import { classesOf, type Task } from "../table/target.ts";
import { type Candidate, describeProbabilities, describeTwins } from "./candidates.ts";
import type { Outcome } from "./crossValidation.ts";
import { budgetsUpTo } from "./epochs.ts";
import { describeStress } from "./stress.ts";
import { batchSize } from "./training.ts";
import { innerSplits, type Settings } from "./trials.ts";

export interface Subject {
  readonly path: string;
  readonly target: string;
  readonly task: Task;
  readonly rows: number;
  readonly width: number;
  readonly classes: readonly string[] | null;
  readonly settings: Settings;
  readonly notes: readonly string[];
  /** Where the report goes; null where none was asked for. */
  readonly report: string | null;
}

const whole = (rows: number) => `${rows % 1 ? "about " : ""}${Math.round(rows)}`;

function describeEpochs({ epochs }: Settings, { mostEpochs: most, trainRows }: Outcome): string {
  if (most === null) return `epochs: ${epochs}, as asked, for every loss`;
  const tried = budgetsUpTo(most).map(String);
  const judges =
    innerSplits(trainRows) > 1
      ? "the thirds of the training rows, each held out in turn"
      : "a third of the training rows";
  return `epochs: of ${listed(tried, tried.length)}, those after which the loss itself is least on ${judges}, chosen for each loss in each fold; then trained on all of them`;
}

export function describeSubject(
  { path, target: name, report }: Pick<Subject, "path" | "target" | "report">,
  dataset: Dataset,
  settings: Settings,
  candidates: readonly Candidate[],
  outcome: Outcome,
): Subject {
  const { rows, width, target, notes } = dataset;
  const { folds, hidden, weightDecay, seed, stress } = settings;
  const { task } = target;
  const count = classesOf(target);
  const model = hidden ? `one hidden layer of ${counted(hidden, "rectified unit")}` : "linear";
  const trainRows = Math.round(outcome.trainRows);
  const decay = weightDecay > 0 ? `weight decay ${weightDecay}` : "no weight decay";
  return {
    path,
    target: name,
    task,
    rows,
    width,
    classes: task === "classification" ? target.classes : null,
    settings,
    report,
    notes: [
      ...notes,
      `${counted(rows, "row")}, ${counted(width, "feature")}, standardised by the training rows${task === "regression" ? "; target scaled by their median and quartiles, scores in its own unit" : ""}`,
      `model: ${model}; ${folds} folds of ${whole(outcome.trainRows)} training and ${whole(outcome.testRows)} test rows; Adam in batches of ${Math.min(trainRows, batchSize(trainRows))}, ${decay}; seed ${seed}; the same folds, first weights and batches for every loss`,
      describeEpochs(settings, outcome),
      ...describeStress(stress, count),
      ...describeProbabilities(
        candidates.map(({ probabilities }) => probabilities),
        count,
      ),
      ...describeTwins(candidates, count),
    ],
  };
}
