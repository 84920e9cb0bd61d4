/** One JSON value on standard output. JSON has no NaN and no infinities: they are written as strings. */
import { writeOut } from "./print.ts";

export const JSON_HELP = 'print one JSON object (NaN and infinities as the strings "NaN", "Infinity", "-Infinity")';

const replace = (_: string, value: unknown): unknown => {
  if (typeof value === "number" && !Number.isFinite(value)) return String(value);
  if (typeof value === "bigint") return String(value);
  return ArrayBuffer.isView(value) ? Array.from(value as Float64Array) : value;
};

export const printJson = (value: unknown): void => writeOut(`${JSON.stringify(value, replace)}\n`);
