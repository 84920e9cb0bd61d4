/**
 * Arrays by the way a user names them: `a.npy`, `file.npz:key`, `file.csv:column`, `file.csv`, the same for .parquet,
 * and images, `a.png` or `a.jpg`.
 */
import { suggest } from "../../options.ts";
import { dataError, usageError } from "../errors.ts";
import { readCsv } from "./csv.ts";
import { isImage, readImage } from "./image.ts";
import { type ArrayFromFile, readNpyFile } from "./npy.ts";
import { readNpz } from "./npz.ts";
import { readParquet } from "./parquet.ts";
import type { Table } from "./table.ts";

export type { ArrayFromFile } from "./npy.ts";

type FileType = "npy" | "npz" | "csv" | "parquet" | "image";

const ARRAYS = "a .npy file, file.npz:key, file.csv:column, a .csv or .parquet file, or an image (.png, .jpg)";

/** The parts of a name: file, type by its ending, and what stands behind the colon (null without one). */
export function splitSpec(spec: string, expected = ARRAYS): { file: string; type: FileType; key: string | null } {
  if (isImage(spec)) return { file: spec, type: "image", key: null };
  const match = /^(.+?\.(npy|npz|csv|parquet))(?::(.*))?$/is.exec(spec);
  if (!match) throw usageError(`"${spec}": expected ${expected}`);
  return { file: match[1] as string, type: match[2]?.toLowerCase() as FileType, key: match[3] ?? null };
}

/** The file of a name; a name of no known kind is its own. */
export const fileOf = (spec: string): string => /^(.+?\.(?:npz|csv|parquet)):/is.exec(spec)?.[1] ?? spec;

export async function readArray(spec: string): Promise<ArrayFromFile> {
  const { file, type, key } = splitSpec(spec);
  if (type === "image") return readImage(file);
  if (type === "npz") return readNpz(file, key ?? "");
  if (type === "parquet") return readParquet(file, key);
  if (type === "csv") return numbersOf(await readCsv(file), key);
  if (key !== null) throw usageError(`"${spec}": a .npy file holds one array, so nothing may stand behind its name`);
  return readNpyFile(file);
}

function numbersOf({ path, rows, columns }: Table, name: string | null): ArrayFromFile {
  if (name !== null) {
    const column = columns.find((candidate) => candidate.name === name);
    if (!column) throw dataError(`${path}: has no column "${name}"${hint(name, columns)}`);
    return { data: Float64Array.from(column.values, (cell, i) => toNumber(path, name, cell, i)), shape: [rows] };
  }
  const data = new Float64Array(rows * columns.length);
  for (const [j, column] of columns.entries())
    for (let i = 0; i < rows; i++)
      data[i * columns.length + j] = toNumber(path, column.name, column.values[i] as string, i);
  return { data, shape: [rows, columns.length] };
}

function hint(name: string, columns: Table["columns"]): string {
  const names = columns.map((column) => column.name);
  const close = suggest(name, names);
  if (close.includes("mean")) return close;
  return `; it has ${names.slice(0, 20).join(", ")}${names.length > 20 ? `, and ${names.length - 20} more` : ""}`;
}

const NUMBER = /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i;
const NAN = /^[-+]?nan$/i;
const INFINITE = /^([-+]?)inf(inity)?$/i;

function toNumber(path: string, column: string, cell: string, row: number): number {
  const text = cell.trim();
  if (NUMBER.test(text)) return Number(text);
  if (NAN.test(text)) return Number.NaN;
  const infinite = INFINITE.exec(text);
  if (infinite) return infinite[1] === "-" ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  const shown = text.length > 40 ? `${text.slice(0, 40)}…` : text;
  throw dataError(
    `${path}: column "${column}", row ${row + 1} is ${text ? `"${shown}"` : "empty"}, expected a number (or nan)`,
  );
}
