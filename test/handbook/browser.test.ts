/** The built handbook in Chromium, at an address of its own: every page in both languages opens, wakes, obeys, and shows what the package computes. */
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { extname, join } from "node:path";
import { gzipSync } from "node:zlib";
import type { BrowserContext, Page as Tab } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { stateFrom } from "../../handbook/kit/url.ts";
import { type Language, show, type Widget } from "../../handbook/kit/widget.ts";
import { executablePath, type Visit, visit } from "../browser/chromium.ts";
import { root } from "../package/unpack.ts";

const site = join(root, "dist", "handbook");
/** The site lies below a folder, as it may. */
const prefix = "/any/where/";
const types: Readonly<Record<string, string>> = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".css": "text/css",
  ".json": "application/json",
};

const files = (readdirSync(site, { recursive: true }) as string[])
  .map((file) => file.replaceAll("\\", "/"))
  .filter((file) => file.endsWith(".html") && file !== "404.html")
  .sort();
const languageOf = (file: string): Language => (file.startsWith("zh/") ? "zh" : "en");

describe.skipIf(!executablePath)("the handbook in Chromium", () => {
  let visited: Visit;
  let context: BrowserContext;
  let tab: Tab;
  let faults: string[];
  const sizes = new Map<string, number>();

  beforeAll(async () => {
    visited = await visit((path) => {
      if (!path.startsWith(prefix)) throw new Error("outside");
      const file = path.slice(prefix.length) || "index.html";
      const full = file.endsWith("/") ? `${file}index.html` : file;
      const content = readFileSync(join(site, full));
      sizes.set(full, gzipSync(content).length);
      return [types[extname(full)] ?? "application/octet-stream", content];
    });
    context = await visited.browser.newContext({ viewport: { width: 1280, height: 900 } });
    tab = await context.newPage();
    tab.on("console", (message) => message.type() === "error" && faults.push(message.text()));
    tab.on("pageerror", (error) => faults.push(String(error)));
  }, 60_000);
  afterAll(() => visited?.close());

  const open = async (file: string) => {
    faults = [];
    await tab.goto(`${visited.url}${prefix.slice(1)}${file}`, { waitUntil: "load" });
  };

  /** The widget's numbers on screen, and those the package gives in the state that the address holds. */
  async function numbers(index: number, language: Language): Promise<{ shown: string[]; given: string[] }> {
    const element = tab.locator("loss-widget").nth(index);
    const name = await element.getAttribute("name");
    const { default: widget } = (await import(join(root, "handbook", "widgets", `${name}.ts`))) as { default: Widget };
    const state = stateFrom(new URL(tab.url()).search, widget.initial);
    const given = widget
      .readouts(state, widget.compute(state))
      .map(({ label, value }) => `${label[language]}: ${typeof value === "number" ? show(value) : value}`);
    const shown = await element
      .locator(".readout")
      .evaluateAll((rows) =>
        rows.map((row) => `${row.querySelector("dt")?.textContent}: ${row.querySelector("dd")?.textContent}`),
      );
    return { shown, given };
  }

  /** Presses keys and buttons of a widget until its state in the address changes; whether it did. */
  async function touch(index: number): Promise<boolean> {
    const element = tab.locator("loss-widget").nth(index);
    const before = tab.url();
    const things = element.locator(".handle, .overlay.paint, input, select, .actions button:not([data-id=copy])");
    for (const thing of (await things.all()).slice(0, 6)) {
      const kind = await thing.evaluate((node) => `${node.nodeName.toLowerCase()} ${node.getAttribute("type") ?? ""}`);
      await thing.focus();
      for (const key of kind.startsWith("button")
        ? ["Enter"]
        : kind.includes("checkbox")
          ? ["Space"]
          : ["ArrowRight", "ArrowDown", "Space"]) {
        await tab.keyboard.press(key);
        const changed = await tab
          .waitForFunction((url) => location.href !== url, before, { timeout: 400 })
          .then(() => true)
          .catch(() => false);
        if (changed) return true;
      }
    }
    return false;
  }

  it.each(files)("%s", async (file) => {
    const language = languageOf(file);
    await open(file);
    expect(await tab.locator("html").getAttribute("lang")).toBe(language === "en" ? "en" : "zh-CN");
    expect(await tab.locator("h1").count()).toBe(1);
    const widgets = await tab.locator("loss-widget").count();
    if (/(^|\/)losses\/(?!index)/.test(file)) expect(widgets).toBe(1);
    for (let i = 0; i < widgets; i++) {
      const element = tab.locator("loss-widget").nth(i);
      // The picture is there before any script has run.
      expect(await element.locator("figure > svg").count()).toBeGreaterThan(0);
      await element.scrollIntoViewIfNeeded();
      await tab.waitForFunction((n) => document.querySelectorAll("loss-widget")[n]?.hasAttribute("data-live"), i, {
        timeout: 20_000,
      });
    }
    // Widgets of one page share its address: the first is touched.
    if (widgets > 0) {
      expect(await touch(0), "nothing of the widget could be touched").toBe(true);
      await tab.waitForTimeout(60);
      const { shown, given } = await numbers(0, language);
      expect(shown).toEqual(given);
    }
    const shift = await tab.evaluate(
      () =>
        new Promise<number>((resolve) => {
          let sum = 0;
          new PerformanceObserver((list) => {
            for (const entry of list.getEntries() as (PerformanceEntry & { value: number; hadRecentInput: boolean })[])
              if (!entry.hadRecentInput) sum += entry.value;
          }).observe({ type: "layout-shift", buffered: true });
          setTimeout(() => resolve(sum), 50);
        }),
    );
    expect(shift, "layout shift").toBeLessThan(0.05);
    expect(faults).toEqual([]);
  });

  it("fits a phone", async () => {
    await tab.setViewportSize({ width: 360, height: 740 });
    const wide: string[] = [];
    for (const file of files) {
      await open(file);
      const overflow = await tab.evaluate(() => document.documentElement.scrollWidth);
      if (overflow > 360) wide.push(`${file}: ${overflow}`);
    }
    await tab.setViewportSize({ width: 1280, height: 900 });
    expect(wide).toEqual([]);
  }, 300_000);

  it("holds every link and anchor", async () => {
    const ids = new Map<string, Set<string>>();
    const links: (readonly [from: string, to: string])[] = [];
    for (const file of files) {
      const html = readFileSync(join(site, file), "utf8");
      ids.set(file, new Set([...html.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id as string)));
      for (const [, href] of html.matchAll(/<a [^>]*?href="([^"]+)"/g))
        if (!/^(https?|mailto|data):/.test(href as string)) links.push([file, href as string]);
    }
    const broken = links.filter(([from, href]) => {
      const { pathname, hash } = new URL(href.replaceAll("&amp;", "&"), `http://site/${from}`);
      const path = decodeURIComponent(pathname.slice(1));
      const to = path === "" || path.endsWith("/") ? `${path}index.html` : path;
      const found = ids.get(to);
      return !found || (hash !== "" && !found.has(decodeURIComponent(hash.slice(1))));
    });
    expect(broken).toEqual([]);
    expect(links.length).toBeGreaterThan(1000);
  });

  it("is light: the first page under 200 kB compressed, plot code loaded when seen", async () => {
    sizes.clear();
    const fresh = await visited.browser.newContext({ javaScriptEnabled: true, viewport: { width: 1280, height: 100 } });
    const page = await fresh.newPage();
    await page.goto(`${visited.url}${prefix.slice(1)}index.html`, { waitUntil: "networkidle" });
    await fresh.close();
    const total = [...sizes.values()].reduce((sum, size) => sum + size, 0);
    expect(total, JSON.stringify([...sizes])).toBeLessThan(200_000);
  });

  it("finds Chinese words inside a sentence, and keeps the page when the language changes", async () => {
    await open("zh/losses/focal.html");
    await tab.locator(".VPNavBarSearchButton, .DocSearch-Button").first().click();
    await tab.locator(".VPLocalSearchBox input").fill("间隔");
    await tab.waitForSelector(".VPLocalSearchBox .result", { timeout: 10_000 });
    expect(await tab.locator(".VPLocalSearchBox .result").count()).toBeGreaterThan(2);
    await tab.keyboard.press("Escape");
    const other = tab.locator('a[href$="/losses/focal.html"]:not([href*="/zh/"])').first();
    expect(await other.count()).toBe(1);
    await open("losses/focal.html");
    await tab.locator(".VPNavBarSearchButton, .DocSearch-Button").first().click();
    await tab.locator(".VPLocalSearchBox input").fill("margin");
    await tab.waitForSelector(".VPLocalSearchBox .result", { timeout: 10_000 });
    expect(faults).toEqual([]);
  });

  it("is readable: contrast, labels, names and roles, in light and in dark", async () => {
    const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
    const found: string[] = [];
    const some = files.filter((file) => !file.includes("reference") && languageOf(file) === "en");
    for (const file of [...some, "zh/index.html", "zh/losses/focal.html", "zh/guides/which.html"]) {
      await tab.emulateMedia({ colorScheme: some.indexOf(file) % 2 === 0 ? "light" : "dark" });
      await open(file);
      await tab.waitForTimeout(150);
      await tab.evaluate(axe);
      const violations = await tab.evaluate(async () => {
        const run = (
          globalThis as unknown as {
            axe: {
              run(
                scope: unknown,
                options: unknown,
              ): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }>;
            };
          }
        ).axe;
        // Formulas and highlighted code are thousands of elements of a few kinds: the words around them are what is judged.
        const scope = { include: [[".VPContent"]], exclude: [[".katex-html"], ["pre code"]] };
        const { violations } = await run.run(scope, { runOnly: ["wcag2a", "wcag2aa"] });
        return violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 160)} (${nodes.length})`);
      });
      found.push(...violations.map((violation) => `${file}: ${violation}`));
    }
    await tab.emulateMedia({ colorScheme: "light" });
    expect(found).toEqual([]);
  }, 300_000);
});
