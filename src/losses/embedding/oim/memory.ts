import { checkEach, readNumbers } from "../../../contract/numbers.ts";
import { type FunctionSpec, type FunctionSpecOf, frozen } from "../../../contract/spec.ts";
import { LossaryRangeError, LossaryTypeError } from "../../../lossaryError.ts";
import { checkBytes, describe, kindOf } from "../../../tensor/read.ts";
import { type FloatInput, type IndexInput, showShape, zeros } from "../../../tensor/tensor.ts";

/**
 * The state of oimLoss: a lookup table of labelled identities and a circular queue of unlabelled ones. Plain data:
 * `JSON.stringify(oimMemoryToPlain(memory))` is its text, and what `JSON.parse` makes of that is a memory again;
 * `oimMemoryToBytes` and `oimMemoryFromBytes` are the binary form.
 */
export interface OimMemory {
  /** One direction an identity, [identities, dimension], zero before its first update. */
  readonly table: { readonly data: Float32Array | readonly number[]; readonly shape: readonly [number, number] };
  /** The latest unlabelled directions, [queueSize, dimension], zero where none came yet. */
  readonly queue: { readonly data: Float32Array | readonly number[]; readonly shape: readonly [number, number] };
  /** Where the next unlabelled direction goes. */
  readonly next: number;
}

export interface OimMemoryOptions {
  /** Number of labelled identities; a whole number ≥ 1. */
  identities: number;
  /** Length of a feature; a whole number ≥ 1. */
  dimension: number;
  /** Unlabelled directions kept; a whole number ≥ 0. Default 5000. */
  queueSize?: number;
}

const createSpec = frozen<FunctionSpecOf<[], OimMemoryOptions>>({
  name: "createOimMemory",
  family: "embedding",
  title: { en: "Memory of online instance matching", zh: "在线实例匹配的记忆" },
  summary: "Makes the empty memory that oimLoss matches features against.",
  arguments: [],
  options: {
    identities: {
      type: "number",
      default: undefined,
      required: true,
      range: "[1, ∞)",
      integer: true,
      doc: "Number of labelled identities.",
    },
    dimension: {
      type: "number",
      default: undefined,
      required: true,
      range: "[1, ∞)",
      integer: true,
      doc: "Length of a feature.",
    },
    queueSize: { type: "number", default: 5000, range: "[0, ∞)", integer: true, doc: "Unlabelled directions kept." },
  },
});

/** An empty memory. `queueSize` is 5000 unless given; 0 keeps no unlabelled identities. */
export function createOimMemory(options: OimMemoryOptions): OimMemory;
export function createOimMemory(...args: unknown[]): OimMemory {
  const { options } = readNumbers<[], OimMemoryOptions>(createSpec, args);
  const { identities, dimension, queueSize } = options;
  const block = (part: string, rows: number) => ({
    data: zeros(`createOimMemory: a ${part} of [${rows}, ${dimension}]`, "float32", rows * dimension),
    shape: [rows, dimension] as const,
  });
  return { table: block("table", identities), queue: block("queue", queueSize), next: 0 };
}
createOimMemory.spec = createSpec;

/** Throws where a memory, perhaps read from a file, does not hold together; `where` names it. */
export function checkMemory(where: string, memory: OimMemory): void {
  const bad = (text: string) => {
    throw new LossaryTypeError(where, `${text}; expected what createOimMemory makes`);
  };
  if (typeof memory !== "object" || memory === null) bad(`is ${describe(memory)}`);
  for (const part of ["table", "queue"] as const) {
    const block = memory[part];
    if (!block?.data || block.shape?.length !== 2) bad(`has no ${part}`);
    if (!block.shape.every((length) => Number.isInteger(length) && length >= 0))
      bad(`has a ${part} of shape ${showShape(block.shape)}`);
    if (Array.isArray(block.data)) {
      const index = block.data.findIndex((value) => typeof value !== "number");
      if (index >= 0) bad(`has ${part}.data[${index}] = ${block.data[index]}`);
    } else if (!/^Float/.test(kindOf(block.data) ?? ""))
      bad(`has a ${part} whose data is ${describe(block.data)} (for JSON: oimMemoryToPlain)`);
    if (block.data.length !== block.shape[0] * block.shape[1])
      bad(`has a ${part} that is not ${showShape(block.shape)}`);
  }
  if (memory.table.shape[1] !== memory.queue.shape[1]) bad("has a table and a queue of different dimensions");
  if (!Number.isInteger(memory.next) || memory.next < 0 || memory.next > Math.max(0, memory.queue.shape[0] - 1))
    bad(`has next = ${memory.next}`);
}

