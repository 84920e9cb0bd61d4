/** Tables from .csv and .parquet files and two-dimensional arrays. */
import { dataError, usageError } from "../errors.ts";
import { readArray, splitSpec } from "./array.ts";
import { ColumnBuilder } from "./column.ts";
import type { CsvFormat } from "./csv/format.ts";
import { readCsv } from "./csv.ts";
import type { Table } from "./table.ts";

const TABLES = "a table: a .csv, .tsv or .parquet file, a two-dimensional .npy, or file.npz:key";

/** Reads a whole table; the columns of a two-dimensional `array.npy` or `file.npz:key` are called column_0, column_1 …. */
export async function readTable(path: string, format: CsvFormat = {}): Promise<Table> {
  const { type, key } = splitSpec(path, TABLES);
  if (type !== "csv" && type !== "parquet") return tableOfArray(path);
  if (key !== null) throw usageError(`${path}: expected a whole table, not one of its columns`);
  if (type === "csv") return readCsv(path, format);
  return (await import("./parquet/table.ts")).readParquetTable(path);
}

async function tableOfArray(path: string): Promise<Table> {
  const { data, shape } = await readArray(path);
  const [rows, width] = shape as [number, number];
  if (shape.length !== 2) throw dataError(`${path}: is [${shape.join(", ")}], expected [rows, columns]`);
  if (rows === 0 || width === 0) throw dataError(`${path}: is empty ([${shape.join(", ")}])`);
  const columns = Array.from({ length: width }, (_, column) => {
    const builder = new ColumnBuilder();
    for (let row = 0; row < rows; row++) builder.addValue(data[row * width + column]);
    return builder.column(`column_${column}`);
  });
  return { path, rows, columns, notes: [] };
}
