/** Saved states: 24 letters that name the kind, a version, whole numbers, then parts, all in little-endian f64. */
import { LossaryRangeError } from "../lossaryError.ts";
import { checkBytes } from "../tensor/read.ts";

const MAGIC = "lossary.";
const VERSION = 1;

const letters = (kind: string) => new TextEncoder().encode(`${MAGIC}${kind}`.padEnd(24));

/** A state: kind, version, `header` (numbers below 2^53), then the parts. */
export function writeState(kind: string, header: readonly number[], ...parts: readonly Float64Array[]): Uint8Array {
  const numbers = [VERSION, ...header];
  const size = parts.reduce((sum, part) => sum + part.length, numbers.length);
  const bytes = new Uint8Array(24 + 8 * size);
  bytes.set(letters(kind));
  const view = new DataView(bytes.buffer);
  let at = 24;
  for (const part of [numbers, ...parts])
    for (let i = 0; i < part.length; i++, at += 8) view.setFloat64(at, part[i] as number, true);
  return bytes;
}

/** What `writeState` wrote; throws where the bytes are of another kind, of a later version, or cut short. */
export function readState(
  name: string,
  kind: string,
  bytes: Uint8Array,
  headerLength: number,
  sizesOf: (header: readonly number[]) => readonly number[],
): { header: number[]; parts: Float64Array[] } {
  checkBytes(`${name}: bytes`, bytes);
  const wanted = letters(kind);
  if (bytes.length < 24 || wanted.some((letter, i) => bytes[i] !== letter))
    throw new LossaryRangeError(
      name,
      `these ${bytes.length} bytes are not a saved state of this kind (${MAGIC}${kind})`,
    );
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const cut = () => new LossaryRangeError(name, `the state is cut short or damaged (${bytes.length} bytes)`);
  if (bytes.length < 24 + 8 * (1 + headerLength)) throw cut();
  const version = view.getFloat64(24, true);
  if (version !== VERSION)
    throw new LossaryRangeError(name, `the state has version ${version}, this release reads version ${VERSION}`);
  const header = Array.from({ length: headerLength }, (_, i) => view.getFloat64(32 + 8 * i, true));
  if (header.some((value) => !Number.isSafeInteger(value) || value < 0)) throw cut();
  const sizes = sizesOf(header);
  let at = 32 + 8 * headerLength;
  if (bytes.length !== at + 8 * sizes.reduce((sum, size) => sum + size, 0)) throw cut();
  const parts = sizes.map((size) => {
    const part = new Float64Array(size);
    for (let i = 0; i < size; i++, at += 8) part[i] = view.getFloat64(at, true);
    return part;
  });
  return { header, parts };
}

/** Several states in one: their lengths, then they themselves. */
export function joinStates(states: readonly Uint8Array[]): Uint8Array {
  const head = writeState(
    "set",
    [states.length],
    Float64Array.from(states, ({ length }) => length),
  );
  const joined = new Uint8Array(head.length + states.reduce((sum, { length }) => sum + length, 0));
  joined.set(head);
  states.reduce((at, state) => {
    joined.set(state, at);
    return at + state.length;
  }, head.length);
  return joined;
}

/** What `joinStates` joined. */
export function splitStates(name: string, bytes: Uint8Array): Uint8Array[] {
  checkBytes(`${name}: bytes`, bytes);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const count = bytes.length >= 40 ? view.getFloat64(32, true) : 0;
  const end = 40 + 8 * count;
  const { parts } = readState(name, "set", bytes.subarray(0, end), 1, ([length = 0]) => [length]);
  let at = end;
  const states = Array.from(parts[0] as Float64Array, (length) => bytes.subarray(at, (at += length)));
  if (at !== bytes.length || states.some(({ length }, i) => length !== parts[0]?.[i]))
    throw new LossaryRangeError(name, `the state is cut short or damaged (${bytes.length} bytes)`);
  return states;
}
