/** Values of .parquet files where the reader's own would merge two: texts that are not UTF-8, times of the same millisecond. */
import type { ParquetParsers } from "hyparquet";

const utf8 = new TextDecoder("utf-8", { fatal: true });

function text(bytes: Uint8Array | undefined): string | undefined {
  try {
    return bytes && utf8.decode(bytes);
  } catch {
    throw new Error("a column of text holds bytes that are not UTF-8");
  }
}

/** A date where milliseconds say it all; otherwise its text, with all digits. */
function time(count: bigint, perSecond: bigint): Date | string {
  const perMillisecond = perSecond / 1000n;
  if (count % perMillisecond === 0n) return new Date(Number(count / perMillisecond));
  const fraction = ((count % perSecond) + perSecond) % perSecond;
  const seconds = new Date(Number((count - fraction) / perMillisecond)).toISOString().slice(0, 19).replace("T", " ");
  return `${seconds}.${String(fraction).padStart(String(perSecond).length - 1, "0")}`;
}

export const parsers: Partial<ParquetParsers> = {
  stringFromBytes: text,
  timestampFromMicroseconds: (count) => time(count, 1_000_000n),
  timestampFromNanoseconds: (count) => time(count, 1_000_000_000n),
};
