import { memory } from "../kernel/arena.ts";
import { LossaryRangeError, LossaryTypeError } from "../lossaryError.ts";
import { type Region, regionOf } from "./region.ts";
import {
  type AnyNumbers,
  type Dtype,
  PlacedTensor,
  ResidentTensor,
  type Shape,
  showShape,
  sizeOf,
  zeros,
} from "./tensor.ts";

/** An input as it came in: its numbers, its shape, and the float type it asks for (integers ask for none). */
export interface View {
  readonly data: AnyNumbers;
  /** Not the caller's own array, which may change. */
  readonly shape: Shape;
  readonly dtype: Dtype | null;
  readonly resident: ResidentTensor | PlacedTensor | null;
  /** Where the numbers came from, where `data` is a copy of what lies in kernel memory. */
  readonly source: Region | null;
}

/** The bytes of an input, which stay the caller's where a copy of them was taken. */
export const regionOfView = ({ data, resident, source }: View): Region | null => source ?? regionOf(resident ?? data);

type TypedArray = Exclude<AnyNumbers, readonly number[]>;
type Constructor = new (buffer: ArrayBufferLike, byteOffset: number, length: number) => TypedArray;

/** The float type that each kind of array asks for. */
const kinds: Readonly<Record<string, Dtype | null>> = {
  Float16Array: "float32",
  Float32Array: "float32",
  Float64Array: "float64",
  Int8Array: null,
  Uint8Array: null,
  Uint8ClampedArray: null,
  Int16Array: null,
  Uint16Array: null,
  Int32Array: null,
  Uint32Array: null,
  BigInt64Array: null,
  BigUint64Array: null,
};

const constructorOf = (kind: string) => (globalThis as unknown as Record<string, Constructor | undefined>)[kind];

/** The same by the array's constructor, for those that are of no subclass. */
const plainKinds = new Map(
  Object.entries(kinds).flatMap(([kind, dtype]) => {
    const Kind = constructorOf(kind);
    return Kind ? [[Kind, dtype] as const] : [];
  }),
);

const tag = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(Uint8Array.prototype), Symbol.toStringTag)
  ?.get as () => string | undefined;

/** "Uint8Array", also for Node's Buffer, any other subclass, and arrays of other realms; undefined for no typed array. */
export const kindOf = (data: unknown): string | undefined => tag.call(data);

/** Throws unless these are bytes, as a Buffer also is. */
export function checkBytes(where: string, bytes: unknown): asserts bytes is Uint8Array {
  if (kindOf(bytes) !== "Uint8Array") throw new LossaryTypeError(where, `is ${describe(bytes)}, expected a Uint8Array`);
}

/** Says what a value is, for error messages. */
export function describe(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (typeof value === "string") return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value);
  if (typeof value === "object") return `an object of type ${String((value as object).constructor?.name ?? "unknown")}`;
  return typeof value === "function" ? "a function" : `the ${typeof value} ${String(value)}`;
}

/** Reads any accepted form of an array. `what` names it in errors: "crossEntropy: logits". */
export function readInput(what: string, input: unknown): View {
  if (input instanceof ResidentTensor || input instanceof PlacedTensor) {
    if (input instanceof ResidentTensor && input.disposed)
      throw new LossaryTypeError(what, `is a resident tensor ${showShape(input.shape)} that was disposed`);
    const { dtype, data, shape } = input;
    return { data, shape, dtype: dtype === "int32" ? null : dtype, resident: input, source: null };
  }
  if (Array.isArray(input)) return readNested(what, input);
  if (ArrayBuffer.isView(input)) return readData(what, input);
  if (typeof input === "object" && input !== null) {
    checkForeign(what, input);
    if ("data" in input) return readTensorLike(what, input);
  }
  throw new LossaryTypeError(
    what,
    `is ${describe(input)}, expected a typed array, nested arrays of numbers, or { data, shape }`,
  );
}

/** The numbers of a typed array or plain list, in the shape given or as a vector. */
function readData(what: string, data: unknown, shape?: Shape): View {
  if (Array.isArray(data)) {
    checkNumbers(what, data);
    return { data, shape: shape ?? [data.length], dtype: "float64", resident: null, source: null };
  }
  if (ArrayBuffer.isView(data) && data.byteLength === 0) checkAttached(what, data.buffer);
  const array = ArrayBuffer.isView(data) ? plainArray(data as TypedArray) : undefined;
  if (!array)
    throw new LossaryTypeError(what, `holds ${describe(data)}; expected a typed array or an array of numbers`);
  const dtype = plainKinds.get(array.constructor as Constructor) as Dtype | null;
  // A view of kernel memory would be detached if staging another input grows it.
  const source = array.buffer === memory.buffer ? regionOf(array) : null;
  return {
    data: source ? array.slice() : array,
    shape: shape ?? [array.length],
    dtype,
    resident: null,
    source,
  };
}

