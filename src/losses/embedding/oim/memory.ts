import { checkNoMore, namedOptions, readOptions } from "../../../contract/options.ts";
import { withScratch } from "../../../kernel/arena.ts";
import { describe, kindOf, readInput } from "../../../tensor/read.ts";
import { position, stageIndices, viewOf } from "../../../tensor/stage.ts";
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

function whole(name: string, value: unknown, least: number): number {
  const expected = `expected a whole number ≥ ${least}`;
  if (typeof value !== "number") throw new TypeError(`createOimMemory: ${name} is ${describe(value)}, ${expected}`);
  if (!Number.isInteger(value) || value < least)
    throw new RangeError(`createOimMemory: ${name} is ${value}, ${expected}`);
  return value;
}

/** An empty memory. `queueSize` is 5000 unless given; 0 keeps no unlabelled identities. */
export function createOimMemory(
  options: { identities: number; dimension: number; queueSize?: number },
  ...more: []
): OimMemory {
  checkNoMore("createOimMemory(options)", more);
  const given = namedOptions("createOimMemory", options, ["identities", "dimension", "queueSize"]);
  const d = whole("dimension", given.dimension, 1);
  const block = (part: string, rows: number) => ({
    data: zeros(`createOimMemory: a ${part} of [${rows}, ${d}]`, "float32", rows * d),
    shape: [rows, d] as const,
  });
  return {
    table: block("table", whole("identities", given.identities, 1)),
    queue: block("queue", whole("queueSize", given.queueSize ?? 5000, 0)),
    next: 0,
  };
}

/** Throws where a memory, perhaps read from a file, does not hold together. */
export function checkMemory(name: string, memory: OimMemory): void {
  const bad = (text: string) => {
    throw new TypeError(`${name}: memory ${text}; expected what createOimMemory makes`);
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
export function checkLabels(name: string, labels: Int32Array, { table }: OimMemory): void {
  const [identities] = table.shape;
  const index = labels.findIndex((label) => label < -2 || label >= identities);
  if (index >= 0)
    throw new RangeError(
      `${name}: labels[${index}] is ${labels[index]}, expected an identity in 0…${identities - 1}, -1 (unlabelled) or -2 (background)`,
    );
}

const updateOptions = {
  momentum: { type: "number", default: 0.5, range: "[0, 1]", doc: "Share of the old direction that stays." },
} as const;

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
  options?: { momentum?: number },
): OimMemory {
  const name = "updateOimMemory";
  checkMemory(name, memory);
  const { momentum } = readOptions<{ momentum: number }>(name, options, updateOptions);
  // Copied before anything is staged, which may detach a view of kernel memory.
  const table = { ...memory.table, data: Float32Array.from(memory.table.data) };
  const queue = { ...memory.queue, data: Float32Array.from(memory.queue.data) };
  const x = readInput(`${name}: features`, features);
  const d = memory.table.shape[1];
  const y = withScratch(() => {
    const { pointer, size } = stageIndices(`${name}: labels`, readInput(`${name}: labels`, labels));
    return viewOf(pointer, size, "int32").slice();
  });
  if (x.shape.length !== 2 || x.shape[0] !== y.length || x.shape[1] !== d)
    throw new RangeError(`${name}: features is ${showShape(x.shape)}, expected [${y.length}, ${d}]`);
  checkLabels(name, y, memory);
  const rows = Float64Array.from(x.resident ? x.resident.data : x.data, Number);
  const index = rows.findIndex((value) => !Number.isFinite(value));
  if (index >= 0)
    throw new RangeError(
      `${name}: features${position(index, x.shape)} is ${rows[index]}, expected a finite number (it would stay in the memory)`,
    );
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

/** The vector divided by its norm; undefined for zero. */
function unit(vector: Float64Array): Float64Array | undefined {
  const norm = Math.hypot(...vector);
  return norm === 0 ? undefined : vector.map((v) => v / norm);
}

/** The memory with its numbers in plain arrays, as JSON holds them. */
export function oimMemoryToPlain(memory: OimMemory, ...more: []): OimMemory {
  checkNoMore("oimMemoryToPlain(memory)", more);
  checkMemory("oimMemoryToPlain", memory);
  const { table, queue, next } = memory;
  return { table: { ...table, data: [...table.data] }, queue: { ...queue, data: [...queue.data] }, next };
}

const HEADER = 4;

/** The memory as bytes: four little-endian i32 (identities, queue size, dimension, next), then table and queue in f32. */
export function oimMemoryToBytes(memory: OimMemory, ...more: []): Uint8Array {
  checkNoMore("oimMemoryToBytes(memory)", more);
  checkMemory("oimMemoryToBytes", memory);
  const { table, queue, next } = memory;
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

export function oimMemoryFromBytes(bytes: Uint8Array, ...more: []): OimMemory {
  checkNoMore("oimMemoryFromBytes(bytes)", more);
  if (kindOf(bytes) !== "Uint8Array")
    throw new TypeError(`oimMemoryFromBytes: bytes is ${describe(bytes)}, expected a Uint8Array`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const header = bytes.byteLength < 4 * HEADER ? [0, 0, 0, 0] : [0, 1, 2, 3].map((i) => view.getInt32(4 * i, true));
  const [identities, queueSize, d, next] = header as [number, number, number, number];
  if (identities < 1 || queueSize < 0 || d < 1 || bytes.byteLength !== 4 * (HEADER + (identities + queueSize) * d))
    throw new RangeError(
      `oimMemoryFromBytes: ${bytes.byteLength} bytes are not a memory of [${identities} + ${queueSize}, ${d}]`,
    );
  const block = (rows: number, from: number) => ({
    data: Float32Array.from({ length: rows * d }, (_, i) => view.getFloat32(4 * (HEADER + from * d + i), true)),
    shape: [rows, d] as const,
  });
  const memory = { table: block(identities, 0), queue: block(queueSize, identities), next };
  checkMemory("oimMemoryFromBytes", memory);
  return memory;
}
