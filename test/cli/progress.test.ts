/** Progress bars give the cursor back, however the program ends. */
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { startProgress, startRate } from "../../src/cli/terminal/progress.ts";

const HIDE = "\x1b[?25l";
const SHOW = "\x1b[?25h";
let written = "";
let isTTY: boolean;

beforeEach(() => {
  written = "";
  isTTY = process.stderr.isTTY;
  process.stderr.isTTY = true;
  vi.spyOn(process.stderr, "write").mockImplementation((text) => {
    written += text;
    return true;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
  process.stderr.isTTY = isTTY;
});

const bars = [
  ["startProgress", () => startProgress(3)],
  ["startRate", () => startRate(3, {})],
] as const;

it.each(bars)("%s shows the cursor when it stops", (_, start) => {
  const before = process.listenerCount("exit");
  const bar = start();
  expect(written).toContain(HIDE);
  expect(written).not.toContain(SHOW);
  bar.stop();
  expect(written).toContain(SHOW);
  expect(process.listenerCount("exit")).toBe(before);
});

it.each(bars)("%s shows the cursor when the program ends in the middle", (_, start) => {
  const before = process.listeners("exit");
  const bar = start();
  const [leave] = process.listeners("exit").filter((listener) => !before.includes(listener));
  leave?.(130);
  expect(written.lastIndexOf(SHOW)).toBeGreaterThan(written.lastIndexOf(HIDE));
  bar.stop();
});
