/** What came of it, for the terminal and as JSON. */
import { NO_REPORT } from "../files/report.ts";
import { alignedTable, bullet, wrap } from "../terminal/text.ts";
import type { Experiment } from "./experiment.ts";
import { metrics, type Scores } from "./metrics.ts";
import type { Settings } from "./training.ts";

export interface Subject {
  readonly path: string;
  readonly target: string;
  readonly classes: readonly string[];
  readonly settings: Settings;
  readonly notes: readonly string[];
  readonly report: string | null;
}

export const BASELINE = "features before";

/** The highest of each score among the losses. */
export const bestOf = ({ results }: Experiment): Readonly<Record<keyof Scores, number>> =>
  Object.fromEntries(metrics.map(({ key }) => [key, Math.max(...results.map(({ scores }) => scores[key]))])) as Record<
    keyof Scores,
    number
  >;

/** One sentence on who ranks best, and how many losses beat the features. */
export function verdict({ before, results }: Experiment): string {
  const key = "meanAveragePrecision";
  const beaten = results.filter(({ scores }) => scores[key] > before.scores[key]).length;
  const [first] = [...results].sort((a, b) => b.scores[key] - a.scores[key]) as [Experiment["results"][number]];
  const from = `mAP ${before.scores[key].toFixed(3)} before, ${first.scores[key].toFixed(3)} after`;
  if (results.length === 1)
    return beaten
      ? `${first.objective.name} brings rows of a class closer together: ${from}.`
      : `${first.objective.name} does not improve on the features: ${from}.`;
  return `${first.objective.name} ranks the held-out rows best: ${from}; ${beaten} of ${results.length} losses improve on the features.`;
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
