/** The names in the first line of a .csv file, where it holds names. */
import { dataError, type UserError } from "../../errors.ts";
import { isNumber } from "../cells.ts";

/** Names without the spaces around them, and without the "# " that NumPy's savetxt puts before the first. */
export function headerNames(path: string, record: readonly string[], separator: string, sure: boolean): string[] {
  const names = record.map((name, i) => (i === 0 ? name.trim().replace(/^#\s+/, "") : name.trim()));
  if (names.some((name) => name.includes("\0")))
    throw dataError(`${path}: line 1 holds NUL bytes; if the file is UTF-16, add --encoding utf-16le`);
  if (!sure && names.every(isNumber) && !isNumbered(names))
    throw dataError(
      `${path}: line 1 holds only numbers, expected a header with the columns' names; ` +
        "where it is data, add --no-header (where it holds names, --header)",
    );
  if (names.length === 1) checkSeparator(path, names[0] as string, separator);
  return names;
}

/** 0, 1, … n − 1: what pandas writes where columns have no names. */
export const isNumbered = (names: readonly string[]): boolean => names.every((name, i) => name === String(i));

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
