/** The names in the first line of a .csv file, where it holds names. */
import { dataError, type UserError } from "../../errors.ts";
import { isNumber, namesNothing } from "../cells.ts";
import type { Column } from "../column.ts";

/** Names without the spaces around them, and without the "# " that NumPy's savetxt puts before the first. */
export function headerNames(path: string, record: readonly string[], separator: string, sure: boolean): string[] {
  const names = record.map((name, i) => (i === 0 ? name.trim().replace(/^#\s+/, "") : name.trim()));
  if (names.some((name) => name.includes("\0")))
    throw dataError(`${path}: line 1 holds NUL bytes; if the file is UTF-16, add --encoding utf-16le`);
  if (!sure && namesNothing(names) && !isNumbered(names) && !isNumberedFrame(names)) throw nameless(path, names);
  if (names.length === 1) checkSeparator(path, names[0] as string, separator);
  return names;
}

function nameless(path: string, names: readonly string[]): UserError {
  const held = names.every(isNumber) ? "only numbers" : "no name, only numbers, dates or missing values";
  return dataError(
    `${path}: line 1 holds ${held}, expected a header with the columns' names; ` +
      "where it is data, add --no-header (where it holds names, --header)",
  );
}

/** 0, 1, … n − 1: what pandas writes where columns have no names. */
export const isNumbered = (names: readonly string[]): boolean => names.every((name, i) => name === String(i));

/** What pandas writes where columns have no names, and the rows are numbered in a first column. */
const isNumberedFrame = ([first, ...others]: readonly string[]): boolean =>
  first === "" && others.length > 0 && isNumbered(others);

/** Throws where the names are numbers and the rows are not numbered as pandas does: the line has a missing value and data. */
export function checkFrame(path: string, columns: readonly Column[]): void {
  const names = columns.map(({ name }) => name);
  if (isNumberedFrame(names) && !columns[0]?.numbers.every((value, row) => value === row)) throw nameless(path, names);
}

/**
 * Throws where a first line of numbers and words is data: its words are values of their columns, which a name is not, and
 * under its numbers are numbers alone.
 */
export function checkMixed(path: string, columns: readonly Column[]): void {
  const numeric = columns.filter(({ name }) => isNumber(name));
  const worded = columns.filter(({ name }) => name !== "" && !isNumber(name));
  if (numeric.length === 0 || worded.length === 0) return;
  if (!worded.every(({ name, words }) => words.includes(name))) return;
  if (!numeric.every(({ numbers }) => numbers.every(Number.isFinite))) return;
  throw dataError(
    `${path}: line 1 holds numbers and values of its columns (${(worded[0] as Column).name}), expected a header with the ` +
      "columns' names; where it is data, add --no-header (where it holds names, --header)",
  );
}

/**
 * One or two numbered columns of whole numbers may be data with labels 0 and 1 in the first row, or a table of pandas
 * without names: nothing in the file tells.
 */
export const ambiguous = (path: string): UserError =>
  dataError(
    `${path}: line 1 may be the columns' names or data, as all cells are whole numbers; add --header or --no-header`,
  );

function checkSeparator(path: string, name: string, separator: string): void {
  const other = /[;\t|,]/.exec(name)?.[0];
  if (!other || other === separator) return;
  const named = (text: string) => (text === "\t" ? "tabs" : text === "," ? "commas" : `"${text}"`);
  throw dataError(
    `${path}: its cells seem to be separated by ${named(other)}, expected ${named(separator)}; ` +
      `add --separator ${other === "\t" ? "tab" : `"${other}"`}`,
  );
}
