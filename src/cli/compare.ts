/** `lossary compare`: trains one small model under every loss that fits the target, and says which differences count. */
import { Command, InvalidArgumentError, Option } from "commander";
import { chooseCandidates } from "./compare/candidates.ts";
import { summarise } from "./compare/comparison.ts";
import { crossValidate } from "./compare/crossValidation.ts";
import { checkFolds, readDataset } from "./compare/dataset.ts";
import { toJson } from "./compare/json.ts";
import { reportPage } from "./compare/report/page.ts";
import { describeSubject } from "./compare/subject.ts";
import type { Task } from "./compare/target.ts";
import { cellsOf, LEGEND } from "./compare/terminal.ts";
import { defaultEpochs } from "./compare/training.ts";
import type { Settings } from "./compare/trials.ts";
import { method, verdict } from "./compare/verdict.ts";
import { writeWhole } from "./compare/writeWhole.ts";
import { usageError } from "./errors.ts";
import { readTable } from "./files/table.ts";

interface Options {
  readonly target: string;
  readonly task?: Task;
  readonly losses?: readonly string[];
  readonly hidden: number;
  readonly folds: number;
  readonly epochs?: number;
  readonly seed: number;
  readonly labelNoise: number;
  readonly outliers: number;
  readonly imbalance: number;
  readonly report: string;
  readonly json?: boolean;
}

/** A parser of whole numbers in a range. */
const whole = (low: number, high: number) => (text: string) => {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (value >= low && value <= high) return value;
  throw new InvalidArgumentError(`Expected a whole number in ${low}…${high}.`);
};

/** A parser of numbers from `low` to less than `high`. */
const number = (low: number, high: number) => (text: string) => {
  const value = text.trim() === "" ? Number.NaN : Number(text);
  if (value >= low && value < high) return value;
  throw new InvalidArgumentError(`Expected a number in [${low}, ${high}).`);
};

const names = (text: string) => text.split(",").map((name) => name.trim());

export function compareCommand(): Command {
  return new Command("compare")
    .summary("find the loss for a table: cross-validate one small model under each")
    .description(
      "Trains the same small model under every loss that fits the target, with the same folds, first weights and batches, and scores it on held-out rows.",
    )
    .argument("<table>", "a .csv with a header, or a two-dimensional .npy")
    .requiredOption("--target <column>", "column to predict")
    .addOption(
      new Option("--task <task>", "what the target is (default: by its values)").choices([
        "classification",
        "regression",
      ]),
    )
    .option("--losses <names>", "only these losses, separated by commas", names)
    .option("--hidden <units>", "units of one hidden layer; 0 is a linear model", whole(0, 4096), 0)
    .option("--folds <count>", "folds of the cross-validation", whole(2, 100), 5)
    .option("--epochs <count>", "passes over the training rows (default: enough for 2400 updates)", whole(1, 100_000))
    .option("--seed <number>", "seed of folds, weights, batches and stress", whole(0, 2 ** 31 - 1), 0)
    .option("--label-noise <share>", "share of training labels changed to another class", number(0, 1), 0)
    .option("--outliers <share>", "share of training targets moved far away", number(0, 1), 0)
    .option("--imbalance <ratio>", "training rows of the largest class over the smallest", number(1, 1e6), 1)
    .option("--report <path>", "where the report goes", "report.html")
    .option("--json", "print the outcome as JSON")
    .action(compare);
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
  const { target, hidden, folds, seed, labelNoise, outliers, imbalance, report } = options;
  const dataset = readDataset(await readTable(path), target, options.task);
  const { task } = dataset.target;
  checkStress(task, options);
  const notes = checkFolds(dataset, folds);
  const candidates = chooseCandidates(task, options.losses);
  const epochs = options.epochs ?? defaultEpochs((dataset.rows * (folds - 1)) / folds);
  const settings: Settings = { folds, epochs, hidden, seed, stress: { labelNoise, outliers, imbalance } };
  const outcome = await crossValidate(dataset, candidates, settings, () => {});
  const comparison = summarise(outcome, task);
  const subject = describeSubject(
    { path, target, report },
    { ...dataset, notes: [...dataset.notes, ...notes] },
    settings,
    candidates,
    outcome,
  );
  const sentences = [...verdict(comparison), method(folds)];
  await writeWhole(report, reportPage(comparison, subject, sentences));
  if (options.json) process.stdout.write(`${toJson(comparison, subject, sentences)}\n`);
  else
    process.stdout.write(
      `${[...subject.notes, "", ...cellsOf(comparison).map((row) => row.map((cell, i) => (i ? cell.padStart(18) : cell.padEnd(34))).join("")), LEGEND, "", ...sentences].join("\n")}\n`,
    );
}
