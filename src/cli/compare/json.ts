/** The outcome for machines. */
import type { Cells, Comparison } from "./comparison.ts";
import type { Subject } from "./subject.ts";

export const outcomeOf = ({ metrics, rows, baselines }: Comparison, subject: Subject, sentences: readonly string[]) => {
  const scoresOf = (cells: Cells) => Object.fromEntries(metrics.map(({ key }) => [key, cells[key]]));
  return {
    table: subject.path,
    target: subject.target,
    task: subject.task,
    rows: subject.rows,
    features: subject.width,
    ...(subject.classes ? { classes: subject.classes } : {}),
    settings: subject.settings,
    notes: subject.notes,
    losses: rows.map(({ candidate, twin, cells, epochs, seconds }) => ({
      name: candidate.name,
      ...(twin ? { sameAs: twin.name } : {}),
      scores: scoresOf(cells),
      epochs,
      seconds,
    })),
    baselines: baselines.map(({ name, cells }) => ({ name, scores: scoresOf(cells) })),
    verdict: sentences,
    report: subject.report,
  };
};
