import { resolve } from "node:path";
import { usageError } from "../errors.ts";

/** Results never take the place of a file they are made from. */
export function refuseOverwrite(flag: string, target: string | undefined, read: readonly string[]): void {
  if (target !== undefined && read.some((path) => resolve(path) === resolve(target)))
    throw usageError(`${flag} is "${target}", which is read and would be overwritten; expected another name`);
}
