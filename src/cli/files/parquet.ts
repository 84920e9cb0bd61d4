/** Numbers of .parquet files: one column, or all; a column may hold lists of one length, which lie side by side in a row. */
import { suggest } from "../../contract/options.ts";
import { dataError } from "../errors.ts";
import { printNotes } from "../terminal/print.ts";
import { MAX_ARRAY_BYTES, showBytes } from "./limits.ts";
import type { ArrayFromFile } from "./npy.ts";
import { openParquet } from "./parquet/open.ts";

export async function readParquet(path: string, column: string | null, told: Set<string>): Promise<ArrayFromFile> {
  const { rows: count, columns, notes, each } = await openParquet(path);
  if (column !== null && !columns.includes(column)) {
    const hint = suggest(column, columns);
    throw dataError(`${path}: has no column "${column}"${hint.replace("it takes", "it has")}`);
  }
  const chosen = column === null ? columns : [column];
  const rows = new Rows(path, count, chosen);
  await each(chosen, (cells) => rows.add(cells));
  if (column === null) printNotes(path, notes, told);
  return rows.array(column !== null);
}

const isBytes = (cell: unknown) => cell instanceof Uint8Array;
const isList = (cell: unknown): cell is ArrayLike<unknown> =>
  Array.isArray(cell) || (ArrayBuffer.isView(cell) && !isBytes(cell));

/** Rows as they come, each column of one width. */
class Rows {
  readonly #path: string;
  readonly #count: number;
  readonly #names: readonly string[];
  /** Numbers of a cell by column; null where it is one number, not a list. */
  #widths: readonly (number | null)[] = [];
  #data: Float64Array | undefined;
  #at = 0;
  #row = 0;

  constructor(path: string, count: number, names: readonly string[]) {
    this.#path = path;
    this.#count = count;
    this.#names = names;
  }

  add(cells: readonly unknown[]): void {
    const data = this.#data ?? this.#begin(cells);
    this.#row++;
    for (const [i, cell] of cells.entries()) {
      const width = this.#widths[i] ?? null;
      if (isList(cell) ? cell.length !== width : width !== null) throw this.#wrong(i, cell, width);
      if (isList(cell)) for (let j = 0; j < cell.length; j++) data[this.#at++] = this.#number(i, cell[j]);
      else data[this.#at++] = this.#number(i, cell);
    }
  }

  #begin(cells: readonly unknown[]): Float64Array {
    this.#widths = cells.map((cell) => (isList(cell) ? cell.length : null));
    const bytes = this.#count * this.#width() * 8;
    if (bytes > MAX_ARRAY_BYTES)
      throw dataError(`${this.#path}: holds ${showBytes(bytes)}, expected at most ${showBytes(MAX_ARRAY_BYTES)}`);
    this.#data = new Float64Array(this.#count * this.#width());
    return this.#data;
  }

  #width = () => this.#widths.reduce<number>((sum, width) => sum + (width ?? 1), 0);

  #cell = (column: number) => `${this.#path}: column "${this.#names[column]}", row ${this.#row}`;

  #wrong(column: number, cell: unknown, width: number | null): Error {
    const got = isList(cell) ? `a list of ${cell.length}` : cell == null ? "nothing" : "no list";
    return dataError(
      `${this.#cell(column)} holds ${got}, expected ${width === null ? "one number" : `a list of ${width}`} as in row 1`,
    );
  }

  #number(column: number, value: unknown): number {
    if (typeof value === "number") return value;
    if (typeof value === "bigint" || typeof value === "boolean") return Number(value);
    const got = value == null ? "nothing" : value instanceof Date ? "a date" : isList(value) ? "a list" : shown(value);
    throw dataError(`${this.#cell(column)} holds ${got}, expected a number`);
  }

  array(single: boolean): ArrayFromFile {
    if (!this.#data) throw dataError(`${this.#path}: has no rows`);
    const vector = single && this.#widths[0] === null;
    return { data: this.#data, shape: vector ? [this.#count] : [this.#count, this.#width()] };
  }
}

const shown = (value: unknown) =>
  typeof value === "string" ? JSON.stringify(value.slice(0, 40)) : isBytes(value) ? "bytes" : "a record";
