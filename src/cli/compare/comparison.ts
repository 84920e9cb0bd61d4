/** The outcome in one piece, as the terminal, the JSON and the report show it. */

import { deviation, foldTest, mean } from "../statistics.ts";
import type { Task } from "../table/target.ts";
import type { Outcome, Result } from "./crossValidation.ts";
import { classificationMetrics, type Metric, regressionMetrics } from "./metrics.ts";

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

export type Cells = Readonly<Record<string, Cell>>;

export interface Row extends Omit<Result, "scores"> {
  readonly cells: Cells;
}

/** What needs no features. Its cells stand against the best loss, and are never the best. */
export interface BaselineRow {
  readonly name: string;
  readonly cells: Cells;
}

export interface Comparison {
  readonly metrics: readonly Metric[];
  /** Best by the first metric first. */
  readonly rows: readonly Row[];
  readonly baselines: readonly BaselineRow[];
}

export const LEVEL = 0.05;

/** The value of a row where the highest is best. */
const worth = ({ better }: Metric, value: number): number =>
  Number.isNaN(value) ? Number.NEGATIVE_INFINITY : better === "higher" ? value : -value;

type Folds = readonly number[];

/** Each loss against the best of them. */
function column(metric: Metric, losses: readonly Folds[], baselines: readonly Folds[], ratio: number): Cell[] {
  const means = losses.map(mean);
  const at = means.reduce(
    (best, value, i) => (worth(metric, value) > worth(metric, means[best] as number) ? i : best),
    0,
  );
  const [best, most] = [losses[at] as Folds, means[at] as number];
  return [...losses, ...baselines].map((own, i) => {
    const p = foldTest(own, best, ratio);
    const centre = mean(own);
    const level = p >= LEVEL || worth(metric, centre) > worth(metric, most);
    const standing = i < losses.length && centre === most ? "best" : level ? "level" : "worse";
    return { mean: centre, deviation: deviation(own), folds: own, p, standing };
  });
}

export function summarise({ results, baselines, trainRows, testRows }: Outcome, task: Task): Comparison {
  const metrics = task === "classification" ? classificationMetrics : regressionMetrics;
  const all = [...results, ...baselines].map(({ scores }) => scores);
  const columns = metrics.map((metric) => {
    const folds = all.map((own) => own.map((score) => score[metric.key] as number));
    return column(metric, folds.slice(0, results.length), folds.slice(results.length), testRows / trainRows);
  });
  const cellsOf = (i: number): Cells => Object.fromEntries(metrics.map(({ key }, j) => [key, columns[j]?.[i] as Cell]));
  const rows = results.map(({ scores: _, ...result }, i): Row => ({ ...result, cells: cellsOf(i) }));
  const [leading] = metrics as [Metric, ...Metric[]];
  const worthOf = (row: Row) => worth(leading, (row.cells[leading.key] as Cell).mean);
  return {
    metrics,
    rows: rows.sort((a, b) => worthOf(b) - worthOf(a)),
    baselines: baselines.map(({ name }, i) => ({ name, cells: cellsOf(results.length + i) })),
  };
}
