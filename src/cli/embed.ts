/** `lossary embed`: trains a small projection of a table under embedding losses, and says how well its rows find their kind. */
import { Readable } from "node:stream";
import { Command, Option } from "commander";
import { chooseObjectives } from "./embed/choose.ts";
import { prepare, runExperiment } from "./embed/experiment.ts";
import { asJson, asText, type Subject } from "./embed/outcome.ts";
import { defaultEpochs } from "./embed/training.ts";
import { addCsvFlags, type CsvFormat } from "./files/csv/format.ts";
import { readTable } from "./files/readTable.ts";
import { replaceFile } from "./files/replace.ts";
import { loadLosses } from "./modules/load.ts";
import { placeReport, reportOption } from "./report/place.ts";
import { readDataset, targetOf } from "./table/dataset.ts";
import { JSON_HELP, printJson } from "./terminal/json.ts";
import { writeOut } from "./terminal/print.ts";
import { startProgress } from "./terminal/progress.ts";
import { names, whole } from "./values.ts";

interface Options extends CsvFormat {
  readonly target?: string;
  readonly ignore?: readonly string[];
  readonly loss: readonly string[];
  readonly dimension: number;
  readonly hidden: number;
  readonly epochs?: number;
  readonly seed: number;
  readonly report?: string | true;
  readonly json?: boolean;
}

const EXAMPLES = `
A fifth of the rows of each class is held out. Their neighbours before training and after are scored by recall@1,
recall@5, R-precision, mAP and silhouette; a report shows both in two dimensions.
A module is run as any program of yours; it exports losses that defineFormula or combine made, of embeddings and labels
(index), of pairs and same, different or a sign, of triplets (anchor, positive, negative) or of quadruplets.

Examples:
  lossary embed digits.csv --target digit --report
  lossary embed digits.csv --target digit --loss batchHardTriplet,supCon --dimension 8
  lossary embed flowers.csv --target species --loss all --hidden 0 --json
  lossary embed digits.csv --target digit --loss ./mine.js --loss tripletLoss`;

const usual: readonly string[] = ["batchHardTripletLoss"];

/** The names of one more --loss; the first takes the place of what is usual. */
const more = (text: string, before: readonly string[]) => [...(before === usual ? [] : before), ...names(text)];

export function embedCommand(): Command {
  const command = new Command("embed")
    .summary("train a small embedding of a table under metric-learning losses")
    .description(
      "Trains the same small projection under each loss named, from the same first weights with the same batches, and scores the neighbours of held-out rows.",
    )
    .argument("<table>", "a .csv, .tsv or .parquet, or a two-dimensional .npy or file.npz:key")
    .option("--target <column>", "column of the classes (required)")
    .option("--ignore <columns>", "columns to leave out, separated by commas", names)
    .addOption(
      new Option("--loss <names>", "embedding losses, separated by commas, all, or modules of yours: ./mine.js")
        .argParser(more)
        .default(usual, usual[0]),
    )
    .option("--dimension <count>", "dimensions of the embedding", whole(2, 1024), 16)
    .option("--hidden <units>", "units of one hidden layer; 0 is a linear projection", whole(0, 4096), 64)
    .option("--epochs <count>", "passes over the training rows (default: enough for 1000 updates)", whole(1, 100_000))
    .option("--seed <number>", "seed of rows held out, weights and batches", whole(0, 2 ** 31 - 1), 0)
    .addOption(reportOption("embed-<table>.html"))
    .option("--json", JSON_HELP);
  return addCsvFlags(command).addHelpText("after", EXAMPLES).action(embed);
}

async function embed(path: string, options: Options): Promise<void> {
  const { dimension, hidden, seed, ignore } = options;
  const report = await placeReport(options.report, "embed", path);
  const own = await loadLosses(options.loss);
  const table = await readTable(path, options);
  const target = targetOf(table, options.target, "embed");
  const dataset = readDataset(table, target, "classification", { ignore });
  const classes = dataset.target.task === "classification" ? dataset.target.classes : [];
  const objectives = chooseObjectives(options.loss, classes.length, own);
  const material = prepare(dataset, seed);
  const epochs = options.epochs ?? defaultEpochs(material.training.labels.length);
  const settings = { epochs, dimension, hidden, seed };

  const progress = startProgress(objectives.length * epochs);
  const experiment = await runExperiment(material, objectives, settings, ({ name }) => progress.step(name)).finally(
    progress.stop,
  );
  const subject: Subject = {
    path,
    target,
    classes,
    settings,
    report,
    notes: [...dataset.notes, ...experiment.notes],
  };
  if (report !== null) {
    const { reportPage } = await import("./embed/report.ts");
    await replaceFile(report, Readable.from([reportPage(experiment, subject)]));
  }
  if (options.json) printJson(asJson(experiment, subject));
  else writeOut(asText(experiment, subject));
}
