/** What is made of a table: which task, which features, and what is said about the rest. */
import { expect, it } from "vitest";
import { checkFolds, readDataset } from "../../src/cli/compare/dataset.ts";
import type { Task } from "../../src/cli/compare/target.ts";
import { columnOf, rows, tableOf } from "./tables.ts";

const x = rows(30, (i) => i);
const read = (y: readonly (string | number)[], task?: Task) => readDataset(tableOf({ x, y }), "y", task);

it.each<[string, (string | number)[], Task]>([
  ["words", rows(30, (i) => (i % 2 ? "yes" : "no")), "classification"],
  ["few whole numbers", rows(30, (i) => i % 3), "classification"],
  ["whole numbers written with a point", rows(30, (i) => `${i % 2}.0`), "classification"],
  ["many whole numbers", rows(30, (i) => i), "regression"],
  ["few broken numbers", rows(30, (i) => (i % 2) + 0.5), "regression"],
])("a target of %s", (_, y, task) => {
  expect(read(y).target.task).toBe(task);
});

it("--task overrides, and the decision is stated", () => {
  expect(read(rows(30, (i) => i % 3)).notes[0]).toBe(
    'target "y": classification, 3 classes (few whole numbers; --task regression overrides)',
  );
  expect(
    read(
      rows(30, (i) => i % 3),
      "regression",
    ).notes[0],
  ).toBe('target "y": regression (as asked)');
});

it("classes of numbers are in their order", () => {
  const { target } = read(rows(30, (i) => [10, 9, 100][i % 3] as number));
  expect(target.task === "classification" && target.classes).toEqual(["9", "10", "100"]);
});

it.each<[string, (string | number)[], Task | undefined, RegExp]>([
  ["one class only", rows(30, () => "a"), undefined, /one class only, "a"; at least two/],
  ["no value", rows(30, () => "NA"), undefined, /has no value in any row/],
  ["constant numbers", rows(30, () => 1.5), undefined, /is 1\.5 in every row/],
  ["an identifier", rows(30, (i) => `id${i}`), undefined, /30 different values in 30 rows; classes need at most 200/],
  ["a dirty number", rows(30, (i) => (i === 7 ? "12a" : i + 0.5)), undefined, /not numeric: row 8 holds "12a"/],
  [
    "words as regression",
    rows(30, (i) => (i % 2 ? "b" : "c")),
    "regression",
    /row 1 holds "c"; regression needs numbers/,
  ],
])("refuses a target of %s", (_, y, task, message) => {
  expect(() => read(y, task)).toThrow(message);
});

it("says what else the target could be", () => {
  const table = tableOf({ species: ["a", "b"], size: [1, 2] });
  expect(() => readDataset(table, "specie", undefined)).toThrow('no column "specie"; did you mean "species"?');
  expect(() => readDataset(table, "colour", undefined)).toThrow('; there are "species" and "size"');
});

it("drops, encodes and fills in, and says so", () => {
  const dataset = readDataset(
    tableOf({
      number: rows(30, (i) => (i === 3 || i === 4 ? "" : i)),
      infinite: rows(30, (i) => (i === 5 ? "inf" : i)),
      constant: rows(30, () => 7),
      sameNumber: rows(30, (i) => (i % 2 ? "1" : "1.0")),
      empty: rows(30, () => "?"),
      word: rows(30, (i) => ["red", "green", "NA"][i % 3] as string),
      comment: rows(30, (i) => `free text ${i}`),
      y: rows(30, (i) => (i < 2 ? "" : i % 2)),
    }),
    "y",
    undefined,
  );
  expect([dataset.rows, dataset.width]).toEqual([28, 4]);
  expect(dataset.notes.slice(1)).toEqual([
    "2 rows without a target dropped",
    '3 missing numbers ("inf") in 2 columns: replaced by the mean of the column\'s training rows',
    '1 text column as a 0/1 feature a value (a gap is all 0): "word"',
    '3 constant columns dropped: "constant", "sameNumber" and "empty"',
    '1 text column with more than 20 different values dropped: "comment"',
  ]);
  const first = [...dataset.features.subarray(0, 4)];
  expect(first).toEqual([2, 2, 0, 0]);
  expect(dataset.features[4]).toBeNaN();
});

it("refuses a table without features", () => {
  const y = rows(30, (i) => i % 2);
  expect(() => readDataset(tableOf({ y, same: rows(30, () => 1) }), "y", undefined)).toThrow(
    'no column beside "y" can be learnt from; 1 constant column dropped: "same"',
  );
});

it("refuses two columns of the target's name", () => {
  const table = { path: "t.csv", rows: 2, columns: [0, 1].map(() => columnOf("y", ["a", "b"])), notes: [] };
  expect(() => readDataset(table, "y", undefined)).toThrow('2 columns are called "y"');
});

it("refuses folds without rows, and names classes too small for them", () => {
  expect(() => checkFolds(read(rows(30, (i) => i % 2)), 16)).toThrow("30 rows are too few for 16 folds");
  expect(checkFolds(read(rows(30, (i) => (i < 3 ? "rare" : "common"))), 5)).toEqual([
    '1 class with fewer rows than folds, so that some folds test without it: "rare"',
  ]);
  expect(checkFolds(read(rows(30, (i) => i % 2)), 5)).toEqual([]);
});

it("shows names without what would speak to a terminal", () => {
  expect(() => readDataset(tableOf({ y: ["a"], "\u001b[2Jx": ["b"] }), "target", undefined)).toThrow(
    /^(?!.*\p{Cc}).*"\ufffd\[2Jx"/u,
  );
});
