/** The program as a whole: help, exit codes, pipes. */
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, it, vi } from "vitest";
import { losses } from "../../src/cli/registry.ts";
import { file } from "./folder.ts";
import { lossary as inProcess } from "./inProcess.ts";
import { inside, lossary, shell } from "./program.ts";

const root = resolve(import.meta.dirname, "../..");

it("prints its version", () => {
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  expect(lossary("--version")).toEqual({ code: 0, stdout: `${version}\n`, stderr: "" });
});

it.each([
  [["--help"]],
  [["help"]],
  [["list", "--help"]],
  [["show", "--help"]],
  [["eval", "--help"]],
  [["help", "eval"]],
  [["eval", "huberLoss", "--help"]],
  [["eval", "--help", "huberLoss"]],
  [["help", "eval", "huberLoss"]],
  [["help", "models", "pull"]],
])("helps on %j", (args) => {
  const { code, stdout, stderr } = lossary(...args);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toMatch(/^Usage: lossary/);
});

it("shows a loss's own arguments and options in its help", () => {
  const { stdout } = lossary("eval", "crossEntropy", "--help");
  for (const flag of ["--logits <file>", "--labels <file>", "--weight <file|numbers>", "--label-smoothing <number>"])
    expect(stdout).toContain(flag);
  expect(stdout).toContain('"NaN", "Infinity", "-Infinity"');
});

it("finds the help of a loss in any order of words", async () => {
  const { stdout } = await inside("eval", "huberLoss", "--help");
  expect(stdout).toMatch(/^Usage: lossary eval huberLoss/);
  for (const words of [
    ["eval", "--help", "huberLoss"],
    ["help", "eval", "huberLoss"],
    ["help", "--", "eval", "huberLoss", "-h"],
  ])
    expect((await inside(...words)).stdout).toBe(stdout);
  expect((await inside("help", "models", "pull")).stdout).toMatch(/^Usage: lossary models pull/);
});

it("keeps its help within 80 columns", async () => {
  const listed = (await inside("--help")).stdout.match(/(?<=^ {2})[a-z-]+(?= [^-\s])/gm) as string[];
  expect(listed).toContain("r-precision");
  for (const words of [
    [],
    ["eval", "damsmLoss"],
    ["models", "pull"],
    ["models", "export"],
    ...listed.map((name) => [name]),
  ])
    for (const line of (await inside(...words, "--help")).stdout.split("\n"))
      expect.soft(line.length, `${words.join(" ")}: ${line}`).toBeLessThanOrEqual(80);
});

it("has flags for every loss", async () => {
  for (const { spec } of losses)
    expect((await inside("eval", spec.name, "--help")).stdout).toMatch(`Usage: lossary eval ${spec.name}`);
});

it.each([
  [["frobnicate"], /unknown command 'frobnicate'/],
  [["lst"], /\(Did you mean list\?\)/],
  [["list", "--jsn"], /\(Did you mean --json\?\)/],
  [["show"], /lossary show needs <name>; see lossary show --help/],
  [["eval"], /lossary eval needs <loss>; see lossary eval --help/],
  [["eval", "nothing"], /there is no loss "nothing"/],
  [["eval", "huberLoss", "--predictions"], /argument missing; see lossary eval huberLoss --help/],
  [
    ["eval", "huberLoss"],
    /eval huberLoss needs --predictions <file> and --targets <file>; see lossary eval huberLoss --help/,
  ],
  [["compare"], /lossary compare needs <table>; see lossary compare --help/],
  [["models", "pull"], /lossary models pull needs <[^>]+>; see lossary models pull --help/],
  [["kid", "a", "--degree", "x"], /Expected a whole number in 1…100; see lossary kid --help/],
  [["help", "nope"], /unknown command 'nope'; see lossary --help/],
  [["help", "lst"], /unknown command 'lst'.*Did you mean list/],
])("exits 2 on %j, with one line on standard error", (args, message) => {
  const { code, stdout, stderr } = lossary(...args);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toMatch(message);
  expect(stderr).toMatch(/^lossary: [^\n]*\n$/);
});

it("shows the help and exits 2 without a command", () => {
  const { code, stdout, stderr } = lossary();
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toMatch(/^Usage: lossary/);
});

it("is quiet when the reader of its output goes away", () => {
  const rows = Array.from({ length: 200_000 }, (_, i) => i).join("\n");
  file("long.csv", `a\n${rows}\n`);
  const evaluate = "lossary eval l1Loss --predictions long.csv:a --targets long.csv:a --reduction none --json";
  expect(shell(`set -o pipefail; ${evaluate} | head -c 5`)).toEqual({ code: 0, stdout: '{"los', stderr: "" });
});

it("says that the disk behind its output is full", () => {
  const full = { code: 1, stdout: "", stderr: "lossary: standard output: the disk is full\n" };
  expect(shell("lossary list > /dev/full")).toEqual(full);
  expect(shell("lossary show huberLoss --json > /dev/full")).toEqual(full);
  expect(shell("lossary show nothing 2> /dev/full").code).not.toBe(0);
});

it("collects the licences of what it contains", () => {
  const text = readFileSync(join(root, "dist/THIRD-PARTY-LICENSES.txt"), "utf8");
  for (const name of ["commander", "csv-parse", "fzstd", "hyparquet", "hyparquet-compressors", "yauzl", "yazl"])
    expect(text).toMatch(new RegExp(`^${name} \\d`, "m"));
});

it("tells what the user gave wrong in a line, and a bug with its stack and where to report it", async () => {
  const show = vi.spyOn(JSON, "stringify").mockImplementationOnce(() => {
    throw new Error("broken\u001b[1m inside");
  });
  const { code, err: stderr } = await inProcess("show", "huberLoss", "--json");
  show.mockRestore();
  expect(code).toBe(1);
  expect(stderr).toMatch(/^lossary: internal error: broken\ufffd\[1m inside\n {4}at .*\n/);
  expect(stderr).toMatch(/\nThis is a bug in lossary \d+\.\d+\.\d+ \(Node v.*\)\.\nPlease report it where .*\n$/);
});
