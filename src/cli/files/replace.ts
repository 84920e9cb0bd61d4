/** Writes whole files: a file is complete or it is not there, and an older one stays until then. */
import { randomBytes } from "node:crypto";
import { createWriteStream, rmSync } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { writeError } from "../errors.ts";
import { SIGNALS } from "../terminal/signals.ts";

/** Writes beside the file and renames, so that nobody ever sees half of it; an interrupted program leaves nothing. */
export async function replaceFile(path: string, bytes: Readable): Promise<void> {
  const temporary = join(dirname(path), `.lossary-${randomBytes(6).toString("hex")}.tmp`);
  const remove = () => rmSync(temporary, { force: true });
  const interrupted = (signal: NodeJS.Signals) => {
    // Where somebody else listens, the signal may mean something else than the end.
    if (process.listenerCount(signal) > 1) return;
    remove();
    process.removeListener(signal, interrupted);
    process.kill(process.pid, signal);
  };
  process.once("exit", remove);
  for (const signal of SIGNALS) process.on(signal, interrupted);
  try {
    await pipeline(bytes, createWriteStream(temporary, { flags: "wx" }));
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw writeError(path, error);
  } finally {
    process.removeListener("exit", remove);
    for (const signal of SIGNALS) process.removeListener(signal, interrupted);
  }
}
