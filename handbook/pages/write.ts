/** Writes all pages into build/handbook, from where VitePress makes the site. */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Language } from "../kit/widget.ts";
import { assemble, withWidgets } from "./assemble.ts";
import { overview, sidebar } from "./contents.ts";
import { speedPage } from "./measured.ts";
import { guides, lossPages, root } from "./source.ts";

export const target = join(root, "build", "handbook");

function write(file: string, text: string): void {
  const path = join(target, file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

const prefix = (language: Language) => (language === "en" ? "" : "zh/");

async function writeGuides(): Promise<void> {
  for (const { name, language, text } of guides()) {
    const folder = name === "index" ? "" : "guides/";
    write(`${prefix(language)}${folder}${name}.md`, await withWidgets(text, language));
  }
}

export async function writePages(): Promise<void> {
  const pages = lossPages();
  for (const page of pages) write(`${prefix(page.language)}losses/${page.stem}.md`, await assemble(page));
  for (const language of ["en", "zh"] as const) {
    const mine = pages.filter((page) => page.language === language);
    write(`${prefix(language)}losses/index.md`, overview(mine, language));
    write(`${prefix(language)}guides/speed.md`, speedPage(language));
  }
  await writeGuides();
  write("sidebar.json", JSON.stringify(sidebar(pages), null, 1));
}

/** Forgets pages of an earlier time, whose sources may be gone. */
export const clearPages = (): void => rmSync(target, { recursive: true, force: true });
