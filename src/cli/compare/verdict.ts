/** The outcome in sentences. */
import { listed } from "./columns.ts";
import { type Cell, type Comparison, LEVEL } from "./comparison.ts";
import { digitsOf, formatted } from "./format.ts";
import type { Metric } from "./metrics.ts";

/** The metrics that are put into words: the leading one, and the one that asks for more than a good middle. */
const SPOKEN = ["accuracy", "logLoss", "mae", "rmse"];

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

export const verdict = ({ metrics, rows }: Comparison): string[] =>
  metrics.filter(({ key }) => SPOKEN.includes(key)).map((metric) => sentence(metric, rows));

export const method = (folds: number): string =>
  `Noise of the folds: paired differences from the best over ${folds} folds, Nadeau and Bengio's corrected resampled t-test at ${LEVEL * 100} % a comparison.`;
