/** What all examples share: their options, and what they say. */
import { existsSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { parseArgs } from "node:util";

export interface Run {
  /** How many steps to train. */
  readonly steps: number;
  /** Whether to report as JSON. */
  readonly json: boolean;
  /** Where to write the picture that was made. */
  readonly output?: string;
}

/** Reads `[--steps N] [--json]`, and `[--output FILE]` where the run makes a picture; ends the process where it cannot. */
export function readRun(name: string, steps: number, picture = false): Run {
  try {
    const { values } = parseArgs({
      options: {
        steps: { type: "string", default: String(steps) },
        json: { type: "boolean", default: false },
        output: { type: "string" },
      },
    });
    if (values.output !== undefined && !picture) throw new Error("--output: there is no picture to write");
    const folder = dirname(resolve(values.output ?? "."));
    if (!existsSync(folder)) throw new Error(`there is no folder ${folder} to write to`);
    const given = Number(values.steps);
    if (!Number.isInteger(given) || given < 1)
      throw new Error(`--steps is "${values.steps}", expected a whole number of at least 1`);
    return { steps: given, json: values.json, output: values.output };
  } catch (error) {
    const usage = `[--steps ${steps}] [--json]${picture ? " [--output picture.png]" : ""}`;
    process.stderr.write(`${name}: ${(error as Error).message}\nusage: npm run example ${name} -- ${usage}\n`);
    process.exit(2);
  }
}

/** Shows where a run is, on a terminal, in place of what was shown before. */
export function progress(text = ""): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
}

/** Ends the progress and prints the results: the lines, or the numbers they are made of. */
export function report({ json }: Run, results: unknown, lines: readonly string[]): void {
  progress();
  console.log(json ? JSON.stringify(results) : lines.join("\n"));
}

export const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
