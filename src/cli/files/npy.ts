/** Reads NumPy's .npy format, versions 1 to 3, in either byte order and either order of axes. */
import { sizeOf } from "../../tensor/tensor.ts";
import { dataError } from "../errors.ts";
import { ByteReader } from "./bytes.ts";
import { halfToFloat } from "./half.ts";
import { showBytes } from "./limits.ts";
import { arrayBytes, readNpyHeader } from "./npyHeader.ts";
import { openFile } from "./open.ts";

export type NumberArray =
  | Float32Array
  | Float64Array
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array;

/** Numbers of a file in row-major order, and their shape. */
export interface ArrayFromFile {
  readonly data: NumberArray;
  readonly shape: readonly number[];
}

const arrays = {
  f2: Uint16Array,
  f4: Float32Array,
  f8: Float64Array,
  i1: Int8Array,
  u1: Uint8Array,
  b1: Uint8Array,
  i2: Int16Array,
  u2: Uint16Array,
  i4: Int32Array,
  u4: Uint32Array,
  i8: BigInt64Array,
  u8: BigUint64Array,
} as const;

const machineIsBigEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 0;

export async function readNpyFile(path: string): Promise<ArrayFromFile> {
  const file = await openFile(path);
  return readNpy(path, new ByteReader(path, file.chunks(), file.size));
}

/** The array of a stream that must hold it and nothing else. */
export async function readNpy(path: string, reader: ByteReader): Promise<ArrayFromFile> {
  const header = await readNpyHeader(path, reader);
  const { type, shape, bigEndian, fortranOrder } = header;
  const wanted = arrayBytes(path, header);
  // Compared before memory is taken: a header that lies costs nothing.
  if (reader.left !== wanted)
    throw dataError(
      `${path}: holds ${showBytes(reader.left)} of numbers, but its header asks for ${showBytes(wanted)} ` +
        `([${shape.join(", ")}] of ${type}); it is ${reader.left < wanted ? "truncated" : "longer than it says"}`,
    );
  const bytes = Buffer.from(new ArrayBuffer(wanted));
  await reader.fill(bytes, "its numbers");
  await reader.finish();
  if (bigEndian !== machineIsBigEndian) swapBytes(bytes, Number(type.slice(1)));
  const stored = new arrays[type as keyof typeof arrays](bytes.buffer as ArrayBuffer);
  const data = fortranOrder && shape.length > 1 ? toRowMajor(stored, shape) : stored;
  return { data: decode(data, type), shape };
}

function swapBytes(bytes: Buffer, width: number): void {
  if (width === 2) bytes.swap16();
  else if (width === 4) bytes.swap32();
  else if (width === 8) bytes.swap64();
}

/** From the order in which the first axis runs fastest to the one in which the last does. */
function toRowMajor(source: NumberArray, shape: readonly number[]): NumberArray {
  const size = sizeOf(shape);
  const target = new (source.constructor as new (size: number) => NumberArray)(size);
  const steps = shape.map((_, axis) => sizeOf(shape.slice(0, axis)));
  const index = shape.map(() => 0);
  for (let to = 0, from = 0; to < size; to++) {
    target[to] = source[from] as never;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const step = steps[axis] as number;
      from += step;
      if (++(index[axis] as number) < (shape[axis] as number)) break;
      from -= step * (shape[axis] as number);
      index[axis] = 0;
    }
  }
  return target;
}

function decode(data: NumberArray, type: string): NumberArray {
  if (type === "f2") return Float32Array.from(data as Uint16Array, halfToFloat);
  if (type === "b1") return (data as Uint8Array).map((value) => (value === 0 ? 0 : 1));
  return data;
}