/** Throws unless a label is an identity of the memory, −1 (unlabelled) or −2 (background). */
export function checkLabels(name: string, labels: ArrayLike<number>, { table }: OimMemory): void {
  const [identities] = table.shape;
  const index = Array.prototype.findIndex.call(labels, (label) => label < -2 || label >= identities);
  if (index >= 0)
    throw new LossaryRangeError(
      `${name}: labels[${index}]`,
      `is ${labels[index]}, expected an identity in 0…${identities - 1}, -1 (unlabelled) or -2 (background)`,
    );
}

export const memoryArgument = {
  name: "memory",
  shape: "",
  kind: "state",
  doc: "Lookup table and queue, from createOimMemory.",
  check: (where: string, value: unknown): void => checkMemory(where, value as OimMemory),
} as const;

export interface OimUpdateOptions {
  /** Share of the old direction that stays, in [0, 1]. Default 0.5. */
  momentum?: number;
}

type UpdateInputs = [memory: OimMemory, features: FloatInput, labels: IndexInput];

const updateSpec = frozen<FunctionSpecOf<UpdateInputs, OimUpdateOptions>>({
  name: "updateOimMemory",
  family: "embedding",
  title: { en: "Update of online instance matching", zh: "在线实例匹配的记忆更新" },
  summary: "Takes a batch's features into the memory of oimLoss.",
  arguments: [
    memoryArgument,
    { name: "features", shape: "N D", kind: "float", differentiable: false, doc: "Feature vectors." },
    { name: "labels", shape: "N", kind: "index", doc: "Identity, −1 for unlabelled, −2 for background." },
  ],
  options: {
    momentum: { type: "number", default: 0.5, range: "[0, 1]", doc: "Share of the old direction that stays." },
  },
});

/**
 * The memory after a batch; the one given stays as it is. Call it after the gradient, with the same batch.
 *
 *     x ← x / ‖x‖,   v ← m v + (1 − m) x, divided by its norm        label ≥ 0, in batch order
 *     the queue's oldest entry ← x                                  label −1
 *
 * Label −2 (background) changes nothing. A v that cancels to zero stays what it was; a zero vector changes nothing.
 * `momentum` is m, 0.5 unless given. NaN or infinite features are refused, for they would stay in the memory.
 */
export function updateOimMemory(
  memory: OimMemory,
  features: FloatInput,
  labels: IndexInput,
  options?: OimUpdateOptions,
): OimMemory;
export function updateOimMemory(...args: unknown[]): OimMemory {
  const { inputs, options } = readNumbers<UpdateInputs, OimUpdateOptions>(updateSpec, args);
  const [memory, features, labels] = inputs;
  const { momentum } = options;
  const { name } = updateSpec;
  const [n, d] = features.shape as readonly [number, number];
  if (d !== memory.table.shape[1])
    throw new LossaryRangeError(`${name}: features`, `is [${n}, ${d}], expected [${n}, ${memory.table.shape[1]}]`);
  checkEach(`${name}: labels`, labels, Number.isInteger, "expected a whole number");
  checkLabels(name, labels.data, memory);
  checkEach(`${name}: features`, features, Number.isFinite, "expected a finite number (it would stay in the memory)");
  const [rows, y] = [features.data, labels.data];
  const table = { ...memory.table, data: Float32Array.from(memory.table.data) };
  const queue = { ...memory.queue, data: Float32Array.from(memory.queue.data) };
  let { next } = memory;
  for (let i = 0; i < y.length; i++) {
    const label = y[i] as number;
    if (label === -2) continue;
    const own = unit(rows.subarray(i * d, (i + 1) * d));
    if (!own) continue;
    if (label >= 0) {
      const moved = unit(own.map((v, k) => momentum * (table.data[label * d + k] as number) + (1 - momentum) * v));
      if (moved) table.data.set(moved, label * d);
    } else if (queue.shape[0] > 0) {
      queue.data.set(own, next * d);
      next = (next + 1) % queue.shape[0];
    }
  }
  return { table, queue, next };
}
updateOimMemory.spec = updateSpec;

