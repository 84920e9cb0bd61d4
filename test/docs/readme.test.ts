/** The README's code runs as printed, and prints what it says it prints. */
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { afterAll, beforeAll, expect, it } from "vitest";
import * as lossary from "../../src/index.ts";
import { codeBlocks, promised } from "../handbook/blocks.ts";
import { type Consumer, root, unpack } from "../package/unpack.ts";

let consumer: Consumer;
beforeAll(() => {
  consumer = unpack();
});
afterAll(() => consumer.dispose());

const readme = readFileSync(join(root, "README.md"), "utf8");
const blocks = codeBlocks(readme).flatMap(({ language, code }) => (language === "ts" ? [code] : []));

it("has examples", () => {
  expect(blocks.length).toBeGreaterThan(0);
  expect(blocks.flatMap(promised).length).toBeGreaterThan(2);
});

it.each(blocks.map((code, i) => [i + 1, code] as const))("example %i prints what it promises", (i, code) => {
  const path = join(consumer.folder, `example${i}.mjs`);
  writeFileSync(
    path,
    ts.transpileModule(code, { compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext } })
      .outputText,
  );
  const { stdout, stderr } = spawnSync("node", [path], { cwd: consumer.folder, encoding: "utf8" });
  expect(stderr).toBe("");
  expect(stdout.trim().split("\n")).toEqual(promised(code));
});

it("lists every loss", () => {
  for (const loss of Object.values(lossary))
    if (typeof loss === "function" && "spec" in loss && "unreduced" in loss.spec)
      expect(readme).toContain(`\`${loss.name}\``);
});

it("says the same in Chinese: headings, code and tables", () => {
  const chinese = readFileSync(join(root, "README.zh.md"), "utf8");
  const levels = (text: string) => [...text.matchAll(/^(#+) /gm)].map(([, level]) => level);
  /** Lines of indented code, without what explains them. */
  const lines = (text: string) => [...text.matchAll(/^ {4}(\S.*)$/gm)].map(([, line]) => line?.split(/ {2,}/)[0]);
  const names = (text: string) => [...text.matchAll(/^\| .*$/gm)].map(([row]) => row.match(/`\w+`/g));
  const code = (text: string) => codeBlocks(text).map(({ language, code }) => [language, code]);
  for (const part of [levels, code, lines, names]) expect(part(chinese)).toEqual(part(readme));
  expect(chinese).toContain(readFileSync(join(root, "bench", "results.md"), "utf8").trim());
});

it("carries the benchmark's own table", () => {
  const table = readFileSync(join(root, "bench", "results.md"), "utf8").trim();
  expect(readme).toContain(table);
});
