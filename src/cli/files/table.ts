import type { Column } from "./column.ts";

/** A table with named columns. */
export interface Table {
  readonly path: string;
  readonly rows: number;
  readonly columns: readonly Column[];
  /** What was left out or named, a line each. */
  readonly notes: readonly string[];
}
