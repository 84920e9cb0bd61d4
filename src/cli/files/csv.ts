/** Reads .csv files: a header line, then rows of as many cells; all cells stay text. */
import { Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { CsvError, type InfoRecord, parse } from "csv-parse";
import { dataError, type UserError } from "../errors.ts";
import { MAX_CELLS, MAX_CSV_BYTES, MAX_ROW_BYTES, showBytes } from "./limits.ts";
import { openFile } from "./open.ts";
import type { Table } from "./table.ts";

export async function readCsv(path: string): Promise<Table> {
  const file = await openFile(path);
  if (file.size > MAX_CSV_BYTES)
    throw dataError(
      `${path}: has ${showBytes(file.size)}, expected at most ${showBytes(MAX_CSV_BYTES)}; a .npy file holds more`,
    );
  const rows = new Rows(path);
  const parser = parse({
    bom: true,
    max_record_size: MAX_ROW_BYTES,
    record_delimiter: ["\r\n", "\n", "\r"],
    relax_column_count: true,
    on_record: (record: string[], info: InfoRecord) => rows.take(record, info.lines),
  });
  try {
    await pipeline(
      limitLines(path, file.chunks()),
      parser,
      new Writable({ objectMode: true, write: (_, __, done) => done() }),
    );
  } catch (error) {
    throw explain(path, error);
  }
  return rows.table();
}

const LINE_ENDS = [0x0a, 0x0d];

/** Passes the bytes on; throws at a line too long, which the parser would split into cells without end. */
async function* limitLines(path: string, chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let length = 0;
  for await (const chunk of chunks) {
    const ends = LINE_ENDS.flatMap((end) => [chunk.indexOf(end), chunk.lastIndexOf(end)]).filter((at) => at >= 0);
    // Chunks are shorter than the limit: only a line that goes on from one to the next can be too long.
    if (length + (ends.length ? Math.min(...ends) : chunk.length) > MAX_ROW_BYTES) throw rowTooLong(path);
    length = ends.length ? chunk.length - Math.max(...ends) - 1 : length + chunk.length;
    yield chunk;
  }
}

const rowTooLong = (path: string): UserError =>
  dataError(`${path}: has a row longer than ${showBytes(MAX_ROW_BYTES)}; is it a .csv file?`);

function explain(path: string, error: unknown): unknown {
  if (!(error instanceof CsvError)) return error;
  const line = `${path}: line ${error.lines}`;
  if (error.code === "CSV_MAX_RECORD_SIZE") return rowTooLong(path);
  if (error.code === "CSV_QUOTE_NOT_CLOSED") return dataError(`${path}: ends inside a quoted cell`);
  if (error.code === "CSV_INVALID_CLOSING_QUOTE" || error.code === "CSV_NON_TRIMABLE_CHAR_AFTER_CLOSING_QUOTE")
    return dataError(`${line} has text behind a closing quote (a quote inside quotes is written twice)`);
  if (error.code === "INVALID_OPENING_QUOTE")
    return dataError(`${line} has a quote inside a cell that is not quoted as a whole`);
  return dataError(`${line} cannot be read (${error.message})`);
}

/** Collects rows into columns. */
class Rows {
  readonly #path: string;
  #columns: { name: string; values: string[] }[] | undefined;
  #lastFilled = 0;

  constructor(path: string) {
    this.#path = path;
  }

  /** Keeps a row and hands nothing on to the stream. */
  take(record: string[], line: number): null {
    if (!this.#columns) this.#columns = readHeader(this.#path, record);
    else this.#add(this.#columns, record, line);
    return null;
  }

  #add(columns: readonly { values: string[] }[], record: readonly string[], line: number): void {
    const blank = record.length === 1 && record[0] === "";
    if (blank && columns.length > 1) return;
    if (record.length !== columns.length)
      throw dataError(
        `${this.#path}: line ${line} has ${record.length} cell${record.length === 1 ? "" : "s"}, expected ${columns.length} as in the header`,
      );
    for (const [i, cell] of record.entries()) columns[i]?.values.push(cell);
    const count = columns[0]?.values.length ?? 0;
    if (count * columns.length > MAX_CELLS)
      throw dataError(`${this.#path}: has more than ${MAX_CELLS} cells; a .npy file holds more`);
    if (!blank) this.#lastFilled = count;
  }

  table(): Table {
    const columns = this.#columns;
    if (!columns) throw dataError(`${this.#path}: is empty, expected a header line and rows`);
    // In a table of one column an empty line is an empty cell, except at the end of the file.
    for (const { values } of columns) values.length = this.#lastFilled;
    if (this.#lastFilled === 0) throw dataError(`${this.#path}: has a header but no rows`);
    return { path: this.#path, rows: this.#lastFilled, columns };
  }
}

function readHeader(path: string, names: readonly string[]): { name: string; values: string[] }[] {
  const seen = new Map<string, number>();
  for (const [i, name] of names.entries()) {
    if (name.trim() === "") throw dataError(`${path}: column ${i + 1} has no name in the header`);
    const before = seen.get(name);
    if (before !== undefined)
      throw dataError(`${path}: columns ${before + 1} and ${i + 1} are both called "${name}"${numbersHint(names)}`);
    seen.set(name, i);
  }
  // Whole numbers may be names (a table written without any); other numbers are a first row.
  if (names.every(isNumber) && !names.every((name) => /^\d+$/.test(name))) throw noHeader(path);
  const separator = names.length === 1 ? /[;\t|]/.exec(names[0] as string)?.[0] : undefined;
  if (separator)
    throw dataError(
      `${path}: its cells seem to be separated by ${separator === "\t" ? "tabs" : `"${separator}"`}, expected commas`,
    );
  // The mark of the byte order, where the parser leaves it in.
  return names.map((name, i) => ({ name: i === 0 ? name.replace(/^\ufeff/, "") : name, values: [] }));
}

const isNumber = (text: string) => text.trim() !== "" && Number.isFinite(Number(text));
const numbersHint = (names: readonly string[]) => (names.every(isNumber) ? "; is the header line missing?" : "");
const noHeader = (path: string): UserError =>
  dataError(`${path}: line 1 holds only numbers, expected a header with the columns' names`);
