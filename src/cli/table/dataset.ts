/** From a table of text to numbers a model can learn from; says everything it left out. */

import { dataError, usageError } from "../errors.ts";
import { isNumber } from "../files/cells.ts";
import type { Column } from "../files/column.ts";
import type { Table } from "../files/table.ts";
import { counted, hint, listed, quote, readContents, strangersOf } from "./columns.ts";
import { describeNumberings } from "./rowNumbers.ts";
import { type Sampling, sampleRows } from "./sample.ts";
import { readTarget, type Target, type Task } from "./target.ts";

export interface Dataset {
  readonly rows: number;
  /** Features a row. */
  readonly width: number;
  /** Row-major; NaN where a number is missing. */
  readonly features: Float64Array;
  readonly target: Target;
  /** What was decided about the data, a line each. */
  readonly notes: readonly string[];
}

const MOST_WORDS = 20;

/** How one column becomes features. */
type Reading =
  | { readonly kind: "numbers"; readonly values: Float64Array; readonly missing: number; readonly gaps: string[] }
  | { readonly kind: "words"; readonly words: readonly string[]; readonly cells: readonly string[] }
  | { readonly kind: "constant" }
  | { readonly kind: "tooManyWords" };

function readColumn(column: Column, rows: Int32Array): Reading {
  const { numbers, text, gaps, numeric } = readContents(column);
  if (numeric) {
    const values = Float64Array.from(rows, (row) => numbers[row] as number);
    const present = values.filter((value) => !Number.isNaN(value));
    if (present.every((value) => value === present[0])) return { kind: "constant" };
    return { kind: "numbers", values, missing: values.length - present.length, gaps: [...gaps] };
  }
  const cells = Array.from(rows, (row) => text(row) ?? "");
  const words = [...new Set(cells)].filter((word) => word !== "").sort();
  if (words.length < 2) return { kind: "constant" };
  return words.length > MOST_WORDS ? { kind: "tooManyWords" } : { kind: "words", words, cells };
}

/** The feature columns of a reading: numbers as they are, a 0/1 column a word. */
function featuresOf(reading: Reading): Float64Array[] {
  if (reading.kind === "numbers") return [reading.values];
  if (reading.kind !== "words") return [];
  return reading.words.map((word) => Float64Array.from(reading.cells, (cell) => Number(cell === word)));
}

type Readings = readonly (readonly [Column, Reading])[];

const namesOf = (readings: Readings) => listed(readings.map(([{ name }]) => quote(name)));

function describeReadings(readings: Readings): string[] {
  const named = (kind: Reading["kind"]) => readings.filter(([, reading]) => reading.kind === kind);
  const notes = describeGaps(readings);
  const words = named("words");
  if (words.length > 0)
    notes.push(`${counted(words.length, "text column")} as a 0/1 feature a value (a gap is all 0): ${namesOf(words)}`);
  const constant = named("constant");
  if (constant.length > 0) notes.push(`${counted(constant.length, "constant column")} dropped: ${namesOf(constant)}`);
  const wordy = named("tooManyWords");
  if (wordy.length > 0)
    notes.push(
      `${counted(wordy.length, "text column")} with more than ${MOST_WORDS} different values dropped: ${namesOf(wordy)}`,
    );
  for (const [column] of [...words, ...wordy]) {
    const strangers = strangersOf(column);
    if (strangers) notes.push(`${quote(column.name)}: ${strangers}`);
  }
  return notes;
}

function describeGaps(readings: Readings): string[] {
  const gaps = readings.flatMap(([, reading]) => (reading.kind === "numbers" && reading.missing ? [reading] : []));
  if (gaps.length === 0) return [];
  const missing = gaps.reduce((sum, reading) => sum + reading.missing, 0);
  return [
    `${counted(missing, "missing number")}${markers(gaps.flatMap((reading) => reading.gaps))} in ${counted(gaps.length, "column")}: replaced by the mean of the column's training rows`,
  ];
}

/** ' ("NA" and "-")': the texts that were taken for gaps. */
const markers = (gaps: readonly string[]): string =>
  gaps.length > 0 ? ` (${listed([...new Set(gaps)].map(quote))})` : "";

