import { realpathSync } from "node:fs";
import { resolve } from "node:path";
import { usageError } from "../errors.ts";

/** Results never take the place of a file they are made from. */
export function refuseOverwrite(flag: string, target: string | undefined, read: readonly string[]): void {
  if (target !== undefined && read.some((path) => placeOf(path) === placeOf(target)))
    throw usageError(`${flag} is "${target}", which is read and would be overwritten; expected another name`);
}

/** Where a file lies, by whatever links it is named. */
function placeOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return resolve(path);
  }
}
