/** What a module of the user's did wrong, with its place in the file. */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { relative, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { dataError, type UserError } from "../errors.ts";

/** Whatever was thrown by a module, or by a loss it made, in one line. */
export function moduleFault(path: string, error: unknown): UserError {
  const line = error instanceof SyntaxError ? syntaxLine(path, error) : frameLine(path, error);
  return dataError(`${path}${line}: ${reason(error)}`);
}

function reason(error: unknown): string {
  const { message = String(error), code } = (error ?? {}) as { message?: unknown; code?: unknown };
  const [first = ""] = String(message).trim().split("\n");
  if (/^(ERR_)?MODULE_NOT_FOUND$/.test(String(code)) && /^Cannot find (package|module) 'lossary'/.test(first))
    return "cannot find lossary; npm install lossary in its folder, or import it from an ECMAScript module (.mjs), which takes the one that is running";
  if (code === "ERR_UNKNOWN_FILE_EXTENSION")
    return `Node ${process.version} does not run TypeScript; Node 22.18 and newer do, or compile it to .js`;
  return first || "failed without a message";
}

/** ":3", the line of the module that the stack names first. */
function frameLine(path: string, error: unknown): string {
  const full = resolve(path);
  const stack = String((error as { stack?: unknown } | null)?.stack ?? "").split("\n");
  for (const place of [pathToFileURL(full).href, full]) {
    const frame = stack.find((line) => line.includes(`${place}:`)) ?? "";
    const [, line] = /^:(\d+)/.exec(frame.slice(frame.indexOf(place) + place.length)) ?? [];
    if (line !== undefined) return `:${line}`;
  }
  return "";
}

/** The same of a syntax error, which stands at the head of the stack, or, of ECMAScript modules, is told by `node --check`. */
function syntaxLine(path: string, { stack = "" }: SyntaxError): string {
  const [, file, line] = /^(.+):(\d+)\n/.exec(stack) ?? [];
  if (file !== undefined) {
    const other = file.startsWith("file:") ? fileURLToPath(file) : file;
    return other === resolve(path) ? `:${line}` : `: ${relative(process.cwd(), other)}:${line}`;
  }
  const { stderr } = spawnSync(process.execPath, ["--check", "--input-type=module", "-"], {
    input: readFileSync(path),
    encoding: "utf8",
  });
  const [, checked] = /^\[stdin\]:(\d+)/.exec(stderr ?? "") ?? [];
  return checked === undefined ? ": in a module it imports" : `:${checked}`;
}