/** Throws where a buffer's memory has gone; only then no view of it can be made. */
function checkAttached(what: string, buffer: ArrayBufferLike): void {
  try {
    new Uint8Array(buffer);
  } catch {
    throw new LossaryTypeError(
      what,
      "is detached, expected its numbers; its memory was transferred, or it is the `data` of a resident tensor from before kernel memory grew: read it again as `tensor.data`, or pass the resident tensor itself",
    );
  }
}

/** The same numbers in no subclass, whose methods may do other things, as `slice` of a Buffer does. */
function plainArray(data: TypedArray): TypedArray | undefined {
  if (plainKinds.has(data.constructor as Constructor)) return data;
  const kind = kindOf(data);
  const Kind = kind === undefined ? undefined : constructorOf(kind);
  return Kind && plainKinds.has(Kind) ? new Kind(data.buffer, data.byteOffset, data.length) : undefined;
}

/** A state with its arrays; those that are views of kernel memory, which a call may detach, are copied. */
export function readState(value: unknown): unknown {
  if (ArrayBuffer.isView(value)) return value.buffer === memory.buffer ? readData("", value).data : value;
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, readState(part)]));
}

function readTensorLike(what: string, input: object & { data?: unknown; shape?: unknown; dims?: unknown }): View {
  const shape = input.shape ?? input.dims;
  const view = readData(what, input.data, Array.isArray(shape) ? [...shape] : undefined);
  const { length } = view.data;
  // A hole is no length; `every` would pass it over.
  if (!Array.isArray(shape) || shape.findIndex((length) => !Number.isInteger(length) || length < 0) >= 0)
    throw new LossaryTypeError(
      what,
      `has shape ${Array.isArray(shape) ? showShape(shape) : describe(shape)}; expected an array of whole numbers`,
    );
  if (sizeOf(shape) !== length)
    throw new LossaryRangeError(
      what,
      `has ${length} numbers, but its shape ${showShape(shape)} asks for ${sizeOf(shape)}`,
    );
  return view;
}

/** Names the arrays of the other entries, whose losses have the same names. */
function checkForeign(what: string, input: object): void {
  const [noun, entry] =
    "dataId" in input ? ["a tf.Tensor", "lossary/tfjs"] : "aval" in input ? ["a jax-js array", "lossary/jax"] : [];
  if (noun)
    throw new LossaryTypeError(
      what,
      `is ${noun}, expected plain numbers; import the loss from "${entry}", or pass { data: await x.data(), shape: x.shape }`,
    );
}

function checkNumbers(what: string, list: readonly unknown[]): void {
  for (let i = 0; i < list.length; i++)
    if (typeof list[i] !== "number")
      throw new LossaryTypeError(`${what}: data[${i}]`, `is ${describe(list[i])}, expected a number`);
}

/** Deeper nesting is an array that contains itself. */
const DEEPEST = 64;

function shapeOf(what: string, input: readonly unknown[]): number[] {
  const shape: number[] = [];
  for (let level: unknown = input; Array.isArray(level); level = level[0]) {
    if (shape.length === DEEPEST)
      throw new LossaryRangeError(
        what,
        `is nested more than ${DEEPEST} levels deep, as an array that contains itself is; expected nested arrays of numbers`,
      );
    shape.push(level.length);
  }
  return shape;
}

function readNested(what: string, input: readonly unknown[]): View {
  const shape = shapeOf(what, input);
  const data = zeros(`${what}, ${showShape(shape)} by its first entries,`, "float64", sizeOf(shape));
  const last = shape.length - 1;
  let at = 0;
  // The way to an entry is put into words when something is wrong with it, and not before.
  const path: number[] = [];
  const show = (...more: number[]) => showShape([...path, ...more]);
  const copyRow = (row: readonly unknown[]): void => {
    for (let i = 0; i < row.length; i++) {
      const entry = row[i];
      if (typeof entry === "number") data[at++] = entry;
      else if (Array.isArray(entry))
        throw new LossaryRangeError(what, `is ragged: ${show(i)} is an array, expected a number`);
      else throw new LossaryTypeError(`${what}${show(i)}`, `is ${describe(entry)}, expected a number`);
    }
  };
  const copy = (list: readonly unknown[], depth: number): void => {
    if (list.length !== shape[depth])
      throw new LossaryRangeError(
        what,
        `is ragged: ${path.length > 0 ? show() : "it"} has ${list.length} ${list.length === 1 ? "entry" : "entries"} where ${shape[depth]} were expected (shape ${showShape(shape)})`,
      );
    if (depth === last) copyRow(list);
    else copyRows(list, depth);
  };
  const copyRows = (list: readonly unknown[], depth: number): void => {
    for (let i = 0; i < list.length; i++) {
      const entry = list[i];
      if (!Array.isArray(entry))
        throw new LossaryRangeError(what, `is ragged: ${show(i)} is ${describe(entry)}, expected an array`);
      path.push(i);
      copy(entry, depth + 1);
      path.pop();
    }
  };
  copy(input, 0);
  return { data, shape, dtype: "float64", resident: null, source: null };
}
