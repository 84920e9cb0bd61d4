/** The command as users meet it: output, report, exit codes. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseHTML } from "linkedom";
import { afterAll, expect, it } from "vitest";
import { lossary } from "../cli/inProcess.ts";

const folder = mkdtempSync(join(tmpdir(), "lossary-td-"));
afterAll(() => rmSync(folder, { recursive: true }));

const inside = (name: string) => join(folder, name);

it("prints findings and numbers of all environments, and writes one self-contained report of them", async () => {
  const report = inside("all.html");
  const { out, err, code } = await lossary("td", "--environment", "all", "--runs", "2", "--report", report);
  // Slow work tells of its progress.
  expect({ err, code }).toEqual({ err: expect.stringMatching(/^(lossary: \d+ %.*\n)*$/), code: 0 });
  for (const head of ["Random walk of five states", "Random walk of nineteen states", "Cliff walking"])
    expect(out).toMatch(new RegExp(`^${head} \\(`, "m"));
  expect(out.match(/^[✓≠] /gm)).toHaveLength(12);
  expect(out.match(/measured:/g)).toHaveLength(12);
  expect(out).toMatch(/^RMS error after episode +1 +10 +25 +50 +100$/m);
  expect(out).toContain(`Report: ${report}`);

  const page = readFileSync(report, "utf8");
  expect(page).toMatch(/^<!doctype html>[\s\S]*<\/html>\s*$/);
  expect(page).not.toMatch(/NaN|Infinity|undefined|\[object|https?:(?!\/\/www\.w3\.org\/)/);
  expect(page).toContain("default-src 'none'");
  const { document } = parseHTML(page);
  expect(document.querySelectorAll("h2")).toHaveLength(3);
  expect(document.querySelectorAll(".figures svg")).toHaveLength(6);
  expect(document.querySelectorAll(".findings tbody tr")).toHaveLength(12);
  expect(document.querySelectorAll("script, img, link, iframe")).toHaveLength(0);
});

it("prints one JSON object with --json, the same for a seed", async () => {
  const outcome = async (seed: string) => {
    const flags = ["--environment", "cliff", "--runs", "3", "--seed", seed, "--report", inside("c.html")];
    const { out, code } = await lossary("td", ...flags, "--json");
    expect(code).toBe(0);
    return JSON.parse(out);
  };
  const first = await outcome("3");
  expect(first).toMatchObject({ runs: 3, seed: 3, experiments: [{ name: "cliff", data: { runs: 3 } }] });
  expect(first.experiments).toHaveLength(1);
  expect(first.experiments[0].data.curves[0].rewards).toHaveLength(500);
  expect(first.experiments[0].findings[0]).toEqual({
    book: expect.any(String),
    measured: expect.any(String),
    agrees: expect.any(Boolean),
  });
  expect(await outcome("3")).toEqual(first);
  expect((await outcome("4")).experiments).not.toEqual(first.experiments);
});

it("writes no report unless asked", async () => {
  const home = process.cwd();
  mkdirSync(inside("empty"));
  process.chdir(inside("empty"));
  try {
    const run = (...flags: string[]) => lossary("td", "--environment", "cliff", "--runs", "1", ...flags);
    expect((await run()).out).toMatch(/^No report was asked for; --report writes one, with plots\.$/m);
    expect(readdirSync(".")).toEqual([]);
    expect((await run("--report")).out).toMatch(/^Report: td-cliff\.html$/m);
    expect(readdirSync(".")).toEqual(["td-cliff.html"]);
  } finally {
    process.chdir(home);
    rmSync(inside("empty"), { recursive: true });
  }
});

it("helps: every environment, every flag and its default", async () => {
  const { out, code } = await lossary("td", "--help");
  expect(code).toBe(0);
  expect(out).toMatch(/^Usage: lossary td/);
  const flat = out.replace(/\s+/g, " ");
  expect(flat).toContain('(choices: "random-walk", "random-walk-19", "cliff", "all")');
  for (const text of [
    "(default: 100)",
    "(default: 0)",
    "(default name: td-<environment>.html)",
    "lossary td --environment all",
  ])
    expect(flat).toContain(text);
});

it.each<[string, string[], number, RegExp]>([
  ["no environment", [], 2, /lossary td needs --environment <name>/],
  ["an unknown environment", ["--environment", "maze"], 2, /'maze' is invalid.*random-walk-19/],
  ["no runs", ["--environment", "cliff", "--runs", "0"], 2, /whole number in 1…100000/],
  ["a seed that is none", ["--environment", "cliff", "--seed", "-1"], 2, /whole number in 0…/],
  ["a report that is no page", ["--environment", "cliff", "--report", inside("r.txt")], 2, /ends in \.html/],
  ["a report nowhere", ["--environment", "cliff", "--report", inside("no/r.html")], 1, /no such folder/],
  ["an argument", ["cliff", "--environment", "cliff"], 2, /too many arguments/],
])("ends on %s with one line and its exit code", async (_, argv, exit, message) => {
  const report = argv.includes("--report") ? [] : ["--report", inside("never.html")];
  const { out, err, code } = await lossary("td", ...argv, ...report);
  expect({ out, code }).toEqual({ out: "", code: exit });
  expect(err).toMatch(message);
  expect(err.trim()).not.toContain("\n");
  expect(existsSync(inside("never.html"))).toBe(false);
});

it("leaves no drafts behind", () => {
  expect(readdirSync(folder).filter((name) => !name.endsWith(".html"))).toEqual([]);
});
