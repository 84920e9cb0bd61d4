/** What is made of a table: which task, which features, and what is said about the rest. */
import { expect, it } from "vitest";
import { checkFolds, readDataset } from "../../src/cli/table/dataset.ts";
import type { Task } from "../../src/cli/table/target.ts";
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

it("classes of one number in two forms are one", () => {
  const { target } = read(rows(40, (i) => ["0", "0.0", "1", "1.00"][i % 4] as string));
  expect(target.task === "classification" && target.classes).toEqual(["0", "1"]);
  const ids = read(
    rows(40, (i) => (i % 2 ? "9007199254740993" : "9007199254740992")),
    "classification",
  );
  expect(ids.target.task === "classification" && ids.target.classes).toHaveLength(2);
});

/** The defaults of pandas 2.2 (pandas._libs.parsers.STR_NA_VALUES), and what spreadsheets and C write. */
const gaps = [
  ..." |#N/A|#N/A N/A|#NA|-1.#IND|-1.#QNAN|-NaN|-nan|1.#IND|1.#QNAN|<NA>|N/A|NA|NULL|NaN|None|n/a|nan|null".split("|"),
  ..."NaT|#DIV/0!|#VALUE!|#REF!|-nan(ind)|?|inf|-Infinity|1e999|.|-|missing|none".split("|"),
];

it.each(gaps)("%j is a gap among numbers, and in the target", (gap) => {
  const feature = rows(30, (i) => (i % 10 ? i * i : gap));
  const both = tableOf({ feature, y: rows(30, (i) => (i % 3 ? i % 2 : gap)) });
  const dataset = readDataset(both, "y", undefined);
  expect(dataset.target.task === "classification" && dataset.target.classes).toEqual(["0", "1"]);
  expect([dataset.rows, dataset.width]).toEqual([20, 1]);
  expect(dataset.features.filter(Number.isNaN)).toHaveLength(2);
  const named = gap.trim() ? ` ("${gap}")` : "";
  expect(dataset.notes.slice(1)).toEqual([
    `10 rows without a target${named} dropped`,
    `2 missing numbers${named} in 1 column: replaced by the mean of the column's training rows`,
  ]);
});

it("takes - and none for words among words", () => {
  const signs = read(rows(30, (i) => (i % 2 ? "+" : "-")));
  expect(signs.target.task === "classification" && signs.target.classes).toEqual(["+", "-"]);
  const { width, notes } = readDataset(
    tableOf({ fence: rows(30, (i) => ["none", "wood", "wire"][i % 3] as string), y: rows(30, (i) => i % 2) }),
    "y",
    undefined,
  );
  expect([width, notes.slice(1)]).toEqual([3, ['1 text column as a 0/1 feature a value (a gap is all 0): "fence"']]);
});

it("says what is among the numbers of a column, and what cells look like", () => {
  const notesOf = (cell: (i: number) => string) =>
    readDataset(
      tableOf({ sl: rows(150, cell), x: rows(150, (i) => Math.sin(i)), y: rows(150, (i) => i % 2) }),
      "y",
      undefined,
    ).notes;
  expect(notesOf((i) => (i < 13 ? "n.v." : String(i / 7)))).toContain('"sl": numbers but for "n.v.", 13 times');
  expect(notesOf((i) => `$${i}.20`)).toContain(
    '"sl": cells such as "$0.20" (an amount with a currency sign) are not read as numbers',
  );
  expect(() => read(rows(60, (i) => `${i},5`))).toThrow(
    '(not numeric: row 1 holds "0,5", a number with a decimal comma)',
  );
});

it("notes columns of whole numbers that rise or fall with every row", () => {
  const table = tableOf({
    id: rows(30, (i) => i + 1),
    down: rows(30, (i) => -3 * i),
    real: rows(30, (i) => i / 2 + 0.25),
    mixed: rows(30, (i) => (7 * i) % 30),
    y: rows(30, (i) => i % 2),
  });
  expect(readDataset(table, "y", undefined).notes.slice(1)).toEqual([
    expect.stringMatching(/^2 columns of whole numbers .* among the features: "id" and "down"; .* with --ignore$/),
  ]);
});

it("refuses a table without features", () => {
  const y = rows(30, (i) => i % 2);
  expect(() => readDataset(tableOf({ y, same: rows(30, () => 1) }), "y", undefined)).toThrow(
    'no column beside "y" can be learnt from; 1 constant column dropped: "same"',
  );
});

it("refuses a table of the target alone, and says where line 1 may be data", () => {
  const y = rows(30, (i) => i % 2);
  expect(() => readDataset(tableOf({ y }), "y", undefined)).toThrow(/no column beside "y" can be learnt from$/);
  expect(() => readDataset(tableOf({ "5.1": y, setosa: y }), "species", undefined)).toThrow(
    '; there are "5.1" and "setosa"; where line 1 is data, add --no-header',
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

it("says where a word that may mean nothing is a class of the target", () => {
  const { target, notes } = read(rows(30, (i) => ["a", "b", "-"][i % 3] as string));
  expect(target.task === "classification" && target.classes).toEqual(["-", "a", "b"]);
  expect(notes).toContain('"-" is a class here, 10 rows');
  expect(read(rows(30, (i) => (i === 3 ? "-" : i % 3))).notes.join()).not.toContain("is a class here");
});
