/** What came of it, for the terminal and as JSON. */

import { NO_REPORT } from "../report/place.ts";
import { listed } from "../table/columns.ts";
import { alignedTable, bullet, wrap } from "../terminal/text.ts";
import type { Experiment, Result } from "./experiment.ts";
import { metrics, type Scores } from "./metrics.ts";
import { isTold } from "./noise.ts";
import type { Settings } from "./training.ts";

export interface Subject {
  readonly path: string;
  readonly target: string;
  readonly classes: readonly string[];
  readonly settings: Settings;
  readonly notes: readonly string[];
  readonly report: string | null;
}

/** The score the sentence is about. */
const LEADING = "meanAveragePrecision";

export const BASELINE = "features before";

/** The highest of each score among the losses. */
export const bestOf = ({ results }: Experiment): Readonly<Record<keyof Scores, number>> =>
  Object.fromEntries(metrics.map(({ key }) => [key, Math.max(...results.map(({ scores }) => scores[key]))])) as Record<
    keyof Scores,
    number
  >;

const leads = (results: Experiment["results"]): [Result, ...Result[]] =>
  [...results].sort((a, b) => b.scores[LEADING] - a.scores[LEADING]) as [Result, ...Result[]];

const namesOf = (list: readonly Result[]) =>
  listed(
    list.map(({ objective }) => objective.name),
    20,
  );

/** One sentence on who ranks best, how sure that is, and how many losses beat the features. */
export function verdict({ before, results }: Experiment): string {
  const [first, ...others] = leads(results);
  const from = `mAP ${before.scores[LEADING].toFixed(3)} before, ${first.scores[LEADING].toFixed(3)} after`;
  const beats = ({ precisions, scores }: Result) =>
    scores[LEADING] > before.scores[LEADING] && isTold(precisions, before.precisions);
  if (others.length === 0) {
    if (beats(first)) return `${first.objective.name} brings rows of a class closer together: ${from}.`;
    return `${first.objective.name} does not improve on the features by more than the noise of the held-out rows: ${from}.`;
  }
  const level = others.filter(({ precisions }) => !isTold(first.precisions, precisions));
  const noise =
    level.length === 0
      ? "all others rank worse by more than the noise of the held-out rows"
      : `${namesOf(level)} ${level.length > 1 ? "are" : "is"} within the noise of the held-out rows${level.length < others.length ? ", all others rank worse by more than that" : ""}`;
  return `${first.objective.name} ranks the held-out rows best (${from}); ${noise}. ${results.filter(beats).length} of ${results.length} losses improve on the features.`;
}

export function asText(experiment: Experiment, { notes, report }: Subject): string {
  const best = bestOf(experiment);
  const cells = (scores: Scores, marked: boolean) =>
    metrics.map(({ key }) => `${scores[key].toFixed(3)}${marked && scores[key] === best[key] ? " *" : "  "}`);
  const rows = [
    ["", ...metrics.map(({ title }) => `${title}  `)],
    [BASELINE, ...cells(experiment.before.scores, false)],
    ...experiment.results.map(({ objective, scores }) => [objective.name, ...cells(scores, true)]),
  ];
  return [
    ...notes.map((note) => bullet(note)),
    "",
    alignedTable(rows, ["left", ...metrics.map(() => "right" as const)]),
    "",
    "Higher is better; * best of the losses.",
    "",
    wrap(verdict(experiment)),
    "",
    report === null ? NO_REPORT : `Report: ${report}`,
    "",
  ].join("\n");
}

export const asJson = (experiment: Experiment, { path, target, classes, settings, notes, report }: Subject) => ({
  table: path,
  target,
  classes,
  ...settings,
  heldOut: experiment.labels.length,
  before: experiment.before.scores,
  losses: experiment.results.map(({ objective, scores, losses }) => ({
    loss: objective.name,
    scores,
    lossByEpoch: losses,
  })),
  verdict: verdict(experiment),
  notes,
  report,
});
