/** Numbers of Parquet files: one column, or all; a column may hold lists of one length, which become rows. */
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import {
  type AsyncBuffer,
  asyncBufferFromFile,
  type FileMetaData,
  parquetMetadataAsync,
  parquetReadObjects,
} from "hyparquet";
import { suggest } from "../../options.ts";
import { dataError } from "../errors.ts";
import { MAX_ARRAY_BYTES, showBytes } from "./limits.ts";
import type { ArrayFromFile } from "./npy.ts";
import { openFile } from "./open.ts";

const compressors = {
  GZIP: (input: Uint8Array) => gunzipSync(input),
  BROTLI: (input: Uint8Array) => brotliDecompressSync(input),
};

export async function readParquet(path: string, column: string | null): Promise<ArrayFromFile> {
  await openFile(path);
  const unsound = (error: unknown) =>
    dataError(`${path}: is no sound .parquet file (${error instanceof Error ? error.message : String(error)})`);
  const file = await asyncBufferFromFile(path);
  const metadata = await parquetMetadataAsync(file).catch((error: unknown) => {
    throw unsound(error);
  });
  const columns = chooseColumns(path, metadata, column);
  const rows = new Rows(path, Number(metadata.num_rows), column !== null);
  let at = 0;
  // A row group at a time: a million boxed numbers are never in memory together with the rest.
  for (const group of metadata.row_groups) {
    const end = at + Number(group.num_rows);
    const objects = await readGroup(file, metadata, columns, at, end).catch((error: unknown) => {
      throw unsound(error);
    });
    for (const object of objects) rows.add(columns.map((name) => object[name]));
    at = end;
  }
  return rows.array();
}

function readGroup(file: AsyncBuffer, metadata: FileMetaData, columns: string[], rowStart: number, rowEnd: number) {
  return parquetReadObjects({ file, metadata, columns, rowStart, rowEnd, compressors });
}

function chooseColumns(path: string, { schema }: FileMetaData, column: string | null): string[] {
  const names: string[] = [];
  // The schema lists a tree in depth-first order; the root's children are the columns.
  const skip = (i: number): number => {
    let next = i + 1;
    for (let child = 0; child < (schema[i]?.num_children ?? 0); child++) next = skip(next);
    return next;
  };
  for (let i = 1; i < schema.length; i = skip(i)) names.push(schema[i]?.name as string);
  if (column === null) return names;
  if (!names.includes(column)) {
    const hint = suggest(column, names);
    throw dataError(`${path}: has no column "${column}"${hint.replace("it takes", "it has")}`);
  }
  return [column];
}

/** Rows as they come, all of one width. */
class Rows {
  readonly #path: string;
  readonly #count: number;
  readonly #single: boolean;
  #data: Float64Array | undefined;
  #width = 0;
  #row = 0;
  #lists = false;

  constructor(path: string, count: number, single: boolean) {
    this.#path = path;
    this.#count = count;
    this.#single = single;
  }

  add(cells: readonly unknown[]): void {
    const lists = cells.some((cell) => Array.isArray(cell) || ArrayBuffer.isView(cell));
    const numbers = lists ? cells.flatMap((cell) => Array.from(cell as ArrayLike<number>)) : cells;
    if (!this.#data) {
      this.#width = numbers.length;
      this.#lists = lists;
      const bytes = this.#count * numbers.length * 8;
      if (bytes > MAX_ARRAY_BYTES)
        throw dataError(`${this.#path}: holds ${showBytes(bytes)}, expected at most ${showBytes(MAX_ARRAY_BYTES)}`);
      this.#data = new Float64Array(this.#count * numbers.length);
    }
    const where = `${this.#path}: row ${this.#row + 1}`;
    if (numbers.length !== this.#width)
      throw dataError(`${where} has ${numbers.length} numbers, row 1 has ${this.#width}`);
    for (const [i, value] of numbers.entries()) this.#data[this.#row * this.#width + i] = toNumber(where, value);
    this.#row++;
  }

  array(): ArrayFromFile {
    if (!this.#data) throw dataError(`${this.#path}: has no rows`);
    const vector = this.#single && !this.#lists;
    return { data: this.#data, shape: vector ? [this.#count] : [this.#count, this.#width] };
  }
}

function toNumber(where: string, value: unknown): number {
  if (typeof value === "number") return value;
  if (typeof value === "bigint" || typeof value === "boolean") return Number(value);
  throw dataError(`${where} holds ${value == null ? "nothing" : `${typeof value}s`}, expected numbers`);
}