/** The vector divided by its norm; undefined for zero. */
function unit(vector: Float64Array): Float64Array | undefined {
  const norm = Math.hypot(...vector);
  return norm === 0 ? undefined : vector.map((v) => v / norm);
}

const toPlainSpec = frozen<FunctionSpecOf<[memory: OimMemory], Record<never, never>>>({
  name: "oimMemoryToPlain",
  family: "embedding",
  title: { en: "Memory as plain numbers", zh: "普通数组形式的记忆" },
  summary: "The memory of oimLoss as JSON holds it.",
  arguments: [memoryArgument],
  options: {},
});

const toBytesSpec = frozen<FunctionSpecOf<[memory: OimMemory], Record<never, never>>>({
  ...toPlainSpec,
  name: "oimMemoryToBytes",
  title: { en: "Memory as bytes", zh: "字节形式的记忆" },
  summary: "The memory of oimLoss as bytes for a file.",
});

/** The memory with its numbers in plain arrays, as JSON holds them. */
export function oimMemoryToPlain(memory: OimMemory): OimMemory;
export function oimMemoryToPlain(...args: unknown[]): OimMemory {
  const { table, queue, next } = readNumbers<[OimMemory], Record<never, never>>(toPlainSpec, args).inputs[0];
  return { table: { ...table, data: [...table.data] }, queue: { ...queue, data: [...queue.data] }, next };
}
oimMemoryToPlain.spec = toPlainSpec;

const HEADER = 4;

/** The memory as bytes: four little-endian i32 (identities, queue size, dimension, next), then table and queue in f32. */
export function oimMemoryToBytes(memory: OimMemory): Uint8Array;
export function oimMemoryToBytes(...args: unknown[]): Uint8Array {
  const { table, queue, next } = readNumbers<[OimMemory], Record<never, never>>(toBytesSpec, args).inputs[0];
  const bytes = new Uint8Array(4 * (HEADER + table.data.length + queue.data.length));
  const view = new DataView(bytes.buffer);
  [table.shape[0], queue.shape[0], table.shape[1], next].forEach((value, i) => {
    view.setInt32(4 * i, value, true);
  });
  [...table.data, ...queue.data].forEach((value, i) => {
    view.setFloat32(4 * (HEADER + i), value, true);
  });
  return bytes;
}
oimMemoryToBytes.spec = toBytesSpec;

const bytesArgument = {
  name: "bytes",
  shape: "",
  kind: "value",
  doc: "What oimMemoryToBytes made.",
  check: checkBytes,
} as const;

const fromBytesSpec: FunctionSpec = frozen({
  name: "oimMemoryFromBytes",
  family: "embedding",
  title: { en: "Memory from bytes", zh: "由字节恢复的记忆" },
  summary: "The memory of oimLoss that was saved as bytes.",
  arguments: [bytesArgument],
  options: {},
});

/** The memory that `oimMemoryToBytes` saved. */
export function oimMemoryFromBytes(bytes: Uint8Array): OimMemory;
export function oimMemoryFromBytes(...args: unknown[]): OimMemory {
  const bytes = readNumbers<[{ bytes: Uint8Array }], object>(fromBytesSpec, args).inputs[0] as unknown as Uint8Array;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const header = bytes.byteLength < 4 * HEADER ? [0, 0, 0, 0] : [0, 1, 2, 3].map((i) => view.getInt32(4 * i, true));
  const [identities, queueSize, d, next] = header as [number, number, number, number];
  if (identities < 1 || queueSize < 0 || d < 1 || bytes.byteLength !== 4 * (HEADER + (identities + queueSize) * d))
    throw new LossaryRangeError(
      "oimMemoryFromBytes: bytes",
      bytes.byteLength < 4 * HEADER
        ? `has ${bytes.byteLength} bytes, expected those of oimMemoryToBytes, at least ${4 * HEADER}`
        : `has ${bytes.byteLength} bytes, which are not a memory of [${identities} + ${queueSize}, ${d}]`,
    );
  const block = (rows: number, from: number) => ({
    data: Float32Array.from({ length: rows * d }, (_, i) => view.getFloat32(4 * (HEADER + from * d + i), true)),
    shape: [rows, d] as const,
  });
  const memory = { table: block(identities, 0), queue: block(queueSize, identities), next };
  checkMemory("oimMemoryFromBytes: memory", memory);
  return memory;
}
oimMemoryFromBytes.spec = fromBytesSpec;
