/** The program from its source, inside this process: its exit code, and all it prints. */
import { run } from "../../src/cli/program.ts";
import type { Run } from "../cli/program.ts";

export async function lossary(...args: string[]): Promise<Run> {
  const out = { stdout: "", stderr: "" };
  const streams = ["stdout", "stderr"] as const;
  const originals = streams.map((name) => process[name].write);
  for (const name of streams)
    process[name].write = (text: string | Uint8Array) => {
      out[name] += text;
      return true;
    };
  try {
    return { code: await run(args), ...out };
  } finally {
    for (const [i, name] of streams.entries()) process[name].write = originals[i] as typeof process.stdout.write;
  }
}

/** What a command that succeeds prints with --json. */
export async function outcome(...args: string[]) {
  const { code, stdout, stderr } = await lossary(...args, "--json");
  if (code !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}
