/** What all examples share: their options, and what they say. */
import { parseArgs } from "node:util";

export interface Run {
  /** How many steps to train. */
  readonly steps: number;
  /** Whether to report as JSON. */
  readonly json: boolean;
}

/** Reads `[--steps N] [--json]`; anything else ends the process with code 2. */
export function readRun(name: string, steps: number): Run {
  try {
    const { values } = parseArgs({
      options: { steps: { type: "string", default: String(steps) }, json: { type: "boolean", default: false } },
    });
    const given = Number(values.steps);
    if (!Number.isInteger(given) || given < 1)
      throw new Error(`--steps is "${values.steps}", expected a whole number of at least 1`);
    return { steps: given, json: values.json };
  } catch (error) {
    process.stderr.write(
      `${name}: ${(error as Error).message}\nusage: npm run example ${name} -- [--steps ${steps}] [--json]\n`,
    );
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
