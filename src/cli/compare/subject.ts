/** What was compared, and how: the same lines for the terminal, the JSON and the report. */
import { type Candidate, describeProbabilities, describeTwins } from "./candidates.ts";
import { counted } from "./columns.ts";
import type { Outcome } from "./crossValidation.ts";
import type { Dataset } from "./dataset.ts";
import { describeStress } from "./stress.ts";
import type { Task } from "./target.ts";
import type { Settings } from "./trials.ts";

export interface Subject {
  readonly path: string;
  readonly target: string;
  readonly task: Task;
  readonly rows: number;
  readonly width: number;
  readonly classes: readonly string[] | null;
  readonly settings: Settings;
  readonly notes: readonly string[];
  /** Where the report goes. */
  readonly report: string;
}

const whole = (rows: number) => `${rows % 1 ? "about " : ""}${Math.round(rows)}`;

export function describeSubject(
  { path, target: name, report }: Pick<Subject, "path" | "target" | "report">,
  dataset: Dataset,
  settings: Settings,
  candidates: readonly Candidate[],
  outcome: Outcome,
): Subject {
  const { rows, width, target, notes } = dataset;
  const { folds, hidden, epochs, seed, stress } = settings;
  const classes = target.task === "classification" ? target.classes : null;
  const model = hidden ? `one hidden layer of ${counted(hidden, "rectified unit")}` : "linear";
  return {
    path,
    target: name,
    task: target.task,
    rows,
    width,
    classes,
    settings,
    report,
    notes: [
      ...notes,
      `${counted(rows, "row")}, ${counted(width, "feature")}, standardised by the training rows${target.task === "regression" ? "; target scaled by their median and quartiles, scores in its own unit" : ""}`,
      `model: ${model}; ${folds} folds of ${whole(outcome.trainRows)} training and ${whole(outcome.testRows)} test rows; Adam, ${counted(epochs, "epoch")}; seed ${seed}; the same folds, first weights and batches for every loss`,
      ...describeStress(stress, classes?.length ?? 0),
      ...describeProbabilities(candidates.map(({ probabilities }) => probabilities)),
      ...describeTwins(candidates),
    ],
  };
}
