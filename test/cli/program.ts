/** The built program, run as a user runs it. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { run } from "../../src/cli/program.ts";
import { folder } from "./folder.ts";

const script = resolve(import.meta.dirname, "../../dist/cli.js");
if (!existsSync(script)) throw new Error(`${script} is missing: npm run build makes it`);

export interface Run {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `lossary` in the folder of the tests. */
export function lossary(...args: string[]): Run {
  const { status, stdout, stderr } = spawnSync("node", [script, ...args], { cwd: folder, encoding: "utf8" });
  return { code: status, stdout, stderr };
}

export function shell(command: string): Run {
  const full = command.replaceAll("lossary", `node ${script}`);
  const { status, stdout, stderr } = spawnSync("bash", ["-c", full], { cwd: folder, encoding: "utf8" });
  return { code: status, stdout, stderr };
}

/** The program from its source, inside this process: what it returns and prints. */
export async function inside(...args: string[]): Promise<Omit<Run, "stderr">> {
  const { write } = process.stdout;
  let stdout = "";
  process.stdout.write = (text: string | Uint8Array) => {
    stdout += text;
    return true;
  };
  try {
    const code = await run(args);
    return { code, stdout };
  } finally {
    process.stdout.write = write;
  }
}
