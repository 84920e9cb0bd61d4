/** Lists of all pages: the overview of losses and the sidebar. */
import type { Language } from "../kit/widget.ts";
import type { Page } from "./source.ts";
import { families, words } from "./words.ts";

/** The sentence below a page's title. */
const sentence = ({ body }: Page): string => /^# .+\n\n([\s\S]+?)\n\n/m.exec(body)?.[1]?.replaceAll("\n", " ") ?? "";

const grouped = (pages: readonly Page[]) =>
  families
    .map((family) => ({ family, pages: pages.filter((page) => page.family === family) }))
    .filter(({ pages }) => pages.length > 0);

/** The page of all losses, by family. */
export function overview(pages: readonly Page[], language: Language): string {
  const say = words[language];
  const parts = grouped(pages).map(({ family, pages }) => {
    const rows = pages.map((page) => `- [**${page.front.title}**](./${page.stem}.md) ${sentence(page)}`);
    return `## ${say.families[family]}\n\n${rows.join("\n")}`;
  });
  return `---\ntitle: ${say.all}\n---\n\n# ${say.all}\n\n${parts.join("\n\n")}\n`;
}

export interface Section {
  readonly text: string;
  readonly collapsed: boolean;
  readonly items: readonly { readonly text: string; readonly link: string }[];
}

export function sidebar(pages: readonly Page[]): Readonly<Record<Language, readonly Section[]>> {
  const of = (language: Language): Section[] =>
    grouped(pages.filter((page) => page.language === language)).map(({ family, pages }) => ({
      text: words[language].families[family] as string,
      collapsed: false,
      items: pages.map(({ stem, front }) => ({
        text: front.title,
        link: `${language === "en" ? "" : "/zh"}/losses/${stem}`,
      })),
    }));
  return { en: of("en"), zh: of("zh") };
}
