/** The built handbook, served to a Chromium below a folder, as it may lie. */
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { extname, join } from "node:path";
import type { Locator, Page as Tab } from "playwright-core";
import { stateFrom } from "../../handbook/kit/url.ts";
import { type Language, show, type Widget } from "../../handbook/kit/widget.ts";
import { type Visit, visit } from "../browser/chromium.ts";
import { root } from "../package/unpack.ts";

export const site = join(root, "dist", "handbook");
const prefix = "/any/where/";
/** Beside the site: what judges how accessible a page is. */
const judge = "/axe.js";
const types: Readonly<Record<string, string>> = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".css": "text/css",
  ".json": "application/json",
};

export const files = (readdirSync(site, { recursive: true }) as string[])
  .map((file) => file.replaceAll("\\", "/"))
  .filter((file) => file.endsWith(".html") && file !== "404.html")
  .sort();
export const languageOf = (file: string): Language => (file.startsWith("zh/") ? "zh" : "en");

export interface Site {
  readonly browser: Visit["browser"];
  /** Where a file of the site is found. */
  address(file: string): string;
  /** Where axe is found. */
  readonly axe: string;
  close(): Promise<void>;
}

/** Opens a browser beside the site; `sent` is told of every file that goes to it. */
export async function visitSite(sent?: (file: string, content: Buffer) => void): Promise<Site> {
  const { browser, url, close } = await visit((path) => {
    if (path === judge)
      return ["text/javascript", readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"))];
    if (!path.startsWith(prefix)) throw new Error("outside");
    const file = path.slice(prefix.length) || "index.html";
    const full = file.endsWith("/") ? `${file}index.html` : file;
    const content = readFileSync(join(site, full));
    sent?.(full, content);
    return [types[extname(full)] ?? "application/octet-stream", content];
  });
  return { browser, address: (file) => url + prefix.slice(1) + file, axe: url + judge.slice(1), close };
}

/** Brings a widget into view and waits until it lives. */
export async function wake(element: Locator): Promise<void> {
  await element.scrollIntoViewIfNeeded();
  await element.and(element.page().locator("[data-live]")).waitFor({ state: "attached", timeout: 20_000 });
}

/** A tab's address, once its widgets have drawn what they were told to. */
export const settled = (tab: Tab): Promise<string> =>
  tab.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => resolve(location.href))));

/** A widget's numbers on screen, and those the package gives in the state that the address holds. */
export async function numbers(element: Locator, language: Language): Promise<{ shown: string[]; given: string[] }> {
  const { default: widget } = (await import(
    join(root, "handbook", "widgets", `${await element.getAttribute("name")}.ts`)
  )) as { default: Widget };
  // At once, so that both are of one moment.
  const { search, owner, shown } = await element.evaluate((node) => ({
    search: location.search,
    owner: (node as HTMLElement).dataset.live,
    shown: [...node.querySelectorAll(".readout")].map(
      (row) => `${row.querySelector("dt")?.textContent}: ${row.querySelector("dd")?.textContent}`,
    ),
  }));
  const state = stateFrom(search, widget.initial, owner);
  const given = widget
    .readouts(state, widget.compute(state))
    .map(({ label, value }) => `${label[language]}: ${typeof value === "number" ? show(value) : value}`);
  return { shown, given };
}
