/** The comparison as aligned text. */
import type { Cell, Comparison, Row } from "./comparison.ts";
import { digitsOf, formatted } from "./format.ts";
import type { Metric } from "./metrics.ts";

const marks = { best: "*", level: "=", worse: " " } as const;

const show = ({ mean, deviation, standing }: Cell, digits: number): string =>
  `${formatted(mean, digits)} ±${formatted(deviation, digits)} ${marks[standing]}`;

/** Header and rows of cells. */
export function cellsOf({ metrics, rows }: Comparison): string[][] {
  const cellOf = (row: Row, { key }: Metric) => row.cells[key] as Cell;
  const digits = metrics.map((metric) => digitsOf(rows.map((row) => cellOf(row, metric).deviation)));
  return [
    ["loss", ...metrics.map(({ short, better }) => `${short} ${better === "higher" ? "↑" : "↓"} `), "seconds"],
    ...rows.map((row) => [
      row.candidate.name,
      ...metrics.map((metric, i) => show(cellOf(row, metric), digits[i] as number)),
      row.seconds.toFixed(1),
    ]),
  ];
}

export const LEGEND =
  "mean ±deviation over folds; * best, = not told apart from it, unmarked: worse by more than the noise of the folds";
