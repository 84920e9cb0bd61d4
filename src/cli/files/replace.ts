/** Writes whole files: a file is complete or it is not there, and an older one stays until then. */
import { randomBytes } from "node:crypto";
import { createWriteStream } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { writeError } from "../errors.ts";

/** Writes beside the file and renames, so that nobody ever sees half of it. */
export async function replaceFile(path: string, bytes: Readable): Promise<void> {
  const temporary = join(dirname(path), `.lossary-${randomBytes(6).toString("hex")}.tmp`);
  try {
    await pipeline(bytes, createWriteStream(temporary, { flags: "wx" }));
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw writeError(path, error);
  }
}
