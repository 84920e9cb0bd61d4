/** Handwritten digits: 1797 images of 8 x 8 grey levels, of which a part is kept back to be tried on. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

export const SIDE = 8;
export const PIXELS = SIDE * SIDE;
const TRAINING = 1200;

export interface Digit {
  /** Row by row, 0 the paper, 1 the ink. */
  readonly pixels: readonly number[];
  readonly digit: number;
}

export function loadDigits(): { seen: readonly Digit[]; unseen: readonly Digit[] } {
  const lines = readFileSync(join(import.meta.dirname, "../../data/digits.csv"), "utf8")
    .trim()
    .split("\n")
    .slice(1);
  const digits = lines.map((line) => {
    const numbers = line.split(",").map(Number);
    return { pixels: numbers.slice(0, PIXELS).map((grey) => grey / 16), digit: numbers[PIXELS] as number };
  });
  return { seen: digits.slice(0, TRAINING), unseen: digits.slice(TRAINING) };
}
