/** Small tables for the tests of compare. */
import { ColumnBuilder } from "../../src/cli/files/column.ts";
import type { Table } from "../../src/cli/files/table.ts";

export function tableOf(columns: Readonly<Record<string, readonly (string | number)[]>>): Table {
  const entries = Object.entries(columns);
  return {
    path: "table.csv",
    rows: entries[0]?.[1].length ?? 0,
    columns: entries.map(([name, values]) => columnOf(name, values)),
    notes: [],
  };
}

/** A column as a .csv file gives it. */
export function columnOf(name: string, cells: readonly (string | number)[]): Table["columns"][number] {
  const builder = new ColumnBuilder();
  for (const cell of cells) builder.addText(String(cell));
  return builder.column(name);
}

/** `count` values of a function of the row. */
export const rows = <T>(count: number, of: (row: number) => T): T[] => Array.from({ length: count }, (_, i) => of(i));
