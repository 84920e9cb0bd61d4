/** The outcome in one piece, as the terminal, the JSON and the report show it. */
import type { Candidate } from "./candidates.ts";
import type { Outcome } from "./crossValidation.ts";
import { classificationMetrics, type Metric, regressionMetrics } from "./metrics.ts";
import { deviation, foldTest, mean } from "./statistics.ts";
import type { Task } from "./target.ts";

/** Worse means: by more than the noise of the folds. */
export type Standing = "best" | "level" | "worse";

export interface Cell {
  readonly mean: number;
  readonly deviation: number;
  readonly folds: readonly number[];
  /** Against the best of the column. */
  readonly p: number;
  readonly standing: Standing;
}

export interface Row {
  readonly candidate: Candidate;
  readonly cells: Readonly<Record<string, Cell>>;
  readonly curves: readonly (readonly number[])[];
  readonly seconds: number;
}

export interface Comparison {
  readonly metrics: readonly Metric[];
  /** Best by the first metric first. */
  readonly rows: readonly Row[];
}

export const LEVEL = 0.05;

/** The value of a row where the highest is best. */
const worth = ({ better }: Metric, value: number): number =>
  Number.isNaN(value) ? Number.NEGATIVE_INFINITY : better === "higher" ? value : -value;

function column(metric: Metric, folds: readonly (readonly number[])[], ratio: number): Cell[] {
  const means = folds.map(mean);
  const best = means.reduce((at, value, i) => (worth(metric, value) > worth(metric, means[at] as number) ? i : at), 0);
  return folds.map((own, i) => {
    const p = foldTest(own, folds[best] as readonly number[], ratio);
    const standing = means[i] === means[best] ? "best" : p >= LEVEL ? "level" : "worse";
    return { mean: means[i] as number, deviation: deviation(own), folds: own, p, standing };
  });
}

export function summarise({ results, trainRows, testRows }: Outcome, task: Task): Comparison {
  const metrics = task === "classification" ? classificationMetrics : regressionMetrics;
  const columns = metrics.map((metric) =>
    column(
      metric,
      results.map(({ scores }) => scores.map((score) => score[metric.key] as number)),
      testRows / trainRows,
    ),
  );
  const rows = results.map(({ candidate, curves, seconds }, i): Row => {
    const cells = Object.fromEntries(metrics.map(({ key }, j) => [key, columns[j]?.[i] as Cell]));
    return { candidate, cells, curves, seconds };
  });
  const [leading] = metrics as [Metric, ...Metric[]];
  const worthOf = (row: Row) => worth(leading, (row.cells[leading.key] as Cell).mean);
  return { metrics, rows: rows.sort((a, b) => worthOf(b) - worthOf(a)) };
}
