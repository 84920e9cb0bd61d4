/** Cuts a .csv file into blocks of whole rows, as UTF-8. */
import { isUtf8 } from "node:buffer";
import { dataError, type UserError } from "../../errors.ts";
import { MAX_ROW_BYTES, showBytes } from "../limits.ts";

export interface Block {
  readonly bytes: Buffer;
  /** Number of its first line. */
  readonly line: number;
  /** Whether it holds a quote: without one, every comma and line end is what it seems. */
  readonly quoted: boolean;
}

const LF = 0x0a;
const CR = 0x0d;
const QUOTE = 0x22;

export const rowTooLong = (path: string): UserError =>
  dataError(`${path}: has a row longer than ${showBytes(MAX_ROW_BYTES)}; is it a .csv file?`);

export async function* blocksOf(
  path: string,
  chunks: AsyncIterable<Uint8Array>,
  encoding: string | undefined,
): AsyncGenerator<Block> {
  let rest: Buffer = Buffer.alloc(0);
  let line = 1;
  const cut = (end: number): Block => {
    const bytes = rest.subarray(0, end);
    if (!isUtf8(bytes)) throw notUtf8(path, bytes, line);
    const block = { bytes, line, quoted: bytes.includes(QUOTE) };
    line += lineEnds(bytes);
    rest = rest.subarray(end);
    return block;
  };
  for await (const chunk of toUtf8(path, chunks, encoding)) {
    rest = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
    const end = lastRowEnd(rest);
    if (end > 0) yield cut(end);
    else if (rest.length > MAX_ROW_BYTES) {
      // A stray quote may be why no row ends: whoever reads the block knows.
      if (rest.includes(QUOTE)) yield cut(rest.length);
      throw rowTooLong(path);
    }
  }
  if (rest.length > 0) yield cut(rest.length);
}

/** Where the last whole row ends; 0 where none does. */
function lastRowEnd(bytes: Buffer): number {
  // A carriage return at the end may be half of a line end.
  const known = bytes.at(-1) === CR ? bytes.length - 1 : bytes.length;
  if (!bytes.includes(QUOTE)) {
    return Math.max(bytes.lastIndexOf(LF, known - 1), bytes.lastIndexOf(CR, known - 1)) + 1;
  }
  let inside = false;
  let end = 0;
  for (let i = 0; i < known; i++) {
    const byte = bytes[i];
    if (byte === QUOTE) inside = !inside;
    else if (!inside && (byte === LF || byte === CR)) end = i + 1;
  }
  return end;
}

function lineEnds(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(LF); at >= 0; at = bytes.indexOf(LF, at + 1)) count++;
  for (let at = bytes.indexOf(CR); at >= 0; at = bytes.indexOf(CR, at + 1)) if (bytes[at + 1] !== LF) count++;
  return count;
}

function notUtf8(path: string, bytes: Buffer, line: number): UserError {
  for (let start = 0, at = line; start < bytes.length; at++) {
    const next = bytes.indexOf(LF, start);
    const end = next < 0 ? bytes.length : next + 1;
    if (!isUtf8(bytes.subarray(start, end)))
      return dataError(`${path}: line ${at} is not UTF-8; name the file's encoding, as in --encoding windows-1252`);
    start = end;
  }
  return dataError(`${path}: is not UTF-8; name its encoding, as in --encoding windows-1252`);
}

const marks: readonly (readonly [string, readonly number[]])[] = [
  ["utf-8", [0xef, 0xbb, 0xbf]],
  ["utf-16le", [0xff, 0xfe]],
  ["utf-16be", [0xfe, 0xff]],
];

/** The text's bytes in UTF-8, without the mark of their order; UTF-8 passes unchecked. */
async function* toUtf8(
  path: string,
  chunks: AsyncIterable<Uint8Array>,
  asked: string | undefined,
): AsyncGenerator<Buffer> {
  let decoder: TextDecoder | undefined;
  let first = true;
  for await (const chunk of chunks) {
    let bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    if (first) {
      const mark = marks.find(([, start]) => start.every((byte, i) => bytes[i] === byte));
      const encoding = mark?.[0] ?? asked ?? "utf-8";
      bytes = bytes.subarray(mark?.[1].length ?? 0);
      if (encoding !== "utf-8") decoder = new TextDecoder(encoding, { fatal: true });
      first = false;
    }
    yield decoder ? decode(path, decoder, bytes) : bytes;
  }
  if (decoder) yield decode(path, decoder);
}

function decode(path: string, decoder: TextDecoder, bytes?: Uint8Array): Buffer {
  try {
    return Buffer.from(decoder.decode(bytes, { stream: bytes !== undefined }));
  } catch {
    throw dataError(`${path}: is not ${decoder.encoding}`);
  }
}
