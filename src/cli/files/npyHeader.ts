/** The header of a .npy file: a Python dictionary as text, after a magic number, a version and a length. */
import { sizeOf } from "../../tensor/tensor.ts";
import { dataError } from "../errors.ts";
import type { ByteReader } from "./bytes.ts";
import { MAX_ARRAY_BYTES, MAX_HEADER_BYTES, showBytes } from "./limits.ts";

export interface NpyHeader {
  /** Kind and bytes of an element: "f4". */
  readonly type: string;
  readonly bigEndian: boolean;
  readonly fortranOrder: boolean;
  readonly shape: readonly number[];
}

const MAGIC = "\x93NUMPY";
const FIELD = /\s*(['"])(\w+)\1\s*:\s*(True|False|'[^']*'|"[^"]*"|\([^()]*\)|\[.*\])\s*(?:,|(?=\}))/y;

const reasons: Record<string, string> = {
  O: "Python objects, which only Python can read",
  U: "text",
  S: "text",
  V: "raw bytes",
  c: "complex numbers",
  M: "dates",
  m: "time spans",
};

const shorten = (text: string) => JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);

export async function readNpyHeader(path: string, reader: ByteReader): Promise<NpyHeader> {
  const start = await reader.take(Math.min(8, reader.left), "its first bytes");
  if (start.length < 8 || Buffer.from(start.subarray(0, 6)).toString("latin1") !== MAGIC)
    throw dataError(`${path}: is no .npy file (its first bytes are not those of NumPy's format)`);
  const version = start[6] as number;
  if (version < 1 || version > 3)
    throw dataError(`${path}: is of .npy version ${version}.${start[7]}, expected 1, 2 or 3`);
  const lengthBytes = Buffer.from(await reader.take(version === 1 ? 2 : 4, "the length of its header"));
  const length = lengthBytes.readUIntLE(0, lengthBytes.length);
  if (length > MAX_HEADER_BYTES)
    throw dataError(
      `${path}: claims a header of ${showBytes(length)}, expected at most ${showBytes(MAX_HEADER_BYTES)}`,
    );
  const text = Buffer.from(await reader.take(length, "its header"));
  return parseHeader(path, text.toString(version === 3 ? "utf8" : "latin1"));
}

function parseHeader(path: string, text: string): NpyHeader {
  const wrong = () =>
    dataError(
      `${path}: its header is ${shorten(text.trim())}, expected a dictionary of descr, fortran_order and shape`,
    );
  const fields = new Map<string, string>();
  const body = text.trim();
  if (!body.startsWith("{") || !body.endsWith("}")) throw wrong();
  FIELD.lastIndex = 1;
  let end = 1;
  for (let match = FIELD.exec(body); match; match = FIELD.exec(body)) {
    fields.set(match[2] as string, match[3] as string);
    end = FIELD.lastIndex;
  }
  const [descr, order, shape] = ["descr", "fortran_order", "shape"].map((key) => fields.get(key));
  if (body.slice(end).trim() !== "}" || fields.size !== 3 || !descr || !shape) throw wrong();
  if (order !== "True" && order !== "False") throw wrong();
  return { ...parseType(path, descr), fortranOrder: order === "True", shape: parseShape(path, shape) };
}

function parseType(path: string, descr: string): Pick<NpyHeader, "type" | "bigEndian"> {
  const expected = "expected floats, integers or booleans";
  if (descr.startsWith("[")) throw dataError(`${path}: holds records of several fields, ${expected}`);
  const text = descr.slice(1, -1);
  const match = /^([<>=|]?)(f[248]|[iu][1248]|b1)$/.exec(text);
  if (match) return { type: match[2] as string, bigEndian: match[1] === ">" };
  const kind = /^[<>=|]?(\w)/.exec(text)?.[1] ?? "";
  const reason = /f1[026]$/.test(text) ? "long doubles, whose form differs between machines" : reasons[kind];
  throw dataError(`${path}: holds ${reason ?? "numbers"} (type ${shorten(text)}), ${expected}`);
}

function parseShape(path: string, text: string): number[] {
  const parts = text.slice(1, -1).split(",");
  // Python writes (3,) for one dimension and () for none.
  if (parts.at(-1)?.trim() === "") parts.pop();
  const shape = parts.map((part) => (/^\s*\d+L?\s*$/.test(part) ? Number.parseInt(part, 10) : Number.NaN));
  if (shape.some((length) => Number.isNaN(length))) throw dataError(`${path}: its shape is ${shorten(text)}`);
  return shape;
}

/** Bytes of the array a header describes; throws where nobody could hold them. */
export function arrayBytes(path: string, { type, shape }: NpyHeader): number {
  const bytes = shape.includes(0) ? 0 : sizeOf(shape) * Number(type.slice(1));
  if (bytes > MAX_ARRAY_BYTES)
    throw dataError(
      `${path}: claims an array [${shape.join(", ")}] of ${showBytes(bytes)}, expected at most ${showBytes(MAX_ARRAY_BYTES)}`,
    );
  return bytes;
}
