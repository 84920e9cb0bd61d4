/** From a table of text to numbers a model can learn from; says everything it left out. */

import { dataError, usageError } from "../errors.ts";
import { asNumber, type Column, counted, hint, isMissing, listed, quote } from "./columns.ts";
import { describeNumberings } from "./rowNumbers.ts";
import { type Sampling, sampleRows } from "./sample.ts";
import { readTarget, type Target, type Task } from "./target.ts";

export interface Table {
  readonly path: string;
  readonly rows: number;
  readonly columns: readonly Column[];
}

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
  | { readonly kind: "numbers"; readonly values: Float64Array; readonly missing: number }
  | { readonly kind: "words"; readonly words: readonly string[]; readonly cells: readonly string[] }
  | { readonly kind: "constant" }
  | { readonly kind: "tooManyWords"; readonly count: number };

function readColumn(column: Column, rows: Int32Array): Reading {
  const cells = Array.from(rows, (row) => (column.values[row] as string).trim());
  const present = cells.filter((cell) => !isMissing(cell));
  const words = [...new Set(present)].sort();
  const values = Float64Array.from(cells, asNumber);
  const numeric = present.every((cell) => !Number.isNaN(asNumber(cell)));
  if (words.length < 2 || (numeric && new Set(words.map(Number)).size < 2)) return { kind: "constant" };
  if (numeric) return { kind: "numbers", values, missing: cells.length - present.length };
  return words.length > MOST_WORDS
    ? { kind: "tooManyWords", count: words.length }
    : { kind: "words", words, cells: cells.map((cell) => (isMissing(cell) ? "" : cell)) };
}

/** The feature columns of a reading: numbers as they are, a 0/1 column a word. */
function featuresOf(reading: Reading): Float64Array[] {
  if (reading.kind === "numbers") return [reading.values];
  if (reading.kind !== "words") return [];
  return reading.words.map((word) => Float64Array.from(reading.cells, (cell) => Number(cell === word)));
}

function describeReadings(readings: readonly (readonly [Column, Reading])[]): string[] {
  const named = (kind: Reading["kind"]) => readings.filter(([, reading]) => reading.kind === kind);
  const names = (list: readonly (readonly [Column, Reading])[]) => listed(list.map(([{ name }]) => quote(name)));
  const notes: string[] = [];
  const gaps = readings.flatMap(([, reading]) => (reading.kind === "numbers" && reading.missing ? [reading] : []));
  if (gaps.length > 0) {
    const missing = gaps.reduce((sum, reading) => sum + reading.missing, 0);
    notes.push(
      `${counted(missing, "missing number")} in ${counted(gaps.length, "column")}: replaced by the mean of the column's training rows`,
    );
  }
  const words = named("words");
  if (words.length > 0)
    notes.push(`${counted(words.length, "text column")} as a 0/1 feature a value (a gap is all 0): ${names(words)}`);
  const constant = named("constant");
  if (constant.length > 0) notes.push(`${counted(constant.length, "constant column")} dropped: ${names(constant)}`);
  const wordy = named("tooManyWords");
  if (wordy.length > 0)
    notes.push(
      `${counted(wordy.length, "text column")} with more than ${MOST_WORDS} different values dropped: ${names(wordy)}`,
    );
  return notes;
}

/** The target that was asked for; without one, the error names the columns. */
export function targetOf({ columns }: Table, asked: string | undefined, flag: string): string {
  if (asked !== undefined) return asked;
  const names = columns.map(({ name }) => quote(name));
  throw usageError(`required option '${flag}' not specified; there are ${listed(names, 12)}`);
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
  if (!column)
    throw dataError(
      `${table.path}: no column ${quote(targetName)}${hint(
        targetName,
        table.columns.map(({ name }) => name),
      )}`,
    );
  const others = withoutIgnored(table, targetName, ignore).filter((other) => other !== column);
  const reading = readTarget(column, task);
  const notes = [reading.decision];
  const dropped = table.rows - reading.rows.length;
  if (dropped > 0) notes.push(`${counted(dropped, "row")} without a target dropped`);
  const [{ target, rows }, sampled] = sampling ? sampleRows(reading, sampling) : [reading, []];
  notes.push(...sampled);
  const readings = others.map((other) => [other, readColumn(other, rows)] as const);
  const features = readings.flatMap(([, reading]) => featuresOf(reading));
  const said = [...describeReadings(readings), ...describeNumberings(others, rows)];
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
