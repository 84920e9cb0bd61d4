/** Progress: a bar that changes nothing of the terminal or the program, the remaining time, and lines where there is no terminal. */
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { remaining, startProgress, startRate } from "../../src/cli/terminal/progress.ts";
import { SIGNALS } from "../../src/cli/terminal/signals.ts";

/** Hides the cursor, or keeps lines from wrapping. */
const SETTINGS = ["\x1b[?25l", "\x1b[?7l"];
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

const listeners = () => ["exit", ...SIGNALS].map((event) => process.listenerCount(event));

it("startRate shows what is left, and leaves cursor, wrapping and signals alone", () => {
  const before = listeners();
  let now = Date.now();
  vi.spyOn(Date, "now").mockImplementation(() => now);
  const bar = startRate(3, {});
  bar.add(0);
  now += 10_000;
  bar.add(0);
  expect(written).toContain("0 of 3");
  expect(written).not.toMatch(/left|NF/);
  bar.add(1);
  now += 10_000;
  bar.add(1);
  expect(written).toMatch(/ 10 s left/);
  for (const setting of SETTINGS) expect(written).not.toContain(setting);
  expect(listeners()).toEqual(before);
  bar.stop();
});

it("startProgress neither hides the cursor nor listens for signals, so that Ctrl-C ends busy work at once", () => {
  const before = listeners();
  const bar = startProgress(3);
  expect(listeners()).toEqual(before);
  bar.step("half", 2);
  for (const setting of SETTINGS) expect(written).not.toContain(setting);
  expect(written).toContain("%");
  bar.stop();
});

it("startProgress writes a line every ten seconds where there is no terminal, and none for short work", () => {
  process.stderr.isTTY = false;
  let now = 0;
  vi.spyOn(performance, "now").mockImplementation(() => now);
  const bar = startProgress(100);
  const after = (seconds: number, count: number) => {
    now = 1000 * seconds;
    written = "";
    bar.step("l2Loss", count);
    return written;
  };
  expect(after(9, 9)).toBe("");
  expect(after(10, 16)).toBe("lossary: 25 %, 30 s left  l2Loss\n");
  expect(after(15, 1)).toBe("");
  expect(after(20, 14)).toBe("lossary: 40 %, 30 s left  l2Loss\n");
  bar.stop();
});

it("the time left is that of the work so far", () => {
  expect([remaining(1000, 0, 10), remaining(1000, 9, 1000)]).toEqual(["", ""]);
  expect(remaining(10_000, 1, 10)).toBe("2 min left");
  expect(remaining(10_000, 2, 10)).toBe("40 s left");
  expect(remaining(10_000, 10, 10)).toBe("0 s left");
});
