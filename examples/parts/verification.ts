/** Verification: are two images the same digit? What a siamese example needs beside its engine. */
import { type Digit, loadDigits, SIDE } from "./digits.ts";
import { type Random, seeded } from "./random.ts";
import { percent } from "./run.ts";

/** Pairs of two images of one kind, or of an image and the negative of another, lying on its side. */
export type Kind = "siamese" | "pseudo-siamese";
export const KINDS: readonly Kind[] = ["siamese", "pseudo-siamese"];

export const BATCH = 128;

/** Pairs in rows; `different` holds 1 where the digits differ. */
export interface Pairs {
  readonly first: readonly (readonly number[])[];
  readonly second: readonly (readonly number[])[];
  readonly different: readonly number[];
}

/** The pairs of a run: batches to learn from, pairs to choose a threshold by, and pairs of images never learnt from. */
export function drawRun(kind: Kind) {
  const random = seeded(7);
  const { seen, unseen } = loadDigits();
  return {
    calibration: drawPairs(seen, 500, random, kind),
    held: drawPairs(unseen, 1000, random, kind),
    nextBatch: () => drawPairs(seen, BATCH, random, kind),
  };
}

/** Half of the pairs show one digit twice, half two digits. */
function drawPairs(digits: readonly Digit[], count: number, random: Random, kind: Kind): Pairs {
  const pairs = Array.from({ length: count }, (_, i) => {
    const first = random.pick(digits);
    const different = i % 2;
    const partners = digits.filter(({ digit }) => (digit !== first.digit) === (different === 1));
    return { first, second: random.pick(partners), different };
  });
  return {
    first: pairs.map(({ first }) => first.pixels),
    second: pairs.map(({ second }) => (kind === "siamese" ? second.pixels : turned(second.pixels))),
    different: pairs.map(({ different }) => different),
  };
}

const turned = (pixels: readonly number[]) =>
  pixels.map((_, i) => 1 - (pixels[(i % SIDE) * SIDE + Math.floor(i / SIDE)] as number));

/** The share of held pairs judged right by the threshold on the distance that judges the calibration's pairs best. */
export function accuracy(calibration: Judged, held: Judged): number {
  const right = ({ distances, different }: Judged, threshold: number) =>
    Array.from(distances).filter((distance, i) => distance > threshold === (different[i] === 1)).length /
    distances.length;
  const best = Array.from(calibration.distances).reduce((a, b) =>
    right(calibration, b) > right(calibration, a) ? b : a,
  );
  return right(held, best);
}

interface Judged {
  readonly distances: ArrayLike<number>;
  readonly different: readonly number[];
}

export interface Verified {
  readonly kind: Kind;
  readonly steps: number;
  readonly before: number;
  readonly after: number;
}

export const sayVerified = ({ kind, before, after, steps }: Verified): string =>
  `${kind}: ${percent(before)} of 1000 unseen pairs verified before training, ${percent(after)} after ${steps} steps`;
