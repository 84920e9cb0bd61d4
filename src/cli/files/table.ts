/** A table of text with named columns, from a .csv file or a two-dimensional array. */
import { dataError, usageError } from "../errors.ts";
import { readArray, splitSpec } from "./array.ts";
import { readCsv } from "./csv.ts";

export interface Table {
  readonly path: string;
  readonly rows: number;
  readonly columns: readonly { readonly name: string; readonly values: readonly string[] }[];
}

const TABLES = "a table: a .csv or .parquet file, a two-dimensional .npy, or file.npz:key";

/** Reads `table.csv`, or a two-dimensional `array.npy` or `file.npz:key`, whose columns are called column_0, column_1 …. */
export async function readTable(path: string): Promise<Table> {
  const { type, key } = splitSpec(path, TABLES);
  if (type !== "csv") return tableOfArray(path);
  if (key !== null) throw usageError(`${path}: expected a whole table, not one of its columns`);
  return readCsv(path);
}

async function tableOfArray(path: string): Promise<Table> {
  const { data, shape } = await readArray(path);
  const [rows, width] = shape as [number, number];
  if (shape.length !== 2) throw dataError(`${path}: is [${shape.join(", ")}], expected [rows, columns]`);
  if (rows === 0 || width === 0) throw dataError(`${path}: is empty ([${shape.join(", ")}])`);
  const columns = Array.from({ length: width }, (_, column) => ({
    name: `column_${column}`,
    values: Array.from({ length: rows }, (_, row) => String(data[row * width + column])),
  }));
  return { path, rows, columns };
}
