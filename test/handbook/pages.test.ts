/** The handbook's pages: complete, alike in both languages, and true to the specifications. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { results } from "../../handbook/pages/measured.ts";
import { docOf, lossSpecOf, optionTables, specOf } from "../../handbook/pages/options.ts";
import { type FrontMatter, guides, lossPages, type Page, root } from "../../handbook/pages/source.ts";
import * as tfjs from "../../src/engines/tfjs/index.ts";
import * as lossary from "../../src/index.ts";
import { codeBlocks } from "./blocks.ts";

const pages = lossPages();
const english = pages.filter(({ language }) => language === "en");
const chinese = new Map(pages.flatMap((page) => (page.language === "zh" ? [[page.stem, page] as const] : [])));

const headings = {
  en: ["Formula", "When to use it", "Shapes and options", "Code", "Traps", "Measured", "References"],
  zh: ["公式", "何时用，何时不用", "形状与选项", "代码", "陷阱", "实测", "参考文献"],
};

it("has a page in both languages for every loss and score", () => {
  const covered = new Set(english.flatMap(({ front }) => front.functions));
  // Activations, and what keeps and reads back what other functions take, stand in guides and beside those functions.
  const helpers = /^(resident|oimMemory\w+)$/;
  const wanted = Object.keys({ ...tfjs, ...lossary }).filter((name) => {
    const spec = specOf(name);
    return spec && spec.family !== "activation" && !helpers.test(name);
  });
  expect(wanted.length).toBeGreaterThan(85);
  expect(wanted.filter((name) => !covered.has(name))).toEqual([]);
  expect([...chinese.keys()].sort()).toEqual(english.map(({ stem }) => stem).sort());
  for (const { functions } of english.map(({ front }) => front)) expect(new Set(functions).size).toBe(functions.length);
});

const fields = ({ functions, widget, bench }: FrontMatter) => ({ functions, widget, bench });

/** Code without its remarks, which are translated; what it prints is not. */
const bare = (text: string) =>
  codeBlocks(text).map(({ language, code }) => [
    language,
    code.replace(/(?<!console\.log\(.*; )\/\/ .*$/gm, "").replace(/ +$/gm, ""),
  ]);

describe.each(pages.map((page) => [page.file, page] as const))("%s", (_, page) => {
  it("keeps to the order of a page", () => {
    const wanted = headings[page.language].filter((_, i) => page.family !== "engines" || i !== 5);
    expect([...page.body.matchAll(/^## (.+)$/gm)].map(([, text]) => text)).toEqual(wanted);
    const [, name] = /^# (.+)\n\n.+\n/.exec(page.body.trimStart()) ?? [];
    expect(page.front.title.startsWith(name ?? "no name")).toBe(true);
    const marks = [...page.body.matchAll(/^<!-- (\w+) -->$/gm)].map(([, name]) => name);
    // Networks are not timed.
    const timed = page.family === "engines" ? [] : ["measured"];
    expect(marks).toEqual(["widget", "options", ...timed, "references"]);
    const invitations = page.language === "en" ? /\*\*(Try|Notice)\*\*/g : /\*\*(试试|留意)\*\*/g;
    expect(page.body.match(invitations)?.length ?? 0).toBeGreaterThanOrEqual(2);
  });

  it("names a widget, rows and functions that exist", () => {
    expect(existsSync(join(root, "handbook", "widgets", `${page.front.widget}.ts`)), page.front.widget).toBe(true);
    for (const row of page.front.bench ?? []) expect(results.rows.map(({ name }) => name)).toContain(row);
    for (const name of page.front.functions) expect(specOf(name), name).toBeDefined();
    const sources =
      page.front.functions.flatMap((name) => lossSpecOf(name)?.references ?? []).length +
      (page.front.references?.length ?? 0);
    expect(sources).toBeGreaterThan(0);
  });

  if (page.language === "zh")
    it("says every argument and option in its own language", () => {
      const said = new Set<string>();
      for (const name of page.front.functions) {
        const spec = specOf(name);
        if (!spec) continue;
        const inputs = spec.arguments.map((argument) => argument.name);
        const mean = lossSpecOf(name)?.unreduced ? ["mean"] : [];
        for (const wanted of [...inputs, ...Object.keys(spec.options), ...mean]) {
          expect(docOf(page.front, name, wanted) ?? "", `${name}: ${wanted}`).toMatch(/[\u4e00-\u9fff]/);
          said.add(wanted).add(`${name}.${wanted}`);
        }
      }
      expect(Object.keys(page.front.doc ?? {}).filter((line) => !said.has(line))).toEqual([]);
      expect(optionTables(page)).not.toMatch(/\b(a|an|the|of) [a-z]/);
    });
  else
    it("is alike in Chinese", () => {
      const other = chinese.get(page.stem) as Page;
      expect(fields(other.front)).toEqual(fields(page.front));
      expect(bare(other.body)).toEqual(bare(page.body));
    });
});

it("names every source in full, and alike wherever it is cited: authors, title, where and when", () => {
  const cited = [
    ...Object.keys(lossary).flatMap((name) => lossSpecOf(name)?.references ?? []),
    ...pages.flatMap(({ front }) => front.references ?? []),
  ];
  const texts = new Map<string, string>();
  for (const { text, url } of cited) {
    expect(texts.get(url) ?? text).toBe(text);
    texts.set(url, text);
    // What documents code has no year of its own.
    if (!url.startsWith("https://github.com")) expect(text).toMatch(/^.+?, .{6,}, .+ (19|20)\d\d$/);
  }
});

it("closes no emphasis between a mark and a letter, where Markdown would show the asterisks", () => {
  const texts = [...pages.map(({ file, body }) => [file, body]), ...guides().map(({ name, text }) => [name, text])];
  const shown = /^(?:- )?(\*{1,2})(?!\*)[^*\n]*[，。：、；！？）”」]\1(?=[\p{L}\p{N}])/gmu;
  expect(texts.flatMap(([name, text = ""]) => (text.match(shown) ?? []).map((match) => [name, match]))).toEqual([]);
});

it("speaks of no other handbook, which the reader cannot see", () => {
  const texts = [...pages.map(({ file, body }) => [file, body]), ...guides().map(({ name, text }) => [name, text])];
  const other = /grew\s+from|\b(old|older|earlier|original)\s+(handbook|formula)|源出的|旧(手册|公式)|原(书|手册)/i;
  expect(texts.filter(([, text = ""]) => other.test(text)).map(([name]) => name)).toEqual([]);
});

describe("guides", () => {
  const all = guides();
  const shape = (text: string) => ({
    levels: [...text.matchAll(/^(#+) /gm)].map(([, level]) => level),
    marks: [...text.matchAll(/^<!-- .+ -->$/gm)].map(([mark]) => mark),
    links: [...text.matchAll(/\]\(([^)]+)\)/g)].map(([, link]) => link),
    code: bare(text),
  });
  it.each(all.filter(({ language }) => language === "en").map((guide) => [guide.name, guide] as const))(
    "%s is alike in Chinese",
    (name, guide) => {
      const other = all.find((candidate) => candidate.name === name && candidate.language === "zh");
      expect(shape(other?.text ?? "")).toEqual(shape(guide.text));
    },
  );
});
