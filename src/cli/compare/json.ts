/** The outcome for machines. */
import type { Comparison } from "./comparison.ts";
import type { Subject } from "./subject.ts";

export const outcomeOf = ({ metrics, rows }: Comparison, subject: Subject, sentences: readonly string[]) => ({
  table: subject.path,
  target: subject.target,
  task: subject.task,
  rows: subject.rows,
  features: subject.width,
  ...(subject.classes ? { classes: subject.classes } : {}),
  settings: subject.settings,
  notes: subject.notes,
  losses: rows.map(({ candidate, cells, seconds }) => ({
    name: candidate.name,
    scores: Object.fromEntries(metrics.map(({ key }) => [key, cells[key]])),
    seconds,
  })),
  verdict: sentences,
  report: subject.report,
});
