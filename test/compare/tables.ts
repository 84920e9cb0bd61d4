/** Small tables for the tests of compare. */
import type { Table } from "../../src/cli/files/table.ts";

export function tableOf(columns: Readonly<Record<string, readonly (string | number)[]>>): Table {
  const entries = Object.entries(columns);
  return {
    path: "table.csv",
    rows: entries[0]?.[1].length ?? 0,
    columns: entries.map(([name, values]) => ({ name, values: values.map(String) })),
  };
}

/** `count` values of a function of the row. */
export const rows = <T>(count: number, of: (row: number) => T): T[] => Array.from({ length: count }, (_, i) => of(i));
