/** Writes a file whole or not at all: under another name first, so that an interrupted run leaves nothing half-written. */
import { rename, rm, writeFile } from "node:fs/promises";
import { fileError } from "../errors.ts";

export async function writeWhole(path: string, text: string): Promise<void> {
  const draft = `${path}.${process.pid}.part`;
  try {
    await writeFile(draft, text, { flag: "wx" });
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw fileError(path, error);
  }
}
