import { constants } from "node:fs";
import { access, stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { dataError, usageError, writeError } from "../errors.ts";

const endings = { ".html": /\.html?$/i, ".png": /\.png$/i } as const;

/** Finds out before the work, not after it, that a result has no place to go. */
export async function checkPlace(flag: string, path: string, ending: keyof typeof endings): Promise<void> {
  if (!endings[ending].test(path)) throw usageError(`${flag} "${path}": expected a name that ends in ${ending}`);
  await access(dirname(resolve(path)), constants.W_OK).catch((error: unknown) => {
    throw writeError(path, error);
  });
  if ((await stat(path).catch(() => null))?.isDirectory()) throw dataError(`${path}: it is a folder, expected a file`);
}
