/** Opens .parquet files: their columns, and their rows a group at a time. */
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import {
  asyncBufferFromFile,
  type Compressors,
  type FileMetaData,
  parquetMetadataAsync,
  parquetReadObjects,
} from "hyparquet";
import { compressors as others } from "hyparquet-compressors";
import { dataError } from "../../errors.ts";
import { openFile } from "../open.ts";

const { ZSTD, LZ4, LZ4_RAW } = others;
const compressors = {
  GZIP: (input: Uint8Array) => gunzipSync(input),
  BROTLI: (input: Uint8Array) => brotliDecompressSync(input),
  ZSTD,
  LZ4,
  LZ4_RAW,
} as Compressors;

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
  const names = columnNames(metadata);
  // Where pandas keeps row labels that are not columns.
  const columns = names.filter((name) => !/^__index_level_\d+__$/.test(name));
  const left = names.length - columns.length;
  return {
    rows: Number(metadata.num_rows),
    columns,
    notes: left > 0 ? ["the row labels that pandas kept are not a column: left out"] : [],
    async each(chosen, take) {
      let rowStart = 0;
      // A row group at a time: a million boxed numbers are never in memory together with the rest.
      for (const group of metadata.row_groups) {
        const rowEnd = rowStart + Number(group.num_rows);
        const objects = await parquetReadObjects({
          file,
          metadata,
          columns: [...chosen],
          rowStart,
          rowEnd,
          compressors,
        }).catch((error: unknown) => {
          throw unsound(error);
        });
        for (const object of objects) take(chosen.map((name) => object[name]));
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
