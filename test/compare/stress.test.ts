/** Folds and stress: what is damaged, and that nothing else is. */
import { expect, it } from "vitest";
import { cutFolds } from "../../src/cli/compare/folds.ts";
import { applyStress } from "../../src/cli/compare/stress.ts";
import { robustScale, standardise } from "../../src/cli/table/scale.ts";
import type { Classes, Numbers } from "../../src/cli/table/target.ts";
import { seededRandom } from "../../src/random.ts";

const none = { labelNoise: 0, outliers: 0, imbalance: 1 };
const labels = Int32Array.from({ length: 600 }, (_, i) => (i < 300 ? 0 : i < 500 ? 1 : 2));
const classes: Classes = { task: "classification", labels, classes: ["a", "b", "c"] };
const numbers: Numbers = { task: "regression", values: Float64Array.from({ length: 600 }, (_, i) => Math.sin(i)) };
const [fold] = cutFolds(600, labels, 5, seededRandom(1));
const { train, test } = fold as NonNullable<typeof fold>;

const countsOf = (rows: Int32Array) => [0, 1, 2].map((label) => rows.filter((row) => labels[row] === label).length);

it("folds part the rows, with every class in proportion", () => {
  const folds = cutFolds(600, labels, 5, seededRandom(3));
  expect([...folds.flatMap(({ test: rows }) => [...rows])].sort((a, b) => a - b)).toEqual([...labels.keys()]);
  for (const { train: rows, test: held } of folds) {
    expect(countsOf(held)).toEqual([60, 40, 20]);
    expect(rows.length + held.length).toBe(600);
    expect(new Set([...rows, ...held]).size).toBe(600);
  }
});

it("no stress changes nothing", () => {
  expect(applyStress(classes, train, none, seededRandom(0))).toEqual({ rows: train, target: classes });
  expect(applyStress(numbers, train, none, seededRandom(0))).toEqual({ rows: train, target: numbers });
});

it("label noise changes its share of the training labels to other classes, and no test label", () => {
  const { rows, target } = applyStress(classes, train, { ...none, labelNoise: 0.2 }, seededRandom(0));
  const changed = (list: Int32Array) => list.filter((row) => (target as Classes).labels[row] !== labels[row]).length;
  expect(rows).toEqual(train);
  expect(changed(train)).toBe(96);
  expect(changed(test)).toBe(0);
});

it("outliers move their share of the training targets by 5 to 15 robust deviations, and no test target", () => {
  const { target } = applyStress(numbers, train, { ...none, outliers: 0.05 }, seededRandom(0));
  const { scale } = robustScale(numbers.values);
  const moves = (list: Int32Array) =>
    [...list].map((row) => ((target as Numbers).values[row] as number) - (numbers.values[row] as number));
  const moved = moves(train).filter((move) => move !== 0);
  expect(moved).toHaveLength(24);
  expect(moved.some((move) => move < 0) && moved.some((move) => move > 0)).toBe(true);
  for (const move of moved) {
    expect(Math.abs(move) / scale).toBeGreaterThan(4.5);
    expect(Math.abs(move) / scale).toBeLessThan(16.5);
  }
  expect(moves(test).every((move) => move === 0)).toBe(true);
});

it("imbalance thins classes geometrically, in the training rows alone", () => {
  const { rows, target } = applyStress(classes, train, { ...none, imbalance: 10 }, seededRandom(0));
  expect(countsOf(train)).toEqual([240, 160, 80]);
  expect(countsOf(rows)).toEqual([240, 76, 24]);
  expect(rows.every((row) => train.includes(row))).toBe(true);
  expect(target).toEqual(classes);
});

it("features are standardised by the training rows; gaps become their mean, a constant column 0", () => {
  const features = Float64Array.of(1, 5, Number.NaN, 3, 5, 8, 7, 5, 10, 100, 5, 9);
  const scaled = standardise(features, 3, Int32Array.of(0, 1, 2));
  const deviation = Math.sqrt(((1 - 11 / 3) ** 2 + (3 - 11 / 3) ** 2 + (7 - 11 / 3) ** 2) / 3);
  expect(scaled[9]).toBeCloseTo((100 - 11 / 3) / deviation, 4);
  expect([scaled[1], scaled[10]]).toEqual([0, 0]);
  expect([scaled[2], scaled[5], scaled[8], scaled[11]]).toEqual([0, -1, 1, 0]);
});

it("huge features do not overflow", () => {
  expect([...standardise(Float64Array.of(1e300, -1e300), 1, Int32Array.of(0, 1))]).toEqual([1, -1]);
});

it("the robust scale is that of a normal distribution, and not moved by outliers", () => {
  const random = seededRandom(5);
  const values = Float64Array.from({ length: 4001 }, () => 3 + 2 * random.normal());
  values.fill(1e6, 0, 100);
  const { centre, scale } = robustScale(values);
  expect(Math.abs(centre - 3)).toBeLessThan(0.2);
  expect(Math.abs(scale - 2)).toBeLessThan(0.2);
  expect(robustScale(Float64Array.of(1, 1, 1, 1, 9)).scale).toBeCloseTo(3.2, 12);
});
