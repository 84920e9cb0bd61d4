/** Progress bars change nothing of the terminal or the program, so that a signal may end it at any moment. */
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { startProgress, startRate } from "../../src/cli/terminal/progress.ts";
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

it.each([
  ["startProgress", () => startProgress(3)],
  ["startRate", () => startRate(3, {})],
] as const)("%s shows what is left, and leaves cursor, wrapping and signals alone", (_, start) => {
  const before = listeners();
  const bar = start();
  expect(written).toMatch(/ left/);
  for (const setting of SETTINGS) expect(written).not.toContain(setting);
  expect(listeners()).toEqual(before);
  bar.stop();
});
