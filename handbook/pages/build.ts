/** Assembles the site's pages into build/handbook, from where VitePress makes the site: tsx handbook/pages/build.ts */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Language } from "../kit/widget.ts";
import { assemble, withWidgets } from "./assemble.ts";
import { overview, sidebar } from "./contents.ts";
import { lossPages, root } from "./source.ts";

const target = join(root, "build", "handbook");

function write(file: string, text: string): void {
  const path = join(target, file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

const prefix = (language: Language) => (language === "en" ? "" : "zh/");

rmSync(target, { recursive: true, force: true });
const pages = lossPages();
for (const page of pages) write(`${prefix(page.language)}losses/${page.stem}.md`, await assemble(page));
for (const language of ["en", "zh"] as const) {
  const mine = pages.filter((page) => page.language === language);
  write(`${prefix(language)}losses/index.md`, overview(mine, language));
}
/** Guides and the front page: handbook/guides/<name>.<language>.md; "index" is the front page. */
const guides = join(root, "handbook", "guides");
for (const file of readdirSync(guides)) {
  const [name, language] = file.split(".") as [string, Language];
  const folder = name === "index" ? "" : "guides/";
  write(
    `${prefix(language)}${folder}${name}.md`,
    await withWidgets(readFileSync(join(guides, file), "utf8"), language),
  );
}
write("sidebar.json", JSON.stringify(sidebar(pages), null, 1));
