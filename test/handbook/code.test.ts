/** Every code block of the handbook runs as printed, against the packed package, and prints what it says it prints. */
import { spawn } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { guides, lossPages, root } from "../../handbook/pages/source.ts";
import { type Consumer, unpack } from "../package/unpack.ts";
import { codeBlocks, commands, promised } from "./blocks.ts";

// The Chinese pages hold the same code, as another test makes sure.
const texts = [...lossPages().map(({ stem, language, body }) => ({ name: stem, language, text: body })), ...guides()];
const blocks = texts
  .filter(({ language }) => language === "en")
  .flatMap(({ name, text }) =>
    codeBlocks(text).map((block, i) => ({ ...block, name: `${name}, block ${i + 1}: ${block.label}` })),
  )
  // Installing is another test's concern.
  .filter(({ code }) => !code.startsWith("npm install"));
const scripts = blocks.filter(({ language }) => language === "ts");
const shells = blocks.filter(({ language }) => language === "sh");

let consumer: Consumer;
const inside = (...path: string[]) => join(consumer.folder, ...path);

/** Runs a program in the folder of the data; what it printed. */
function output(
  program: string,
  args: readonly string[],
  cwd: string,
): Promise<{ stdout: string; stderr: string; code: number | null }> {
  return new Promise((resolve) => {
    const child = spawn(program, args, { cwd, env: { ...process.env, PATH: `${inside("bin")}:${process.env.PATH}` } });
    let [stdout, stderr] = ["", ""];
    child.stdout.on("data", (data) => (stdout += data));
    child.stderr.on("data", (data) => (stderr += data));
    child.on("close", (code) => resolve({ stdout, stderr, code }));
  });
}

/** Loads one script after the other, so that an engine is loaded once; what each printed, or its error. */
const loader = `
import { format } from "node:util";
const results = [];
const { log } = console;
for (const path of process.argv.slice(2)) {
  const lines = [];
  console.log = (...values) => lines.push(...format(...values).split("\\n"));
  try { await import(path); } catch (error) { lines.push(String(error?.stack ?? error)); }
  results.push(lines);
}
log(JSON.stringify(results));
process.exit();
`;

let printed: Map<string, string[]>;

beforeAll(async () => {
  consumer = unpack();
  for (const peer of ["@tensorflow", "@jax-js", "onnxruntime-web", "sharp", "@img"])
    symlinkSync(join(root, "node_modules", peer), inside("node_modules", peer));
  mkdirSync(inside("bin"));
  writeFileSync(
    inside("bin", "lossary"),
    `#!/bin/sh\nexec node "${inside("node_modules", "lossary", "dist", "cli.js")}" "$@"\n`,
  );
  chmodSync(inside("bin", "lossary"), 0o755);
  writeFileSync(inside("load.mjs"), loader);
  const paths = scripts.map(({ code }, i) => {
    const { outputText } = ts.transpileModule(code, {
      compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext },
    });
    writeFileSync(inside(`block${i}.mjs`), outputText);
    return inside(`block${i}.mjs`);
  });
  const { stdout, stderr } = await output("node", [inside("load.mjs"), ...paths], join(root, "data"));
  const lines = stdout.trim().split("\n").at(-1) ?? "";
  if (!lines.startsWith("[[")) throw new Error(`the blocks did not run: ${stderr.slice(-2000)}`);
  const results = JSON.parse(lines) as string[][];
  printed = new Map(scripts.map(({ name }, i) => [name, results[i] as string[]]));
}, 300_000);
afterAll(() => consumer?.dispose());

describe("TypeScript", () => {
  it.each(scripts.map(({ name, code }) => [name, code] as const))("%s", (name, code) => {
    expect(printed.get(name)).toEqual(promised(code));
  });
});

// The last digits of Math's functions differ between versions of Node.
const round = (number: string) => String(Number(Number(number).toPrecision(12)));
const flat = (lines: readonly string[]) =>
  lines
    .map((line) =>
      line
        .trim()
        .replace(/\s+/g, " ")
        .replace(/\d+\.\d{12,}/g, round),
    )
    .filter((line) => line !== "");

describe("Command line", () => {
  // At once: most of their time is that of programs starting.
  it.concurrent.each(shells.map(({ name, code }, i) => [name, code, i] as const))(
    "%s",
    async (_, code, i) => {
      const folder = inside(`shell${i}`);
      cpSync(join(root, "data"), folder, { recursive: true });
      for (const { command, output: wanted } of commands(code)) {
        const { stdout, stderr, code: exit } = await output("bash", ["-c", command], folder);
        expect({ command, exit, stderr: exit === 0 ? "" : stderr }).toEqual({ command, exit: 0, stderr: "" });
        if (wanted.length > 0)
          expect({ command, printed: flat(stdout.split("\n")) }).toEqual({ command, printed: flat(wanted) });
      }
    },
    180_000,
  );
});

it("has blocks for all four ways of calling", () => {
  const labels = new Set(blocks.map(({ label }) => label));
  expect([...labels]).toEqual(expect.arrayContaining(["Arrays", "TensorFlow.js", "jax-js", "Command line"]));
});
