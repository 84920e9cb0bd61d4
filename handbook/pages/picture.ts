/** A widget's static picture: what it shows before any script runs. */
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { parseHTML } from "linkedom";
import { pictured } from "../kit/view.ts";
import type { Language, Widget } from "../kit/widget.ts";
import { root } from "./source.ts";

export const loadWidget = async (name: string): Promise<Widget> =>
  ((await import(pathToFileURL(join(root, "handbook", "widgets", `${name}.ts`)).href)) as { default: Widget }).default;

/** One block of HTML without line breaks, so that Markdown and Vue leave it alone. */
export async function picture(name: string, language: Language): Promise<string> {
  const { document } = parseHTML("<!doctype html><html><body></body></html>");
  const widget = await loadWidget(name);
  const html = pictured(document as unknown as Document, widget, language).outerHTML.replaceAll("\n", "&#10;");
  return `<loss-widget v-pre name="${name}" lang="${language}">${html}</loss-widget>`;
}
