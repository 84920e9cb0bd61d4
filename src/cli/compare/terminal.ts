/** The comparison as text. */
import { alignedTable, bullet, wrap } from "../terminal/text.ts";
import type { Cell, Comparison } from "./comparison.ts";
import { digitsOf, formatted } from "./format.ts";
import type { Subject } from "./subject.ts";

const marks = { best: "*", level: "=", worse: " " } as const;

const LEGEND =
  "Mean ±deviation over folds. * best; = not told apart from it; unmarked: worse by more than the noise of the folds.";

const show = ({ mean, deviation, standing }: Cell, digits: number): string =>
  `${formatted(mean, digits)} ±${formatted(deviation, digits)} ${marks[standing]}`;

function scoreTable({ metrics, rows }: Comparison): string {
  const digits = metrics.map(({ key }) => digitsOf(rows.map(({ cells }) => (cells[key] as Cell).deviation)));
  const head = metrics.map(({ short, better }) => `${short} ${better === "higher" ? "↑" : "↓"}  `);
  const lines = rows.map(({ candidate, cells, seconds }) => [
    candidate.name,
    ...metrics.map(({ key }, i) => show(cells[key] as Cell, digits[i] as number)),
    seconds.toFixed(1),
  ]);
  return alignedTable([["loss", ...head, "seconds"], ...lines], ["left", ...head.map(() => "right" as const), "right"]);
}

export const asText = (comparison: Comparison, { notes, report }: Subject, sentences: readonly string[]): string =>
  [
    ...notes.map((note) => bullet(note)),
    "",
    scoreTable(comparison),
    "",
    LEGEND,
    "",
    ...sentences.map((sentence) => wrap(sentence)),
    "",
    `Report: ${report}`,
    "",
  ].join("\n");
