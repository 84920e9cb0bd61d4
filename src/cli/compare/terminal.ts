/** The comparison as text. */
import { NO_REPORT } from "../report/place.ts";
import { alignedTable, bullet, wrap } from "../terminal/text.ts";
import type { Cell, Cells, Comparison, Row } from "./comparison.ts";
import { digitsOf, formatted } from "./format.ts";
import type { Subject } from "./subject.ts";

const marks = { best: "*", level: "=", worse: " " } as const;

const LEGEND =
  "Mean ±deviation over folds. * best; = not told apart from it; unmarked: worse by more than the noise of the folds. Below the losses: what is known without features. ″: trained once, as another name of a loss above or below.";

const show = ({ mean, deviation, standing }: Cell, digits: number): string =>
  `${formatted(mean, digits)} ±${formatted(deviation, digits)} ${marks[standing]}`;

/** "20", or "10–40" where the folds differ. */
export function epochsOf({ epochs }: Row): string {
  const [least, most] = [Math.min(...epochs), Math.max(...epochs)];
  return least === most ? String(least) : `${least}–${most}`;
}

function scoreTable({ metrics, rows, baselines }: Comparison, raw: boolean): string {
  const shown = metrics.filter((metric) => Boolean(metric.raw) === raw);
  const digits = shown.map(({ key }) => digitsOf(rows.map(({ cells }) => (cells[key] as Cell).deviation)));
  const scores = (cells: Cells) => shown.map(({ key }, i) => show(cells[key] as Cell, digits[i] as number));
  const head = shown.map(({ short, better }) => `${short} ${better === "higher" ? "↑" : "↓"}  `);
  const more = (cells: readonly string[]) => (raw ? [] : cells);
  const lines = rows.map((row) => [
    row.candidate.name,
    ...scores(row.cells),
    ...more([epochsOf(row), row.twin ? "″" : row.seconds.toFixed(1)]),
  ]);
  const known = baselines.map(({ name, cells }) => [name, ...scores(cells), ...more(["–", "–"])]);
  return alignedTable(
    [["loss", ...head, ...more(["epochs", "seconds"])], ...lines, ...known],
    ["left", ...head.map(() => "right" as const), "right", "right"],
  );
}

export function asText(comparison: Comparison, { notes, report }: Subject, sentences: readonly string[]): string {
  const raw = comparison.metrics.some((metric) => metric.raw);
  return [
    ...notes.map((note) => bullet(note)),
    "",
    scoreTable(comparison, false),
    ...(raw ? ["", "Before the calibration:", "", scoreTable(comparison, true)] : []),
    "",
    wrap(LEGEND),
    "",
    ...sentences.map((sentence) => wrap(sentence)),
    "",
    report === null ? NO_REPORT : `Report: ${report}`,
    "",
  ].join("\n");
}