/** The columns that are numbers. */
const numbersOf = (readings: Readings) =>
  readings.flatMap(([{ name }, reading]) => (reading.kind === "numbers" ? [{ name, values: reading.values }] : []));

/** The target that was asked for; without one, the error names the columns. */
export function targetOf({ columns }: Table, asked: string | undefined, command: string): string {
  if (asked !== undefined) return asked;
  const names = columns.map(({ name }) => quote(name));
  throw usageError(`lossary ${command} needs --target <column>; there are ${listed(names, 12)}`);
}

/** What is taken of a table; all of it by default. */
export interface Choice {
  /** Columns that are left out. */
  readonly ignore?: readonly string[] | undefined;
  readonly sampling?: Sampling | undefined;
}

/** The columns but for those to be left out. */
function withoutIgnored({ path, columns }: Table, target: string, ignore: readonly string[]): readonly Column[] {
  for (const name of ignore) {
    if (name === target) throw usageError(`--ignore has ${quote(name)}, which is the target`);
    const names = columns.map((column) => column.name);
    if (!names.includes(name)) throw dataError(`${path}: --ignore: no column ${quote(name)}${hint(name, names)}`);
  }
  return columns.filter(({ name }) => !ignore.includes(name));
}

export function readDataset(
  table: Table,
  targetName: string,
  task: Task | undefined,
  { ignore = [], sampling }: Choice = {},
): Dataset {
  const named = table.columns.filter(({ name }) => name === targetName);
  if (named.length > 1) throw dataError(`${table.path}: ${named.length} columns are called ${quote(targetName)}`);
  const [column] = named;
  if (!column) throw unknownColumn(table, targetName);
  const others = withoutIgnored(table, targetName, ignore).filter((other) => other !== column);
  const reading = readTarget(column, task);
  const notes = [reading.decision, ...reading.doubts, ...table.notes];
  const dropped = table.rows - reading.rows.length;
  if (dropped > 0) notes.push(`${counted(dropped, "row")} without a target${markers(reading.gaps)} dropped`);
  const [{ target, rows }, sampled] = sampling ? sampleRows(reading, sampling) : [reading, []];
  notes.push(...sampled);
  const readings = others.map((other) => [other, readColumn(other, rows)] as const);
  const features = readings.flatMap(([, reading]) => featuresOf(reading));
  const said = [...describeReadings(readings), ...describeNumberings(numbersOf(readings))];
  if (features.length === 0)
    throw dataError(
      `${table.path}: no column beside ${quote(targetName)} can be learnt from${said.map((line) => `; ${line}`).join("")}`,
    );
  const width = features.length;
  const joined = new Float64Array(rows.length * width);
  for (const [j, values] of features.entries())
    for (let i = 0; i < rows.length; i++) joined[i * width + j] = values[i] as number;
  return { rows: rows.length, width, features: joined, target, notes: [...notes, ...said] };
}

function unknownColumn({ path, columns, notes }: Table, wanted: string): Error {
  const names = columns.map(({ name }) => name);
  const data = names.some(isNumber) ? "; where line 1 is data, add --no-header" : "";
  const left = notes.filter((note) => note.includes(quote(wanted))).map((note) => `; ${note}`);
  return dataError(`${path}: no column ${quote(wanted)}${hint(wanted, names)}${data}${left.join("")}`);
}

/** Refuses folds that cannot be cut, and says where a class is too small for them. */
export function checkFolds({ rows, target }: Dataset, folds: number): string[] {
  if (rows < 2 * folds)
    throw dataError(`${counted(rows, "row")} are too few for ${folds} folds of two rows or more; lower --folds`);
  if (target.task === "regression") return [];
  const sizes = new Int32Array(target.classes.length);
  for (const label of target.labels) sizes[label] = (sizes[label] as number) + 1;
  const small = target.classes.filter((_, i) => (sizes[i] as number) < folds);
  if (small.length === 0) return [];
  return [
    `${counted(small.length, "class")} with fewer rows than folds, so that some folds test without ${small.length > 1 ? "them" : "it"}: ${listed(small.map(quote))}`,
  ];
}
