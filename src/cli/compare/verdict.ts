/** The outcome in sentences. */
import { counted, listed } from "../table/columns.ts";
import { type Cell, type Comparison, LEVEL } from "./comparison.ts";
import { digitsOf, formatted } from "./format.ts";
import type { Metric } from "./metrics.ts";

/** The metrics that are put into words: the leading one, and those that ask for more than a good middle. */
const SPOKEN = ["accuracy", "logLoss", "rawLogLoss", "mae", "rmse"];

function sentence(metric: Metric, rows: Comparison["rows"]): string {
  const cells = rows.map(({ candidate, cells }) => ({ name: candidate.name, cell: cells[metric.key] as Cell }));
  const named = (standing: Cell["standing"]) => cells.filter(({ cell }) => cell.standing === standing);
  const [best, level, worse] = [named("best"), named("level"), named("worse")];
  const digits = digitsOf(cells.map(({ cell }) => cell.deviation));
  const value = formatted(best[0]?.cell.mean ?? Number.NaN, digits);
  const names = (list: typeof cells) =>
    listed(
      list.map(({ name }) => name),
      12,
    );
  const lead = `By ${metric.title.toLowerCase()}, ${names(best)} ${best.length > 1 ? "are" : "is"} best (${value})`;
  if (level.length === 0 && worse.length === 0) return `${lead}.`;
  if (worse.length === 0) return `${lead}, but no loss is worse by more than the noise of the folds.`;
  if (level.length === 0) return `${lead}; all others are worse by more than the noise of the folds.`;
  const are = (list: typeof cells) => `${names(list)} ${list.length > 1 ? "are" : "is"}`;
  return worse.length <= level.length
    ? `${lead}; ${are(worse)} worse by more than the noise of the folds, the others are not.`
    : `${lead}; ${are(level)} within the noise of the folds, all others are worse by more than that.`;
}

/** Said where what sees no feature does as well as the best loss. */
function warning(metric: Metric, { rows, baselines }: Comparison): string[] {
  const level = baselines.filter(({ cells }) => (cells[metric.key] as Cell).standing !== "worse");
  if (level.length === 0) return [];
  const digits = digitsOf(rows.map(({ cells }) => (cells[metric.key] as Cell).deviation));
  const known = level.map(({ name, cells }) => `${formatted((cells[metric.key] as Cell).mean, digits)} (${name})`);
  return [
    `By ${metric.title.toLowerCase()}, nothing was learnt that counts: without any feature one gets ${listed(known)}, within the noise of the best.`,
  ];
}

export function verdict(comparison: Comparison): string[] {
  const spoken = comparison.metrics.filter(({ key }) => SPOKEN.includes(key));
  const [leading] = spoken as [Metric];
  return [...spoken.map((metric) => sentence(metric, comparison.rows)), ...warning(leading, comparison)];
}

const epochsOf = (rows: Comparison["rows"], most: number | null): string => {
  const all = rows.flatMap(({ epochs }) => epochs);
  const [least, greatest] = [Math.min(...all), Math.max(...all)];
  if (most === null)
    return `Every loss was trained for ${counted(greatest, "epoch")}, as asked; another number may favour another loss.`;
  return `Epochs were chosen for each loss in each fold by an inner split of the training rows: ${least === greatest ? least : `${least} to ${greatest}`} of at most ${most}.${capSentence(rows, most)}`;
};

/** The losses that were given the most epochs in most folds: more might have helped them. */
const atCap = (rows: Comparison["rows"], most: number): string[] =>
  rows
    .filter(({ epochs }) => 2 * epochs.filter((count) => count === most).length > epochs.length)
    .map(({ candidate }) => candidate.name);

/** Names the losses that the cap of the epochs held back; nothing where none was. */
export function capNotes({ rows }: Comparison, most: number | null): string[] {
  const names = most === null ? [] : atCap(rows, most);
  if (names.length === 0) return [];
  return [
    `in most folds, training stopped at the cap of ${counted(most as number, "epoch")}: ${listed(names, 12)}; --epochs takes more`,
  ];
}

/** Says that the outcome depends on the cap; empty where it does not. */
function capSentence(rows: Comparison["rows"], most: number): string {
  const held = atCap(rows, most).length;
  if (held === 0) return "";
  const which = held === rows.length ? "" : ` for ${held} of ${rows.length} losses`;
  return ` In most folds, training stopped at the cap of ${counted(most, "epoch")}${which}; --epochs takes more, which may favour another loss.`;
}

/** What the sentences rest on. */
export const method = ({ rows }: Comparison, folds: number, most: number | null): string =>
  `${epochsOf(rows, most)} Noise of the folds: paired differences from the best over ${folds} folds, Nadeau and Bengio's corrected resampled t-test at ${LEVEL * 100} % a comparison.`;
