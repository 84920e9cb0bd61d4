/** Widgets obey the hand: handles follow a mouse and a finger, strokes paint, and the page stays where it is. */
import type { BrowserContext, Locator, Page as Tab } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { executablePath } from "../browser/chromium.ts";
import { numbers, type Site, settled, visitSite, wake } from "./site.ts";

interface Point {
  readonly x: number;
  readonly y: number;
}
/** Goes down at the first point, over all others, and up at the last. */
type Hand = (tab: Tab, way: readonly Point[]) => Promise<void>;

const mouse: Hand = async (tab, way) => {
  const [first, ...others] = way as [Point, ...Point[]];
  await tab.mouse.move(first.x, first.y);
  await tab.mouse.down();
  for (const { x, y } of others) await tab.mouse.move(x, y);
  await tab.mouse.up();
};

/** Playwright taps, but does not drag: the browser is told directly. */
const finger: Hand = async (tab, way) => {
  const session = await tab.context().newCDPSession(tab);
  for (const [i, point] of way.entries())
    await session.send("Input.dispatchTouchEvent", {
      type: i === 0 ? "touchStart" : "touchMove",
      touchPoints: [point],
    });
  await session.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
  await session.detach();
};

const centre = (element: Locator): Promise<Point> =>
  element.evaluate((node) => {
    const { x, y, width, height } = node.getBoundingClientRect();
    return { x: x + width / 2, y: y + height / 2 };
  });
const along = (from: Point, { x, y }: Point): Point[] =>
  [0, 0.5, 1].map((t) => ({ x: from.x + t * x, y: from.y + t * y }));
const scrolled = (tab: Tab) => tab.evaluate(() => scrollY);

/** The first handle of a page's widget, how far the hand goes in pixels, and the axes on which the handle goes with it. */
const handles = [
  { page: "index.html", axis: "both", by: { x: 25, y: -20 }, follows: ["x", "y"] },
  { page: "zh/losses/focal.html", axis: "x", by: { x: 30, y: 30 }, follows: ["x"] },
  { page: "losses/marginRanking.html", axis: "y", by: { x: 30, y: -30 }, follows: ["y"] },
] as const;

describe.skipIf(!executablePath)("widgets in the hand", () => {
  let visited: Site;
  beforeAll(async () => {
    visited = await visitSite();
  }, 60_000);
  afterAll(() => visited?.close());

  const devices = [
    ["a mouse", mouse, { viewport: { width: 1280, height: 900 } }],
    ["a finger", finger, { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true }],
  ] as const;

  describe.each(devices)("by %s", (_, drag, device) => {
    let context: BrowserContext;
    let tab: Tab;
    beforeAll(async () => {
      context = await visited.browser.newContext(device);
      tab = await context.newPage();
    });
    afterAll(() => context?.close());

    const awake = async (page: string) => {
      await tab.goto(visited.address(page), { waitUntil: "load" });
      const widget = tab.locator("loss-widget").first();
      await wake(widget);
      return widget;
    };

    it.each(handles)("drags a handle along $axis: $page", async ({ page, by, follows }) => {
      const widget = await awake(page);
      const handle = widget.locator(".handle").first();
      await handle.scrollIntoViewIfNeeded();
      const from = await centre(handle);
      const [before, at] = [await settled(tab), await scrolled(tab)];
      await drag(tab, along(from, by));
      expect(await settled(tab)).not.toBe(before);
      const to = await centre(handle);
      for (const axis of follows) expect(Math.abs(to[axis] - from[axis] - by[axis]), axis).toBeLessThan(2);
      const { shown, given } = await numbers(widget, page.startsWith("zh/") ? "zh" : "en");
      expect(shown).toEqual(given);
      expect(await scrolled(tab)).toBe(at);

      // Let go, it stays.
      const after = await settled(tab);
      await tab.mouse.move(to.x + 40, to.y + 40);
      expect(await settled(tab)).toBe(after);
    });

    it("paints a stroke: losses/dice.html", async () => {
      const widget = await awake("losses/dice.html");
      const grid = widget.locator(".overlay.paint").first();
      await grid.scrollIntoViewIfNeeded();
      const [before, at] = [await settled(tab), await scrolled(tab)];
      await drag(tab, along(await centre(grid), { x: 40, y: 25 }));
      expect(await settled(tab)).not.toBe(before);
      const { shown, given } = await numbers(widget, "en");
      expect(shown).toEqual(given);
      expect(await scrolled(tab)).toBe(at);
    });
  });
});
