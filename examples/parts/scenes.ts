/** Pictures of two handwritten digits, and captions that say which they are and how they lie, each in its own words. */
import { type Digit, SIDE } from "./digits.ts";
import type { Random } from "./random.ts";

/** Length of a picture's side. */
export const CANVAS = 2 * SIDE;

export interface Scene {
  /** Row by row, 0 the paper, 1 the ink. */
  readonly pixels: Float32Array;
  readonly caption: readonly string[];
  /** Equal for scenes that the same captions fit. */
  readonly meaning: number;
}

const NAMES = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];
/** Ways to say that A lies above B, and that A lies left of B. */
const PHRASES = [
  ["A above B", "B below A", "A is over B", "B is under A", "below A is B"],
  ["A left of B", "B right of A", "right of A is B"],
];
const ARTICLES = ["a", "the"];

/** All words that captions are made of. */
export const VOCABULARY: readonly string[] = [
  ...new Set([...NAMES, ...ARTICLES, ...PHRASES.flat().flatMap((phrase) => phrase.split(" "))]),
].filter((word) => word !== "A" && word !== "B");

/** The most words a caption has: two digits with their articles take the places of A and B. */
export const LONGEST = 2 + Math.max(...PHRASES.flat().map((phrase) => phrase.split(" ").length));

export function drawScene(digits: readonly Digit[], random: Random): Scene {
  const [a, b] = [random.pick(digits), random.pick(digits)];
  const relation = random.below(2);
  const pixels = new Float32Array(CANVAS * CANVAS);
  // Each digit fills half of one axis and lies anywhere along the other.
  for (const [half, { pixels: ink }] of [a, b].entries()) {
    const along = random.below(CANVAS - SIDE + 1);
    const [top, left] = relation === 0 ? [half * SIDE, along] : [along, half * SIDE];
    for (const [i, grey] of ink.entries()) pixels[(top + Math.floor(i / SIDE)) * CANVAS + left + (i % SIDE)] = grey;
  }
  const nameOf = ({ digit }: Digit) => [random.pick(ARTICLES), NAMES[digit] as string];
  const words = random.pick(PHRASES[relation] as string[]).split(" ");
  return {
    pixels,
    caption: words.flatMap((word) => (word === "A" ? nameOf(a) : word === "B" ? nameOf(b) : [word])),
    meaning: (relation * 10 + a.digit) * 10 + b.digit,
  };
}
