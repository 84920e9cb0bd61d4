/**
 * Reads .csv files: names in the first line, then rows of as many cells. Blocks of rows without quotes are read from their
 * bytes, which is ten times as fast; blocks with quotes go through csv-parse.
 */
import { CsvError, type InfoRecord, parse } from "csv-parse/sync";
import { dataError } from "../errors.ts";
import { ColumnBuilder } from "./column.ts";
import { type Block, blocksOf, rowTooLong } from "./csv/blocks.ts";
import type { CsvFormat } from "./csv/format.ts";
import { ambiguous, checkFrame, checkMixed, headerNames, isNumbered } from "./csv/header.ts";
import { nameColumns } from "./csv/nameless.ts";
import { scan } from "./csv/scan.ts";
import { MAX_CELLS, MAX_CSV_BYTES, MAX_ROW_BYTES, showBytes } from "./limits.ts";
import { openFile } from "./open.ts";
import type { Table } from "./table.ts";

export async function readCsv(path: string, format: CsvFormat = {}): Promise<Table> {
  const file = await openFile(path);
  if (file.size > MAX_CSV_BYTES)
    throw dataError(
      `${path}: has ${showBytes(file.size)}, expected at most ${showBytes(MAX_CSV_BYTES)}; a .npy file holds more`,
    );
  const rows = new Rows(path, format);
  for await (const block of blocksOf(path, file.chunks(), format.encoding)) rows.take(block);
  return rows.table();
}

/** Collects rows into columns. */
class Rows {
  readonly #path: string;
  readonly #format: CsvFormat;
  readonly #separator: string;
  #names: readonly string[] | undefined;
  #columns: readonly ColumnBuilder[] = [];
  #lastFilled = 0;

  constructor(path: string, format: CsvFormat) {
    this.#path = path;
    this.#format = format;
    this.#separator = format.separator ?? (/\.tsv$/i.test(path) ? "\t" : ",");
  }

  take(block: Block): void {
    if (block.quoted) this.#parse(block);
    else this.#scan(block);
  }

  #scan({ bytes, line: firstLine }: Block): void {
    let start = 0;
    let line = firstLine;
    for (; !this.#names && start < bytes.length; line++) {
      const [text, next] = lineAt(bytes, start);
      if (!this.#begin(text.split(this.#separator))) break;
      start = next;
    }
    if (!this.#names) return;
    scan({
      bytes,
      start,
      line,
      separator: this.#separator.charCodeAt(0),
      columns: this.#columns,
      wrongWidth: this.#wrongWidth,
      kept: this.#kept,
    });
  }

  #parse({ bytes, line }: Block): void {
    try {
      parse(bytes, {
        delimiter: this.#separator,
        max_record_size: MAX_ROW_BYTES,
        record_delimiter: ["\r\n", "\n", "\r"],
        relax_column_count: true,
        on_record: (record: string[], { lines }: InfoRecord) => this.#record(record, line + lines - 1),
      });
    } catch (error) {
      throw explain(this.#path, error, line);
    }
  }

  /** Keeps a row and hands nothing on to the parser. */
  #record(record: readonly string[], line: number): null {
    if (!this.#names && this.#begin(record)) return null;
    const blank = record.length === 1 && record[0] === "";
    if (blank && this.#columns.length > 1) return null;
    if (record.length !== this.#columns.length) this.#wrongWidth(line, record.length);
    for (const [i, cell] of record.entries()) this.#columns[i]?.addText(cell);
    this.#kept(blank);
    return null;
  }

  /** Takes the first row that is not blank as names; false where it is data. */
  #begin(record: readonly string[]): boolean {
    const data = this.#format.header === false;
    // Several empty cells are a row of missing values, but name nothing.
    if (record.every((cell) => cell.trim() === "") && !(data && record.length > 1)) return true;
    this.#names = data
      ? record.map((_, i) => `column_${i}`)
      : headerNames(this.#path, record, this.#separator, this.#format.header === true);
    this.#columns = record.map(() => new ColumnBuilder());
    return !data;
  }

  readonly #wrongWidth = (line: number, cells: number): never => {
    const first = this.#format.header === false ? "the first line" : "the header";
    throw dataError(
      `${this.#path}: line ${line} has ${cells} cell${cells === 1 ? "" : "s"}, expected ${this.#columns.length} as in ${first}`,
    );
  };

  readonly #kept = (blank: boolean): void => {
    const count = this.#columns[0]?.count ?? 0;
    if (count * this.#columns.length > MAX_CELLS)
      throw dataError(`${this.#path}: has more than ${MAX_CELLS} cells; a .npy file holds more`);
    if (!blank) this.#lastFilled = count;
  };

  table(): Table {
    const names = this.#names;
    if (!names) throw dataError(`${this.#path}: is empty, expected a header line and rows`);
    if (this.#lastFilled === 0) throw dataError(`${this.#path}: has a header but no rows`);
    // In a table of one column an empty line is an empty cell, except at the end of the file.
    const columns = this.#columns.map((column, i) => column.column(names[i] as string, this.#lastFilled));
    const open = this.#format.header === undefined && names.length <= 2 && isNumbered(names);
    if (open && columns.every(({ numbers }) => numbers.every(Number.isInteger))) throw ambiguous(this.#path);
    if (this.#format.header === undefined) {
      checkFrame(this.#path, columns);
      checkMixed(this.#path, columns);
    }
    return { path: this.#path, rows: this.#lastFilled, ...nameColumns(columns) };
  }
}

/** The text of a line, and where the next one begins. */
function lineAt(bytes: Buffer, start: number): [string, number] {
  let end = start;
  while (end < bytes.length && bytes[end] !== 0x0a && bytes[end] !== 0x0d) end++;
  const pair = bytes[end] === 0x0d && bytes[end + 1] === 0x0a;
  return [bytes.toString("utf8", start, end), Math.min(end + (pair ? 2 : 1), bytes.length)];
}

function explain(path: string, error: unknown, first: number): unknown {
  if (!(error instanceof CsvError)) return error;
  const line = `${path}: line ${first + Number(error.lines) - 1}`;
  if (error.code === "CSV_MAX_RECORD_SIZE") return rowTooLong(path);
  if (error.code === "CSV_QUOTE_NOT_CLOSED") return dataError(`${path}: ends inside a quoted cell`);
  if (error.code === "CSV_INVALID_CLOSING_QUOTE" || error.code === "CSV_NON_TRIMABLE_CHAR_AFTER_CLOSING_QUOTE")
    return dataError(`${line} has text after a closing quote (a quote inside quotes is written twice)`);
  if (error.code === "INVALID_OPENING_QUOTE")
    return dataError(`${line} has a quote inside a cell that is not quoted as a whole`);
  return dataError(`${line} cannot be read (${error.message})`);
}
