/** Opens .parquet files: their columns, and their rows a group at a time. */
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import {
  asyncBufferFromFile,
  type Compressors,
  type FileMetaData,
  parquetMetadataAsync,
  parquetReadObjects,
  type SchemaElement,
  snappyUncompress,
} from "hyparquet";
import { compressors as others } from "hyparquet-compressors";
import { dataError } from "../../errors.ts";
import { openFile } from "../open.ts";
import { parsers } from "./values.ts";

type Decompress = (input: Uint8Array, length: number) => Uint8Array;

const { ZSTD, LZ4, LZ4_RAW } = others;
const SNAPPY: Decompress = (input, length) => {
  const output = new Uint8Array(length);
  snappyUncompress(input, output);
  return output;
};
const decompress = { GZIP: gunzipSync, BROTLI: brotliDecompressSync, SNAPPY, ZSTD, LZ4, LZ4_RAW } as Record<
  string,
  (input: Uint8Array, length?: number) => Uint8Array
>;
// A page without a value is empty, however an empty page is compressed.
const compressors: Compressors = Object.fromEntries(
  Object.entries(decompress).map(([codec, plain]): [string, Decompress] => [
    codec,
    (input, length) => (length === 0 ? new Uint8Array(0) : plain(input, length)),
  ]),
);

export interface ParquetFile {
  readonly rows: number;
  readonly columns: readonly string[];
  /** Remarks on columns that are left out. */
  readonly notes: readonly string[];
  /** Hands over the cells of each row, in the order of the columns asked for. */
  each(columns: readonly string[], take: (cells: readonly unknown[]) => void): Promise<void>;
}

export async function openParquet(path: string): Promise<ParquetFile> {
  await openFile(path);
  const unsound = (error: unknown) =>
    dataError(`${path}: is not a sound .parquet file (${error instanceof Error ? error.message : String(error)})`);
  const file = await asyncBufferFromFile(path);
  const metadata = await parquetMetadataAsync(file).catch((error: unknown) => {
    throw unsound(error);
  });
  for (const element of metadata.schema) markText(element);
  const raw = columnNames(metadata);
  const names = trimmed(raw);
  const rawName = new Map(names.map((name, i) => [name, raw[i] as string]));
  // Where pandas keeps row labels that are not columns.
  const columns = names.filter((name) => !/^__index_level_\d+__$/.test(name));
  const left = names.length - columns.length;
  return {
    rows: Number(metadata.num_rows),
    columns,
    notes: left > 0 ? ["the row labels that pandas kept are not a column: left out"] : [],
    async each(chosen, take) {
      const read = chosen.map((name) => rawName.get(name) ?? name);
      let rowStart = 0;
      // A row group at a time: a million boxed numbers are never in memory together with the rest.
      for (const group of metadata.row_groups) {
        const rowEnd = rowStart + Number(group.num_rows);
        const objects = await parquetReadObjects({
          file,
          metadata,
          columns: read,
          rowStart,
          rowEnd,
          compressors,
          parsers,
          utf8: false,
        }).catch((error: unknown) => {
          throw unsound(error);
        });
        for (const object of objects) take(read.map((name) => object[name]));
        rowStart = rowEnd;
      }
    },
  };
}

function columnNames({ schema }: FileMetaData): string[] {
  const names: string[] = [];
  // The schema lists a tree in depth-first order; the root's children are the columns.
  const skip = (i: number): number => {
    let next = i + 1;
    for (let child = 0; child < (schema[i]?.num_children ?? 0); child++) next = skip(next);
    return next;
  };
  for (let i = 1; i < schema.length; i = skip(i)) names.push(schema[i]?.name as string);
  return names;
}

/** Names without the spaces around them, as those of a .csv; kept as they are where two would be the same. */
function trimmed(names: readonly string[]): string[] {
  const short = names.map((name) => name.trim());
  return names.map((name, i) => (short.filter((other) => other === short[i]).length > 1 ? name : (short[i] as string)));
}

/** Bytes are text where the file says so; the words of an enumeration are, too. */
function markText(element: SchemaElement): void {
  if (element.converted_type === "ENUM" || element.logical_type?.type === "ENUM") element.converted_type = "UTF8";
}
