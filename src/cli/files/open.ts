/** Opens regular files: a folder, a pipe or a device is refused before anything is read. */
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { dataError, fileError } from "../errors.ts";

export interface OpenFile {
  readonly size: number;
  /** The file's bytes; can be asked for once. */
  chunks(): AsyncIterable<Uint8Array>;
}

export async function openFile(path: string): Promise<OpenFile> {
  const found = await stat(path).catch((error) => {
    throw fileError(path, error);
  });
  if (found.isDirectory()) throw dataError(`${path}: it is a folder, expected a file`);
  if (!found.isFile()) throw dataError(`${path}: it is a pipe or a device, expected a file`);
  if (found.size === 0) throw dataError(`${path}: is empty (0 bytes)`);
  return { size: found.size, chunks: () => read(path) };
}

async function* read(path: string): AsyncGenerator<Uint8Array> {
  try {
    yield* createReadStream(path, { highWaterMark: 2 ** 20 });
  } catch (error) {
    throw fileError(path, error);
  }
}
