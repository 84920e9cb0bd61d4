/** The built handbook in Chromium, at an address of its own: every page in both languages opens, wakes, obeys, and shows what the package computes. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { BrowserContext, Page as Tab } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { executablePath } from "../browser/chromium.ts";
import { files, languageOf, numbers, type Site, settled, site, visitSite, wake } from "./site.ts";

const desktop = { width: 1280, height: 900 };
const phone = { width: 360, height: 740 };

/** Pages that are judged by axe: the Chinese ones have the same form, and the reference is VitePress's own. */
const judged = new Set([
  ...files.filter((file) => !file.includes("reference") && languageOf(file) === "en"),
  ...["zh/index.html", "zh/losses/focal.html", "zh/guides/which.html"],
]);

/**
 * Pages of which every word's contrast is measured, by far axe's longest rule. The colours of prose are the theme's alone, and
 * pages of losses are put together from the same parts: one of them is measured light, one dark, of the others the widget.
 */
const measured = new Set(
  [...judged].filter((file) => !/(^|\/)losses\//.test(file) || /losses\/(index|focal|fid)\.html$/.test(file)),
);

interface Axe {
  run(scope: unknown, options: unknown): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }>;
}

/** What axe has against the page's words, names and roles, and against the colours inside an element. */
async function violations(tab: Tab, axe: string, coloured: string): Promise<string[]> {
  await tab.addScriptTag({ url: axe });
  return tab.evaluate(async (coloured) => {
    // Formulas and highlighted code are thousands of elements of a few kinds, and the frame around the page is the same
    // everywhere and not ours: without them axe is several times as fast.
    for (const node of document.querySelectorAll(".VPNav, .VPSidebar, .katex > *, pre code > *")) node.remove();
    const { axe } = globalThis as unknown as { axe: Axe };
    const plain = { preload: false, resultTypes: ["violations"] };
    const named = await axe.run(
      { include: [[".VPContent"]] },
      { ...plain, runOnly: ["wcag2a", "wcag2aa"], rules: { "color-contrast": { enabled: false } } },
    );
    const seen = await axe.run(
      { include: [[coloured]] },
      { ...plain, runOnly: { type: "rule", values: ["color-contrast"] } },
    );
    return [...named.violations, ...seen.violations].map(
      ({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 160)} (${nodes.length})`,
    );
  }, coloured);
}

/** How far the page's parts have jumped since it was opened. */
const layoutShift = (tab: Tab): Promise<number> =>
  tab.evaluate(
    () =>
      new Promise((resolve) => {
        let sum = 0;
        new PerformanceObserver((list) => {
          for (const entry of list.getEntries() as (PerformanceEntry & { value: number; hadRecentInput: boolean })[])
            if (!entry.hadRecentInput) sum += entry.value;
        }).observe({ type: "layout-shift", buffered: true });
        setTimeout(() => resolve(sum), 50);
      }),
  );

/** The width that a page takes, once it has been drawn anew. */
const widthTaken = (tab: Tab): Promise<number> =>
  tab.evaluate(
    () =>
      new Promise((resolve) => {
        requestAnimationFrame(() => requestAnimationFrame(() => resolve(document.documentElement.scrollWidth)));
      }),
  );

/** Presses keys and buttons of the first widget until its state in the address changes; whether it did. */
async function touch(tab: Tab): Promise<boolean> {
  const before = await settled(tab);
  const things = tab
    .locator("loss-widget")
    .first()
    .locator(".handle, .overlay.paint, input, select, .actions button:not([data-id=copy])");
  for (const thing of (await things.all()).slice(0, 6)) {
    const kind = await thing.evaluate((node) => `${node.nodeName.toLowerCase()} ${node.getAttribute("type") ?? ""}`);
    await thing.focus();
    for (const key of kind.startsWith("button")
      ? ["Enter"]
      : kind.includes("checkbox")
        ? ["Space"]
        : ["ArrowRight", "ArrowDown", "Space"]) {
      await tab.keyboard.press(key);
      if ((await settled(tab)) !== before) return true;
    }
  }
  return false;
}

describe.skipIf(!executablePath)("the handbook in Chromium", () => {
  let visited: Site;
  let context: BrowserContext;
  const sent = new Map<string, Buffer>();
  /** Faults that a tab has told of since it was last opened. */
  const faults = new Map<Tab, string[]>();
  /** Tabs that no test uses: two, since one leaves half of a small machine idle. */
  const free: Tab[] = [];
  const waiting: ((tab: Tab) => void)[] = [];

  beforeAll(async () => {
    visited = await visitSite((file, content) => sent.set(file, content));
    context = await visited.browser.newContext({ viewport: desktop });
    await context.grantPermissions(["clipboard-read", "clipboard-write"]);
    for (let i = 0; i < 2; i++) {
      const tab = await context.newPage();
      faults.set(tab, []);
      tab.on("console", (message) => message.type() === "error" && faults.get(tab)?.push(message.text()));
      tab.on("pageerror", (error) => faults.get(tab)?.push(String(error)));
      free.push(tab);
    }
  }, 60_000);
  afterAll(() => visited?.close());

  const open = async (tab: Tab, file: string) => {
    faults.set(tab, []);
    await tab.goto(visited.address(file), { waitUntil: "load" });
  };

  /** Lends a tab, as soon as one is free. */
  async function withTab(use: (tab: Tab) => Promise<void>): Promise<void> {
    const tab = free.pop() ?? (await new Promise<Tab>((resolve) => waiting.push(resolve)));
    try {
      await use(tab);
    } finally {
      const next = waiting.shift();
      if (next) next(tab);
      else free.push(tab);
    }
  }

  it.concurrent.each(files)(
    "%s",
    (file) =>
      withTab(async (tab) => {
        const language = languageOf(file);
        await tab.setViewportSize(desktop);
        await tab.emulateMedia({ colorScheme: files.indexOf(file) % 2 === 0 ? "light" : "dark" });
        await open(tab, file);
        expect(await tab.locator("html").getAttribute("lang")).toBe(language === "en" ? "en" : "zh-CN");
        expect(await tab.locator("h1").count()).toBe(1);
        const widgets = await tab.locator("loss-widget").all();
        if (/(^|\/)losses\/(?!index)/.test(file)) expect(widgets.length).toBe(1);
        for (const widget of widgets) {
          // The picture is there before any script has run.
          expect(await widget.locator("figure > svg").count()).toBeGreaterThan(0);
          await wake(widget);
        }
        expect(await layoutShift(tab), "layout shift").toBeLessThan(0.05);
        // Widgets of one page share its address: the first is touched.
        const [first] = widgets;
        if (first) {
          expect(await touch(tab), "nothing of the widget could be touched").toBe(true);
          const { shown, given } = await numbers(first, language);
          expect(shown).toEqual(given);
        }
        await tab.setViewportSize(phone);
        expect(await widthTaken(tab), "width on a phone").toBeLessThanOrEqual(phone.width);
        expect(faults.get(tab)).toEqual([]);
        if (judged.has(file)) {
          await tab.setViewportSize(desktop);
          const coloured = measured.has(file) ? ".VPContent" : "loss-widget";
          expect(await violations(tab, visited.axe, coloured)).toEqual([]);
        }
      }),
    180_000,
  );

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
    sent.clear();
    const fresh = await visited.browser.newContext({ viewport: { width: 1280, height: 100 } });
    const page = await fresh.newPage();
    await page.goto(visited.address("index.html"), { waitUntil: "networkidle" });
    await fresh.close();
    const sizes = [...sent].map(([file, content]) => [file, gzipSync(content).length] as const);
    const total = sizes.reduce((sum, [, size]) => sum + size, 0);
    expect(total, JSON.stringify(sizes)).toBeLessThan(200_000);
  });

  it("finds Chinese words inside a sentence, and keeps the page when the language changes", () =>
    withTab(async (tab) => {
      await tab.setViewportSize(desktop);
      await open(tab, "zh/losses/focal.html");
      await tab.locator(".VPNavBarSearchButton, .DocSearch-Button").first().click();
      await tab.locator(".VPLocalSearchBox input").fill("间隔");
      await tab.waitForSelector(".VPLocalSearchBox .result", { timeout: 10_000 });
      expect(await tab.locator(".VPLocalSearchBox .result").count()).toBeGreaterThan(2);
      await tab.keyboard.press("Escape");
      const other = tab.locator('a[href$="/losses/focal.html"]:not([href*="/zh/"])').first();
      expect(await other.count()).toBe(1);
      await open(tab, "losses/focal.html");
      await tab.locator(".VPNavBarSearchButton, .DocSearch-Button").first().click();
      await tab.locator(".VPLocalSearchBox input").fill("margin");
      await tab.waitForSelector(".VPLocalSearchBox .result", { timeout: 10_000 });
      expect(faults.get(tab)).toEqual([]);
    }));

  it.concurrent.each([
    ["guides/ownLoss.html", "Column 10: expected an operator or ), found the end."],
    ["zh/guides/ownLoss.html", "第 10 列：此处应为运算符或 )，却是结尾。"],
  ])("compiles in %s what is typed, says where it stops making sense, and copies it", (file, fault) =>
    withTab(async (tab) => {
      await tab.setViewportSize(phone);
      await open(tab, file);
      const widget = tab.locator("loss-widget");
      await wake(widget);
      const formula = widget.locator("input[name=formula]");
      const says = widget.getByRole("status");
      const copy = widget.locator("[data-id=copy]");

      await formula.fill("gain * (p");
      await widget.locator("[aria-invalid]").waitFor();
      expect(await says.locator("span").textContent()).toBe(fault);
      expect(await formula.getAttribute("aria-describedby")).toBe(await says.getAttribute("id"));
      expect(await copy.isDisabled()).toBe(true);

      await formula.pressSequentially(" - t)^2");
      const gain = widget.getByLabel("gain", { exact: true });
      await gain.fill("3");
      await widget.locator(".readout.loss dd", { hasText: "6.75" }).waitFor();
      await widget.locator("[aria-invalid]").waitFor({ state: "detached" });
      expect(await gain.inputValue()).toBe("3");
      await copy.click();
      const copied = await tab.evaluate(() => navigator.clipboard.readText());
      expect(copied).toContain("return m.mul(gain, m.square(m.sub(predictions, targets)));");
      const { shown, given } = await numbers(widget, languageOf(file));
      expect(shown).toEqual(given);
      expect(faults.get(tab)).toEqual([]);
    }),
  );
});
