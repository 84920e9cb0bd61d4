/** Progress: a bar that leaves the terminal as it was, the remaining time, and lines where there is no terminal. */
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { remaining, startProgress, startRate } from "../../src/cli/terminal/progress.ts";

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

it("startRate shows the cursor when it stops", () => {
  const before = process.listenerCount("exit");
  const bar = startRate(3, {});
  expect(written).toContain(HIDE);
  expect(written).not.toContain(SHOW);
  bar.stop();
  expect(written).toContain(SHOW);
  expect(process.listenerCount("exit")).toBe(before);
});

it("startRate shows the cursor when the program ends in the middle", () => {
  const before = process.listeners("exit");
  const bar = startRate(3, {});
  const [leave] = process.listeners("exit").filter((listener) => !before.includes(listener));
  leave?.(130);
  expect(written.lastIndexOf(SHOW)).toBeGreaterThan(written.lastIndexOf(HIDE));
  bar.stop();
});

it("startProgress neither hides the cursor nor listens for signals, so that Ctrl-C ends busy work at once", () => {
  const listeners = () => (["SIGINT", "SIGTERM", "exit"] as const).map((event) => process.listenerCount(event));
  const before = listeners();
  const bar = startProgress(3);
  expect(listeners().slice(0, 2)).toEqual(before.slice(0, 2));
  bar.step("half", 2);
  bar.stop();
  expect(listeners()).toEqual(before);
  expect(written).not.toContain(HIDE);
  expect(written).toContain("%");
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
