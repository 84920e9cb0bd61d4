/** Titles and other names of the handbook's pages are those of the specifications, in both languages. */
import { expect, it } from "vitest";
import { aliasesOf, lossSpecOf, specTables } from "../../handbook/pages/options.ts";
import { lossPages } from "../../handbook/pages/source.ts";
import type { FunctionSpec } from "../../src/contract/spec.ts";
import * as lossary from "../../src/index.ts";

const pages = lossPages();
const names = pages.map((page) => [page.file, page] as const);
const specsOf = (functions: readonly string[]) => functions.flatMap((name) => lossSpecOf(name) ?? []);

it.each(names)("%s is headed by its title", (_, { front, body }) => {
  expect(/^# (.+)$/m.exec(body)?.[1]).toBe(front.title);
});

// A page of several functions may have a title for all of them.
const alone = names.filter(([, { front }]) => front.functions.length === 1 && specsOf(front.functions).length === 1);
it.each(alone)("%s has its loss's title", (_, { front, language }) => {
  expect(front.title).toBe(specsOf(front.functions)[0]?.title[language]);
});

it.each(names)("%s repeats no name that a specification has", (_, { front }) => {
  const known = specsOf(front.functions).flatMap(({ title, aliases }) => [
    ...Object.values(title),
    ...aliases.en,
    ...aliases.zh,
  ]);
  expect((front.aliases ?? []).filter((name) => known.includes(name))).toEqual([]);
});

it("names each loss's aliases on its page", () => {
  const losses = Object.keys(lossary).flatMap((name) => lossSpecOf(name) ?? []);
  for (const spec of losses)
    for (const language of ["en", "zh"] as const) {
      const page = pages.find(
        (candidate) => candidate.language === language && candidate.front.functions.includes(spec.name),
      );
      if (!page) throw new Error(`${spec.name} has no page in ${language}`);
      expect([...aliasesOf(page), page.front.title]).toEqual(expect.arrayContaining([...spec.aliases[language]]));
    }
});

it("has the names of Chinese pages in their order: the English title, Chinese names, words of both languages", () => {
  const page = pages.find(({ file }) => file.endsWith("/quantile.zh.md"));
  expect(page && aliasesOf(page)).toEqual(["Quantile loss", "弹球损失", "分位数回归", "multi-quantile"]);
});

it("says every argument and option of every function in the reference's tables", () => {
  const specs = Object.values(lossary).flatMap((value) => ("spec" in value ? [value.spec as FunctionSpec] : []));
  expect(specs.length).toBeGreaterThan(90);
  for (const spec of specs) {
    const text = specTables(spec);
    for (const name of [...spec.arguments.map((argument) => argument.name), ...Object.keys(spec.options)])
      expect(text, spec.name).toContain(`| \`${name}\` |`);
    expect(text).not.toMatch(/undefined|`\[\]` \| (state|not an array)/);
    expect(/by nature|divides by/.test(text)).toBe("unreduced" in spec);
  }
  expect(specTables(lossary.randomWalk.spec)).toContain(
    "| `states` |  | not an array |  | Length of the row. (default: `5`) |",
  );
  expect(specTables(lossary.sarsa.spec)).toContain("| `environment` | required | `{ states, actions, reset, step }` |");
  expect(specTables(lossary.cliffWalking.spec)).toBe("No arguments and no options.");
});
