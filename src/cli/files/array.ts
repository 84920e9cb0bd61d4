/**
 * Arrays by the way a user names them: `a.npy`, `file.npz:key`, `file.csv:column`, `file.csv`, the same for .tsv and .parquet,
 * and images, `a.png` or `a.jpg`.
 */
import { suggest } from "../../contract/options.ts";
import { dataError, type UserError, usageError } from "../errors.ts";
import { printNotes } from "../terminal/print.ts";
import { infinityOf, isGap, isNaNText, isNumber, looksLike } from "./cells.ts";
import type { Column } from "./column.ts";
import type { CsvFormat } from "./csv/format.ts";
import { readCsv } from "./csv.ts";
import { isImage, readImage } from "./image.ts";
import { type ArrayFromFile, readNpyFile } from "./npy.ts";
import { readNpz } from "./npz.ts";
import type { Table } from "./table.ts";

export type { ArrayFromFile } from "./npy.ts";

type FileType = "npy" | "npz" | "csv" | "parquet" | "image";

/** How arrays are named, in words. */
export const ARRAYS =
  "a .npy file, file.npz:key, file.csv:column, a .csv, .tsv or .parquet file, or an image (.png, .jpg)";

const TYPED = /^(.+?\.(npy|npz|csv|tsv|parquet))(?::(.*))?$/is;

/** Whether a text names an array of a known type. */
export const namesArray = (text: string): boolean => isImage(text) || TYPED.test(text);

/** The parts of a name: file, type by its ending, and what follows the colon (null without one). */
export function splitSpec(spec: string, expected = ARRAYS): { file: string; type: FileType; key: string | null } {
  if (isImage(spec)) return { file: spec, type: "image", key: null };
  const match = TYPED.exec(spec);
  if (!match) throw usageError(`"${spec}": expected ${expected}`);
  const ending = match[2]?.toLowerCase() as string;
  return { file: match[1] as string, type: (ending === "tsv" ? "csv" : ending) as FileType, key: match[3] ?? null };
}

/** The file of a name; a name of no known kind is its own. */
export const fileOf = (spec: string): string => /^(.+?\.(?:npz|csv|tsv|parquet)):/is.exec(spec)?.[1] ?? spec;

/**
 * Reads arrays by their names; a table of which several columns are wanted is read once, and a note on a file is printed
 * once: `told` has those that were.
 */
export function arrayReader(
  format: CsvFormat = {},
  told: Set<string> = new Set(),
): (spec: string) => Promise<ArrayFromFile> {
  const tables = new Map<string, Promise<Table>>();
  const tableOf = (file: string) => {
    const table = tables.get(file) ?? readCsv(file, format);
    tables.set(file, table);
    return table;
  };
  return async (spec) => {
    const { file, type, key } = splitSpec(spec);
    if (type === "image") return readImage(file);
    if (type === "npz") return readNpz(file, key ?? "");
    if (type === "parquet") return (await import("./parquet.ts")).readParquet(file, key, told);
    if (type === "csv") return numbersOf(await tableOf(file), key, told);
    if (key !== null) throw usageError(`"${spec}": a .npy file holds one array, so nothing may follow its name`);
    return readNpyFile(file);
  };
}

export const readArray = (spec: string, format?: CsvFormat, told?: Set<string>): Promise<ArrayFromFile> =>
  arrayReader(format, told)(spec);

function numbersOf({ path, rows, columns, notes }: Table, name: string | null, told: Set<string>): ArrayFromFile {
  if (name !== null) return { data: numbers(path, findColumn(path, columns, name)), shape: [rows] };
  printNotes(path, notes, told);
  const width = columns.length;
  const data = new Float64Array(rows * width);
  for (const [j, column] of columns.entries()) {
    const values = numbers(path, column);
    for (let i = 0; i < rows; i++) data[i * width + j] = values[i] as number;
  }
  return { data, shape: [rows, width] };
}

function findColumn(path: string, columns: Table["columns"], name: string): Column {
  const found = columns.filter((candidate) => candidate.name === name);
  if (found.length > 1)
    throw dataError(`${path}: ${found.length} columns are called "${name}"; give them names of their own`);
  if (!found[0]) throw dataError(`${path}: has no column "${name}"${hint(name, columns)}`);
  return found[0];
}

function hint(name: string, columns: Table["columns"]): string {
  const names = columns.map((column) => column.name);
  const close = suggest(name, names);
  if (close.includes("mean")) return close;
  const all = `; it has ${names.slice(0, 20).join(", ")}${names.length > 20 ? `, and ${names.length - 20} more` : ""}`;
  return names.some(isNumber) ? `${all}; where line 1 is data, add --no-header` : all;
}

/** A column's numbers, NaN and infinities; throws where a cell is something else. */
function numbers(path: string, { name, numbers, codes, words }: Column): Float64Array {
  if (words.length === 0) return numbers;
  const values = words.map(numberOf);
  return numbers.map((number, row) => {
    const code = codes[row] as number;
    if (code === 0 || !Number.isNaN(number)) return number;
    const value = values[code - 1];
    if (value === undefined) throw notNumber(`${path}: column "${name}", row ${row + 1}`, words[code - 1] as string);
    return value;
  });
}

const numberOf = (text: string): number | undefined => (isNaNText(text) ? Number.NaN : infinityOf(text));

function notNumber(where: string, text: string): UserError {
  const shown = text.length > 40 ? `${text.slice(0, 40)}…` : text;
  const meant = isGap(text) ? "a missing value" : looksLike(text);
  return dataError(
    `${where} is ${text ? `"${shown}"${meant ? ` (${meant})` : ""}` : "empty"}, expected a number (or nan)`,
  );
}
