import { memory } from "../kernel/arena.ts";
import { type AnyNumbers, type Dtype, PlacedTensor, ResidentTensor, type Shape, showShape, sizeOf } from "./tensor.ts";

/** An input as it came in: its numbers, its shape, and the float type it asks for (integers ask for none). */
export interface View {
  readonly data: AnyNumbers;
  readonly shape: Shape;
  readonly dtype: Dtype | null;
  readonly resident: ResidentTensor | PlacedTensor | null;
}

const kinds: Record<string, Dtype | null> = {
  Float16Array: "float32",
  Float32Array: "float32",
  Float64Array: "float64",
  Array: "float64",
  Int8Array: null,
  Uint8Array: null,
  Uint8ClampedArray: null,
  Int16Array: null,
  Uint16Array: null,
  Int32Array: null,
  Uint32Array: null,
};

/** Says what a value is, for error messages. */
export function describe(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (typeof value === "string") return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value);
  if (typeof value === "object") return `an object of type ${(value as object).constructor?.name ?? "unknown"}`;
  return typeof value === "function" ? "a function" : `the ${typeof value} ${String(value)}`;
}

/** Reads any accepted form of an array. `what` names it in errors: "crossEntropy: logits". */
export function readInput(what: string, input: unknown): View {
  if (input instanceof ResidentTensor || input instanceof PlacedTensor) {
    const { dtype, data, shape } = input;
    return { data, shape, dtype: dtype === "int32" ? null : dtype, resident: input };
  }
  if (Array.isArray(input)) return readNested(what, input);
  if (ArrayBuffer.isView(input)) {
    const data = readData(what, input);
    return { data, shape: [data.length], dtype: dtypeOf(data), resident: null };
  }
  if (typeof input === "object" && input !== null && "data" in input) return readTensorLike(what, input);
  throw new TypeError(
    `${what} is ${describe(input)}; expected a typed array, nested arrays of numbers, or { data, shape }`,
  );
}

const typeName = (data: AnyNumbers) => (Array.isArray(data) ? "Array" : data.constructor.name);

const dtypeOf = (data: AnyNumbers): Dtype | null => kinds[typeName(data)] ?? null;

function readData(what: string, data: unknown): AnyNumbers {
  if (Array.isArray(data)) {
    checkNumbers(what, data, "data");
    return data;
  }
  const name = ArrayBuffer.isView(data) ? data.constructor.name : "";
  if (name in kinds || name === "BigInt64Array" || name === "BigUint64Array") {
    const array = data as Exclude<AnyNumbers, readonly number[]>;
    // A view of kernel memory would be detached if staging another input grows it.
    return array.buffer === memory.buffer ? array.slice() : array;
  }
  throw new TypeError(`${what} holds ${describe(data)}; expected a typed array or an array of numbers`);
}

function readTensorLike(what: string, input: object & { data?: unknown; shape?: unknown; dims?: unknown }): View {
  const data = readData(what, input.data);
  const shape = input.shape ?? input.dims;
  if (!Array.isArray(shape) || !shape.every((length) => Number.isInteger(length) && length >= 0))
    throw new TypeError(
      `${what} has shape ${Array.isArray(shape) ? showShape(shape) : describe(shape)}; expected an array of whole numbers`,
    );
  if (sizeOf(shape) !== data.length)
    throw new RangeError(
      `${what} has ${data.length} numbers, but its shape ${showShape(shape)} asks for ${sizeOf(shape)}`,
    );
  return { data, shape, dtype: dtypeOf(data), resident: null };
}

function checkNumbers(what: string, list: readonly unknown[], path: string): void {
  for (let i = 0; i < list.length; i++)
    if (typeof list[i] !== "number")
      throw new TypeError(`${what}: ${path}[${i}] is ${describe(list[i])}, expected a number`);
}

function readNested(what: string, input: readonly unknown[]): View {
  const shape: number[] = [];
  for (let level: unknown = input; Array.isArray(level); level = level[0]) shape.push(level.length);
  const data = new Float64Array(sizeOf(shape));
  let at = 0;
  const copy = (list: readonly unknown[], depth: number, path: string): void => {
    if (list.length !== shape[depth])
      throw new RangeError(
        `${what} is ragged: ${path || "it"} has ${list.length} entries where ${shape[depth]} were expected (shape ${showShape(shape)})`,
      );
    for (let i = 0; i < list.length; i++) {
      const entry = list[i];
      const inner = `${path}[${i}]`;
      if (depth + 1 < shape.length) {
        if (!Array.isArray(entry))
          throw new RangeError(`${what} is ragged: ${inner} is ${describe(entry)}, expected an array`);
        copy(entry, depth + 1, inner);
      } else if (typeof entry === "number") data[at++] = entry;
      else if (Array.isArray(entry)) throw new RangeError(`${what} is ragged: ${inner} is an array, expected a number`);
      else throw new TypeError(`${what}: ${inner} is ${describe(entry)}, expected a number`);
    }
  };
  copy(input, 0, "");
  return { data, shape, dtype: "float64", resident: null };
}
