/** A .parquet file as a table: each cell as pandas would write it into a .csv. */
import { dataError } from "../../errors.ts";
import { type Column, ColumnBuilder } from "../column.ts";
import { MAX_CELLS } from "../limits.ts";
import type { Table } from "../table.ts";
import { openParquet } from "./open.ts";

export async function readParquetTable(path: string): Promise<Table> {
  const { rows, columns: names, notes, each } = await openParquet(path);
  if (rows === 0) throw dataError(`${path}: has no rows`);
  if (rows * names.length > MAX_CELLS)
    throw dataError(`${path}: has more than ${MAX_CELLS} cells; a .npy file holds more`);
  const builders = names.map(() => new ColumnBuilder());
  const nested = new Set<number>();
  await each(names, (cells) => {
    for (const [i, cell] of cells.entries()) if (!builders[i]?.addValue(cell)) nested.add(i);
  });
  const columns: Column[] = builders
    .map((builder, i) => builder.column(names[i] as string))
    .filter((_, i) => !nested.has(i));
  const left = names.filter((_, i) => nested.has(i)).map((name) => `"${name}"`);
  const lists = left.length > 0 ? [`columns of lists, records or bytes left out: ${left.join(", ")}`] : [];
  return { path, rows, columns, notes: [...notes, ...lists] };
}
