/**
 * What compare says of three real tables, against scikit-learn's models on the same folds (scikit.py recorded them): the
 * scores lie close, the baselines are equal, and the same losses are called worse.
 */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, it } from "vitest";
import { chooseCandidates } from "../../src/cli/compare/candidates.ts";
import { summarise } from "../../src/cli/compare/comparison.ts";
import { crossValidate } from "../../src/cli/compare/crossValidation.ts";
import { cutFolds } from "../../src/cli/compare/folds.ts";
import { readTable } from "../../src/cli/files/readTable.ts";
import { mean } from "../../src/cli/statistics.ts";
import { readDataset } from "../../src/cli/table/dataset.ts";
import { seededRandom } from "../../src/random.ts";

interface Golden {
  readonly target: string;
  readonly task: "classification" | "regression";
  readonly tests: readonly (readonly number[])[];
  readonly models: Readonly<Record<string, Readonly<Record<string, readonly number[]>>>>;
  readonly worse: Readonly<Record<string, readonly string[]>>;
}

const golden: Readonly<Record<string, Golden>> = JSON.parse(
  readFileSync(resolve(import.meta.dirname, "scikit.golden.json"), "utf8"),
);
const stress = { labelNoise: 0, outliers: 0, imbalance: 1 };
const settings = { folds: 5, hidden: 0, weightDecay: 0, seed: 0, stress };

async function compared(name: string, losses: readonly string[], epochs: number | null = null) {
  const wanted = golden[name] as Golden;
  const table = await readTable(resolve(import.meta.dirname, `../../data/${name}.csv`));
  const dataset = readDataset(table, wanted.target, undefined);
  const labels = dataset.target.task === "classification" ? dataset.target.labels : null;
  const folds = cutFolds(dataset.rows, labels, 5, seededRandom(0));
  expect(folds.map(({ test }) => [...test])).toEqual(wanted.tests);
  const { rows, baselines } = summarise(
    await crossValidate(dataset, chooseCandidates(wanted.task, losses), { ...settings, epochs }, () => {}),
    wanted.task,
  );
  for (const { name: baseline, cells } of baselines)
    for (const [metric, folds] of Object.entries(wanted.models[baseline] ?? {}))
      for (const [i, value] of folds.entries()) expect(cells[metric]?.folds[i]).toBeCloseTo(value, 9);
  const cellOf = (loss: string, metric: string) =>
    rows.find(({ candidate }) => candidate.name === loss)?.cells[metric] ?? expect.fail(`${loss} ${metric}`);
  /** The distance of our mean from scikit-learn's. */
  const gap = (loss: string, metric: string, theirs = metric) =>
    Math.abs(cellOf(loss, metric).mean - mean(wanted.models[loss]?.[theirs] ?? []));
  const worse = (metric: string) =>
    rows.filter(({ cells }) => cells[metric]?.standing === "worse").map(({ candidate }) => candidate.name);
  return { worse, gap, cellOf, wanted };
}

it("breast cancer: no loss is worse, by accuracy or by log loss after the same calibration", async () => {
  const { worse, gap, wanted } = await compared("breast_cancer", ["binaryCrossEntropy", "hingeLoss"]);
  expect([worse("accuracy"), worse("logLoss")]).toEqual([wanted.worse.accuracy, wanted.worse.logLoss]);
  for (const loss of ["binaryCrossEntropy", "hingeLoss"]) {
    expect(gap(loss, "accuracy")).toBeLessThan(0.01);
    expect(gap(loss, "macroF1")).toBeLessThan(0.011);
    expect(gap(loss, "logLoss")).toBeLessThan(0.04);
  }
});

it("iris: one class against the rest is worse by raw log loss, not by accuracy", async () => {
  const { worse, gap, wanted } = await compared("iris", ["crossEntropy", "binaryCrossEntropy"], 400);
  expect(worse("accuracy")).toEqual(wanted.worse.accuracy);
  expect(wanted.worse.logLoss).toContain("binaryCrossEntropy");
  expect(worse("rawLogLoss")).toContain("binaryCrossEntropy");
  for (const loss of ["crossEntropy", "binaryCrossEntropy"]) {
    expect(gap(loss, "accuracy")).toBeLessThan(0.03);
    expect(gap(loss, "rawLogLoss", "logLoss")).toBeLessThan(0.04);
  }
});

it("diabetes: the outer quantiles are worse by absolute and squared error, all others are level", async () => {
  const { worse, cellOf, wanted } = await compared("diabetes", ["l2Loss", "l1Loss", "quantileLoss"]);
  const outer = ["quantileLoss quantile=0.1", "quantileLoss quantile=0.9"];
  for (const metric of ["mae", "rmse"]) {
    expect(wanted.worse[metric]).toEqual(outer);
    expect(worse(metric)).toEqual(outer);
  }
  for (const [loss, metric] of [
    ["l2Loss", "rmse"],
    ["l1Loss", "mae"],
    ["quantileLoss quantile=0.1", "pinball0.1"],
    ["quantileLoss quantile=0.9", "pinball0.9"],
  ] as const)
    expect(cellOf(loss, metric).mean / mean(wanted.models[loss]?.[metric] ?? [])).toBeLessThan(1.03);
});
