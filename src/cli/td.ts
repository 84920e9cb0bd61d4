/** `lossary td`: runs the textbook's experiments with temporal differences, and says where they fall. */

import { Readable } from "node:stream";
import { setImmediate } from "node:timers/promises";
import { Command, Option } from "commander";
import { replaceFile } from "./files/replace.ts";
import { placeReport, reportOption } from "./report/place.ts";
import { cliffExperiment } from "./td/cliff.ts";
import { conduct, type Draw, type Experiment, type Outcome, type Settings, type Tick } from "./td/experiment.ts";
import { longWalkExperiment } from "./td/longWalk.ts";
import { randomWalkExperiment } from "./td/randomWalk.ts";
import { cliffFigures } from "./td/report/cliff.ts";
import { longWalkFigures } from "./td/report/longWalk.ts";
import { reportPage, verdict } from "./td/report/page.ts";
import { walkFigures } from "./td/report/randomWalk.ts";
import { asText } from "./td/terminal.ts";
import { JSON_HELP, printJson } from "./terminal/json.ts";
import { writeOut } from "./terminal/print.ts";
import { startProgress } from "./terminal/progress.ts";
import { whole } from "./values.ts";

interface Options extends Settings {
  readonly environment: string;
  readonly report?: string | true;
  readonly json?: boolean;
}

const ALL = "all";

/** One experiment, whatever its data are. */
interface Entry {
  readonly name: string;
  readonly title: string;
  readonly ticks: number;
  run(settings: Settings, tick: Tick): Promise<Outcome>;
}

const entryOf = <D>(experiment: Experiment<D>, draw: Draw<D>): Entry => ({
  ...experiment,
  run: (settings, tick) => conduct(experiment, draw, settings, tick),
});

const entries: readonly Entry[] = [
  entryOf(randomWalkExperiment, walkFigures),
  entryOf(longWalkExperiment, longWalkFigures),
  entryOf(cliffExperiment, cliffFigures),
];

const EXAMPLES = `
Environments:
  random-walk     five states: values learned by TD(0), RMS error of TD(0) and constant-α Monte Carlo (figure 6.2)
  random-walk-19  nineteen states: RMS error against α of TD(λ) and the off-line λ-return (figures 12.6 and 12.3)
  cliff           cliff walking: rewards and greedy paths of SARSA and Q-learning (example 6.6)
  all             all three, in one report
Figures and examples are those of Sutton and Barto, Reinforcement Learning, 2nd edition, 2018. The output says what the
book shows and what was measured; with few runs chance may part them.

Examples:
  lossary td --environment random-walk
  lossary td --environment all --report td.html
  lossary td --environment cliff --runs 10 --seed 1 --json`;

export function tdCommand(): Command {
  return new Command("td")
    .summary("run the textbook's experiments with temporal differences")
    .description(
      "Runs experiments of Sutton and Barto's textbook with tdPolicyEvaluation, tdLambda, sarsa and qLearning, and compares them with the book's figures.",
    )
    .addOption(
      new Option("--environment <name>", "which experiment")
        .choices([...entries.map(({ name }) => name), ALL])
        .makeOptionMandatory(),
    )
    .option("--runs <count>", "independent runs to average", whole(1, 100_000), 100)
    .option("--seed <number>", "seed of all runs", whole(0, 2 ** 31 - 1), 0)
    .addOption(reportOption("td-<environment>.html"))
    .option("--json", JSON_HELP)
    .addHelpText("after", EXAMPLES)
    .action(td);
}

async function td({ environment, runs, seed, report: asked, json }: Options): Promise<void> {
  const report = await placeReport(asked, "td", environment);
  const chosen = entries.filter(({ name }) => environment === ALL || name === environment);
  const settings: Settings = { runs, seed };
  const outcomes = await conductAll(chosen, settings);
  if (report !== null) await replaceFile(report, Readable.from([reportPage(outcomes, settings)]));
  if (!json) return writeOut(asText(outcomes, verdict(outcomes), report));
  const experiments = outcomes.map(({ name, title, place, findings, data }) => ({
    name,
    title,
    place,
    findings,
    data,
  }));
  printJson({ runs, seed, experiments, report });
}

async function conductAll(chosen: readonly Entry[], settings: Settings): Promise<Outcome[]> {
  const total = chosen.reduce((sum, { ticks }) => sum + ticks, 0) * settings.runs;
  const progress = startProgress(total, chosen[0]?.title);
  try {
    const outcomes: Outcome[] = [];
    for (const { title, run } of chosen)
      outcomes.push(
        await run(settings, async () => {
          progress.step(title);
          // Lets the bar be drawn.
          await setImmediate();
        }),
      );
    return outcomes;
  } finally {
    progress.stop();
  }
}
