import { constants } from "node:fs";
import { access } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { usageError, writeError } from "../errors.ts";

/** Finds out before the work, not after it, that the report has no place to go. */
export async function checkReport(path: string): Promise<void> {
  if (!/\.html?$/i.test(path)) throw usageError(`--report "${path}": expected a name that ends in .html`);
  await access(dirname(resolve(path)), constants.W_OK).catch((error: unknown) => {
    throw writeError(path, error);
  });
}
