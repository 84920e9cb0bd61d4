/** Where a report goes: nowhere unless it is asked for, and never over another's file by a name that was not given. */
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { basename } from "node:path";
import { Option } from "commander";
import { dataError } from "../errors.ts";
import { checkPlace } from "../files/place.ts";

/** --report with a name, without one, or not at all. */
export type ReportFlag = string | true | undefined;

export const reportOption = (name: string): Option =>
  new Option("--report [file]", `write a report with plots (default name: ${name})`);

/** Said where none was asked for. */
export const NO_REPORT = "No report was asked for; --report writes one, with plots.";

/** What every report says of itself. */
export const GENERATOR = '<meta name="generator" content="lossary">';

/** A file's name without its folder and its ending, fit for another file's name. */
const stem = (subject: string): string =>
  basename(subject)
    .replace(/\.gz$/i, "")
    .replace(/\.[a-z0-9]+(?=$|:)/i, "")
    .replace(/[^\p{L}\p{N}_.-]+/gu, "-");

/** A result's own name where none is given: "compare-iris.html". */
export const ownName = (command: string, subject: string, ending: string): string =>
  `${command}-${stem(subject)}${ending}`;

async function isReport(path: string): Promise<boolean> {
  let head = "";
  for await (const chunk of createReadStream(path, { end: 1023, encoding: "utf8" })) head += chunk;
  return head.includes(GENERATOR);
}

/**
 * The report's file, found writable before the work; null where none is asked for. A name that is given is written over
 * as any output is; the own name takes the place of an earlier report alone.
 */
export async function placeReport(flag: ReportFlag, command: string, subject: string): Promise<string | null> {
  if (flag === undefined) return null;
  const path = flag === true ? ownName(command, subject, ".html") : flag;
  await checkPlace("--report", path, ".html");
  if (flag === true && (await stat(path).catch(() => null)) && !(await isReport(path)))
    throw dataError(`${path}: is there and is not a report; name another file with --report <file>`);
  return path;
}
