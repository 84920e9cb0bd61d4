/**
 * The memory of oimLoss from a file, in the forms in which the library saves it (JSON of oimMemoryToPlain, bytes of
 * oimMemoryToBytes), or as the arrays table, queue and next of a .npz file, which NumPy writes.
 */
import { buffer } from "node:stream/consumers";
import { LossaryError, type OimMemory, oimMemoryFromBytes } from "../../index.ts";
import { checkMemory } from "../../losses/embedding/oim/memory.ts";
import { dataError, usageError } from "../errors.ts";
import { MAX_ARRAY_BYTES, MAX_CSV_BYTES, showBytes } from "../files/limits.ts";
import type { ArrayFromFile } from "../files/npy.ts";
import { npzKeys, readNpz } from "../files/npz.ts";
import { openFile } from "../files/open.ts";

export const MEMORY_FILES = ".npz with table and queue, .json of oimMemoryToPlain, or .bin of oimMemoryToBytes";

const readers: Readonly<Record<string, (path: string) => Promise<OimMemory>>> = {
  npz: readArrays,
  json: async (path) => parse(path, (await readBytes(path, MAX_CSV_BYTES)).toString("utf8")),
  bin: async (path) => oimMemoryFromBytes(await readBytes(path, MAX_ARRAY_BYTES)),
};

export async function readMemory(path: string): Promise<OimMemory> {
  const read = readers[/\.(npz|json|bin)$/i.exec(path)?.[1]?.toLowerCase() ?? ""];
  if (!read) throw usageError(`"${path}": expected a memory: ${MEMORY_FILES}`);
  try {
    const memory = await read(path);
    checkMemory(`${path}: memory`, memory);
    return memory;
  } catch (error) {
    // The library's words about what it was given, which here is the file.
    if (error instanceof LossaryError)
      throw dataError(error.message.replace(/^oimMemoryFromBytes: (?:bytes )?/, `${path}: `));
    throw error;
  }
}

async function readBytes(path: string, limit: number): Promise<Buffer> {
  const { size, chunks } = await openFile(path);
  if (size > limit) throw dataError(`${path}: has ${showBytes(size)}, expected at most ${showBytes(limit)}`);
  return buffer(chunks());
}

function parse(path: string, text: string): OimMemory {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw dataError(`${path}: is no JSON (${(error as Error).message})`);
  }
}

async function readArrays(path: string): Promise<OimMemory> {
  const [table, queue] = [await readNpz(path, "table"), await readNpz(path, "queue")];
  // Where the next unlabelled vector goes is nothing to the loss, so it may be left out.
  const next = (await npzKeys(path)).includes("next") ? Number((await readNpz(path, "next")).data[0]) : 0;
  return { table: block(table), queue: block(queue), next };
}

function block({ data, shape }: ArrayFromFile): OimMemory["table"] {
  return {
    data: data instanceof Float32Array ? data : Array.from<number | bigint, number>(data, Number),
    shape: shape as [number, number],
  };
}
