/**
 * Reads rows without quotes from their bytes: numbers go into their columns without becoming text first. A decimal whose
 * digits a double holds exactly, times or over an exact power of ten, is rounded once, and so is the nearest double; every
 * other cell becomes text.
 */
import type { ColumnBuilder } from "../column.ts";

const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
const PLUS = 0x2b;
const MINUS = 0x2d;
const POINT = 0x2e;
const ZERO = 0x30;
const POWERS = Float64Array.from({ length: 23 }, (_, i) => Number(`1e${i}`));

export interface Scan {
  readonly bytes: Buffer;
  /** Where the rows begin, and the number of their first line. */
  readonly start: number;
  readonly line: number;
  readonly separator: number;
  readonly columns: readonly ColumnBuilder[];
  /** Called with the cells of a row that has more or fewer than there are columns; throws. */
  wrongWidth(line: number, cells: number): never;
  /** Called for every row kept. */
  kept(blank: boolean): void;
}

export function scan({ bytes, start, line: firstLine, separator, columns, wrongWidth, kept }: Scan): void {
  const width = columns.length;
  const { length } = bytes;
  let line = firstLine;
  for (let at = start; at < length; line++) {
    const rowStart = at;
    let cells = 0;
    for (let more = true; more; ) {
      let end = at;
      let byte = bytes[end] as number;
      while (end < length && byte !== separator && byte !== LF && byte !== CR) byte = bytes[++end] as number;
      more = end < length && byte === separator;
      const blank = !more && cells === 0 && end === rowStart;
      if (!(blank && width > 1)) {
        if (cells < width) addCell(columns[cells] as ColumnBuilder, bytes, at, end);
        cells++;
      }
      at = end + 1;
    }
    if (bytes[at - 1] === CR && bytes[at] === LF) at++;
    // A blank line is a row only where a row may be one empty cell.
    if (cells === 0) continue;
    if (cells !== width) wrongWidth(line, cells);
    kept(bytes[rowStart] === LF || bytes[rowStart] === CR);
  }
}

function addCell(column: ColumnBuilder, bytes: Buffer, start: number, end: number): void {
  const value = decimal(bytes, start, end);
  if (Number.isNaN(value)) column.addText(bytes.toString("utf8", start, end));
  else column.addNumber(value);
}

/** The decimal between two places, to the last bit; NaN for other texts, and for whole numbers that no double holds. */
export function decimal(bytes: Buffer, start: number, end: number): number {
  let first = start;
  while (first < end && bytes[first] === SPACE) first++;
  let last = end;
  while (last > first && bytes[last - 1] === SPACE) last--;
  let at = first;
  const negative = bytes[at] === MINUS;
  if (negative || bytes[at] === PLUS) at++;
  const begin = at;
  let mantissa = 0;
  let point = -1;
  for (; at < last; at++) {
    const digit = (bytes[at] as number) - ZERO;
    if (digit >= 0 && digit <= 9) mantissa = mantissa * 10 + digit;
    else if (bytes[at] === POINT && point < 0) point = at;
    else break;
  }
  if (at - begin === Number(point >= 0)) return Number.NaN;
  let scale = point < 0 ? 0 : point + 1 - at;
  if (at < last) {
    const exponent = exponentOf(bytes, at, last);
    if (Number.isNaN(exponent)) return Number.NaN;
    scale += exponent;
  } else if (point < 0 && mantissa > Number.MAX_SAFE_INTEGER) return Number.NaN;
  // More than one rounding: left to the language.
  if (mantissa > Number.MAX_SAFE_INTEGER || scale < -22 || scale > 22)
    return finite(Number(bytes.toString("latin1", first, last)));
  const value = scale < 0 ? mantissa / (POWERS[-scale] as number) : mantissa * (POWERS[scale] as number);
  return negative ? -value : value;
}

const finite = (value: number) => (Number.isFinite(value) ? value : Number.NaN);

/** "e-5" as a number; NaN for other texts. */
function exponentOf(bytes: Uint8Array, start: number, end: number): number {
  if (bytes[start] !== 0x65 && bytes[start] !== 0x45) return Number.NaN;
  let at = start + 1;
  const negative = bytes[at] === MINUS;
  if (negative || bytes[at] === PLUS) at++;
  if (at === end) return Number.NaN;
  let value = 0;
  for (; at < end; at++) {
    const digit = (bytes[at] as number) - ZERO;
    if (digit < 0 || digit > 9) return Number.NaN;
    value = value * 10 + digit;
  }
  return negative ? -value : value;
}
