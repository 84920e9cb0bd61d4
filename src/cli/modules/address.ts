/** "./mine.js#name": a module of the user's, and which of its losses. */
import { usageError } from "../errors.ts";

export const MODULES = ".js, .mjs, .cjs or .ts";

const MODULE = /^(.*\.[cm]?[jt]s)(?:#(.*))?$/is;
const PATH = /^(?:\.{0,2}|~)[/\\]/;

/** Whether a text names a file rather than a loss of the package, whose names have neither an ending nor a folder. */
export const namesModule = (text: string): boolean => MODULE.test(text) || PATH.test(text);

export interface Address {
  readonly path: string;
  /** The export asked for. */
  readonly name: string | undefined;
}

export function addressOf(text: string): Address {
  const [, path, name] = MODULE.exec(text) ?? [];
  if (path === undefined) throw usageError(`"${text}": expected a module that exports a loss: ${MODULES}`);
  return { path, name };
}
