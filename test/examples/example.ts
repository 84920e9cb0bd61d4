/** Runs an example as `npm run example` does, in a short form. */
import { spawnSync } from "node:child_process";
import { expect } from "vitest";
import { root } from "../package/unpack.ts";

/** An example is a process of its own that trains; on a busy machine that takes its time. */
export const patient = { timeout: 300_000 };

/** Its results, of which it must print one line of JSON, and nothing on stderr, which is no terminal here. */
export function runExample<R>(name: string, steps: number, ...more: string[]): R {
  const args = ["--import", "tsx", `examples/${name}.ts`, "--steps", String(steps), "--json", ...more];
  const { stdout, stderr, status } = spawnSync("node", args, { cwd: root, encoding: "utf8" });
  expect(status, stderr).toBe(0);
  expect(stdout.trim().split("\n")).toHaveLength(1);
  return JSON.parse(stdout) as R;
}

/** What it says when it is called wrongly, with code 2. */
export function misuse(name: string, ...args: string[]): string {
  const { stderr, status } = spawnSync("node", ["--import", "tsx", `examples/${name}.ts`, ...args], {
    cwd: root,
    encoding: "utf8",
  });
  expect(status).toBe(2);
  return stderr;
}
