/** Makes a page of the site: what was written, with the widget's picture and the generated parts put where their marks are. */

import type { Language } from "../kit/widget.ts";
import { measuredTable } from "./measured.ts";
import { aliasesOf, optionTables, referenceList } from "./options.ts";
import { picture } from "./picture.ts";
import type { Page } from "./source.ts";
import { words } from "./words.ts";

/** The line above a page's title: its family and other names. */
function lead(page: Page): string {
  const say = words[page.language];
  const names = aliasesOf(page);
  const aliases = names.length > 0 ? ` · ${say.alias}${say.colon}${names.join(say.comma)}` : "";
  return `<p class="lead">${say.families[page.family]}${aliases}</p>`;
}

export async function assemble(page: Page): Promise<string> {
  const parts: Readonly<Record<string, string>> = {
    widget: await picture(page.front.widget, page.language),
    options: optionTables(page),
    measured: measuredTable(page),
    references: referenceList(page),
  };
  const body = page.body.replace(/^<!-- (\w+) -->$/gm, (mark, name: string) => {
    const part = parts[name];
    if (part === undefined) throw new Error(`${page.file}: nothing is put at ${mark}`);
    return part;
  });
  const head = ["---", `title: ${JSON.stringify(page.front.title)}`, "---"].join("\n");
  return `${head}\n\n${lead(page)}\n${body}`;
}

/** A guide with its widgets' pictures: `<!-- widget name -->`. */
export async function withWidgets(text: string, language: Language): Promise<string> {
  const pieces = text.split(/^<!-- widget (\w+) -->$/m);
  const shown = await Promise.all(pieces.map((piece, i) => (i % 2 === 1 ? picture(piece, language) : piece)));
  return shown.join("");
}
