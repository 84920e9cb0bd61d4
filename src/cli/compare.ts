/** `lossary compare`: trains one small model under every loss that fits the target, and says which differences count. */
import { Readable } from "node:stream";
import { Command, Option } from "commander";
import { type Candidate, candidates, chooseCandidates } from "./compare/candidates.ts";
import { summarise } from "./compare/comparison.ts";
import { crossValidate, planOf, trained } from "./compare/crossValidation.ts";
import { outcomeOf } from "./compare/json.ts";
import { ownCandidates } from "./compare/own.ts";
import { describeSubject } from "./compare/subject.ts";
import { asText } from "./compare/terminal.ts";
import type { Settings } from "./compare/trials.ts";
import { capNotes, method, verdict } from "./compare/verdict.ts";
import { usageError } from "./errors.ts";
import { addCsvFlags, type CsvFormat } from "./files/csv/format.ts";
import { readTable } from "./files/readTable.ts";
import { replaceFile } from "./files/replace.ts";
import { namesModule } from "./modules/address.ts";
import { loadLosses, type OwnLoss } from "./modules/load.ts";
import { placeReport, reportOption } from "./report/place.ts";
import { checkFolds, readDataset, targetOf } from "./table/dataset.ts";
import type { Task } from "./table/target.ts";
import { JSON_HELP, printJson } from "./terminal/json.ts";
import { writeOut } from "./terminal/print.ts";
import { startProgress } from "./terminal/progress.ts";
import { names, number, whole } from "./values.ts";

interface Options extends CsvFormat {
  readonly target?: string;
  readonly task?: Task;
  readonly ignore?: readonly string[];
  readonly maxRows: number;
  readonly losses?: readonly string[];
  readonly loss: readonly string[];
  readonly hidden: number;
  readonly folds: number;
  readonly epochs?: number;
  readonly weightDecay: number;
  readonly seed: number;
  readonly labelNoise: number;
  readonly outliers: number;
  readonly imbalance: number;
  readonly report?: string | true;
  readonly json?: boolean;
}

const EXAMPLES = `
Without --epochs, each loss trains for as long as helps it on training rows set aside for that choice, up to a cap set by
the number of rows; the verdict says where the cap was met. Every loss's scores are calibrated in the same way (one
temperature); the raw ones are shown, too.
A module is run as any program of yours; it exports losses of two arguments that defineFormula or combine made. Targets of
the kind float are numbers; index (labels), probability (one-hot rows) and sign (1 and -1, one class against the rest)
are classes.
Training rows alone suffer --label-noise, --outliers and --imbalance; the rows that score stay clean.

Examples:
  lossary compare flowers.csv --target species
  lossary compare prices.csv --target price --outliers 0.05 --hidden 32 --report
  lossary compare mail.csv --target spam --losses crossEntropy,focalLoss --imbalance 10 --json
  lossary compare prices.csv --target price --loss ./mine.js`;

export function compareCommand(): Command {
  const command = new Command("compare")
    .summary("find the loss for a table: cross-validate one small model under each")
    .description(
      "Trains the same small model under every loss that fits the target, with the same folds, first weights and batches, and scores it on held-out rows.",
    )
    .argument("<table>", "a .csv, .tsv or .parquet, or a two-dimensional .npy or file.npz:key")
    .option("--target <column>", "column to predict (required)")
    .addOption(
      new Option("--task <task>", "what the target is (default: by its values)").choices([
        "classification",
        "regression",
      ]),
    )
    .option("--ignore <columns>", "columns to leave out, separated by commas", names)
    .option("--max-rows <count>", "rows used of a larger table, drawn by the seed", whole(10, 2 ** 31 - 1), 100_000)
    .option("--losses <names>", "only these losses, separated by commas", names)
    .option("--loss <module>", "a loss of yours too, ./mine.js or ./mine.js#name (again for more)", another, [])
    .option("--hidden <units>", "units of one hidden layer; 0 is a linear model", whole(0, 4096), 0)
    .option("--folds <count>", "folds of the cross-validation", whole(2, 100), 5)
    .option("--epochs <count>", "passes over the training rows (default: chosen for each loss)", whole(1, 100_000))
    .option("--weight-decay <rate>", "decay of the weights, apart from the gradient (AdamW)", number(0, 10), 0)
    .option("--seed <number>", "seed of folds, weights, batches and stress", whole(0, 2 ** 31 - 1), 0)
    .option("--label-noise <share>", "share of training labels changed to another class", number(0, 1), 0)
    .option("--outliers <share>", "share of training targets moved far away", number(0, 1), 0)
    .option("--imbalance <ratio>", "training rows of the largest class over the smallest", number(1, 1e6), 1)
    .addOption(reportOption("compare-<table>.html"))
    .option("--json", JSON_HELP);
  return addCsvFlags(command).addHelpText("after", EXAMPLES).action(compare);
}

/** One more value of a flag that may be repeated. */
const another = (value: string, before: readonly string[]) => [...before, value];

/** Losses of the package, all or those asked for, and those of the user's modules after them. */
function choose(task: Task, { losses, loss }: Options, own: readonly OwnLoss[]): readonly Candidate[] {
  const ready = (asked: readonly string[]) => asked.filter((name) => !namesModule(name));
  const wanted = [...chooseCandidates(task, losses && ready(losses)), ...chooseCandidates(task, ready(loss), "--loss")];
  return [...candidates[task].filter((candidate) => wanted.includes(candidate)), ...ownCandidates(own, task)];
}

function checkStress(task: Task, { labelNoise, outliers, imbalance }: Options): void {
  if (task === "classification" && outliers > 0)
    throw usageError(
      "--outliers moves the numbers of a regression; the target is classes (--label-noise changes those)",
    );
  if (task === "regression" && (labelNoise > 0 || imbalance > 1))
    throw usageError(
      `${labelNoise > 0 ? "--label-noise" : "--imbalance"} needs classes; the target is numbers (--outliers moves those)`,
    );
}

async function compare(path: string, options: Options): Promise<void> {
  const { hidden, folds, seed, labelNoise, outliers, imbalance, weightDecay, maxRows, ignore } = options;
  const report = await placeReport(options.report, "compare", path);
  const own = await loadLosses([...(options.losses ?? []), ...options.loss]);
  const table = await readTable(path, options);
  const target = targetOf(table, options.target, "compare");
  const dataset = readDataset(table, target, options.task, { ignore, sampling: { most: maxRows, seed } });
  const { task } = dataset.target;
  checkStress(task, options);
  const notes = [...dataset.notes, ...checkFolds(dataset, folds)];
  const compared = choose(task, options, own);
  const stress = { labelNoise, outliers, imbalance };
  const settings: Settings = { folds, epochs: options.epochs ?? null, hidden, weightDecay, seed, stress };

  const progress = startProgress(trained(dataset, compared).length * folds * planOf(dataset, settings).work);
  const outcome = await crossValidate(dataset, compared, settings, ({ name }, count) =>
    progress.step(name, count),
  ).finally(progress.stop);
  const comparison = summarise(outcome, task);
  const said = [...notes, ...capNotes(comparison, outcome.mostEpochs)];
  const subject = describeSubject({ path, target, report }, { ...dataset, notes: said }, settings, compared, outcome);
  const sentences = [...verdict(comparison), method(comparison, folds, outcome.mostEpochs)];
  if (report !== null) {
    const { reportPage } = await import("./compare/report/page.ts");
    await replaceFile(report, Readable.from([reportPage(comparison, subject, sentences)]));
  }
  if (options.json) printJson(outcomeOf(comparison, subject, sentences));
  else writeOut(asText(comparison, subject, sentences));
}
