/** Which rows train together: a few classes, several rows of each, and pairs, triplets and quadruplets among them. */
import { type Random, shuffle } from "../../random.ts";

const ROWS = 64;
const MOST_CLASSES = 16;

/** Positions within the rows of a batch, class after class. */
export interface Batch {
  /** Rows of the training set. */
  readonly rows: Int32Array;
  /** Class of each. */
  readonly labels: Int32Array;
}

export interface Sampler {
  /** Batches that go through about as many rows as there are. */
  readonly batches: number;
  draw(): Batch;
}

/** Batches of up to 16 classes and 64 rows; a class that has two rows or more gives at least two. */
export function batchSampler(labels: Int32Array, classes: number, random: Random): Sampler {
  const members = Array.from({ length: classes }, (_, label) =>
    Int32Array.from([...labels.keys()].filter((row) => labels[row] === label)),
  );
  const usable = Int32Array.from([...members.keys()].filter((label) => (members[label] as Int32Array).length > 1));
  const perBatch = Math.min(usable.length, MOST_CLASSES);
  const perClass = Math.max(2, Math.floor(ROWS / perBatch));
  return {
    batches: Math.max(1, Math.round(labels.length / (perBatch * perClass))),
    draw: () => {
      const chosen = shuffle(usable, random).subarray(0, perBatch);
      const rows = [...chosen].flatMap((label) => [
        ...shuffle(members[label] as Int32Array, random).subarray(0, perClass),
      ]);
      return { rows: Int32Array.from(rows), labels: Int32Array.from(rows, (row) => labels[row] as number) };
    },
  };
}

const positionsOf = (labels: Int32Array, wanted: (label: number, position: number) => boolean) =>
  [...labels.keys()].filter((position) => wanted(labels[position] as number, position));

const pick = (list: readonly number[], random: Random) => list[random.below(list.length)] as number;

/** For each row one partner of its class and one of another: first and second of each pair, and whether they differ. */
export function drawPairs(labels: Int32Array, random: Random): { columns: Int32Array[]; different: Int32Array } {
  const { columns } = drawTuples(labels, 3, random);
  const [anchor, positive, negative] = columns as [Int32Array, Int32Array, Int32Array];
  const both = (a: Int32Array, b: Int32Array) => Int32Array.from([...a, ...b]);
  return {
    columns: [both(anchor, anchor), both(positive, negative)],
    different: Int32Array.from({ length: 2 * anchor.length }, (_, i) => Number(i >= anchor.length)),
  };
}

/** For each row a positive, a negative, and with width 4 a second negative of a third class. */
export function drawTuples(labels: Int32Array, width: 3 | 4, random: Random): { columns: Int32Array[] } {
  const tuples = Array.from(labels, (own, i) => {
    const positive = pick(
      positionsOf(labels, (label, at) => label === own && at !== i),
      random,
    );
    const negative = pick(
      positionsOf(labels, (label) => label !== own),
      random,
    );
    if (width === 3) return [i, positive, negative];
    const third = positionsOf(labels, (label) => label !== own && label !== labels[negative]);
    return [i, positive, negative, pick(third, random)];
  });
  return { columns: Array.from({ length: width }, (_, k) => Int32Array.from(tuples, (tuple) => tuple[k] as number)) };
}

/** Rounds of one pair a class, so that within a round every other pair is a true negative. */
export function pairRounds(labels: Int32Array): { first: Int32Array; second: Int32Array }[] {
  const byClass = [...new Set(labels)].map((own) => positionsOf(labels, (label) => label === own));
  const rounds = Math.floor(Math.max(...byClass.map(({ length }) => length)) / 2);
  return Array.from({ length: rounds }, (_, round) => {
    const whole = byClass.filter(({ length }) => length > 2 * round + 1);
    const side = (at: number) => Int32Array.from(whole, (list) => list[2 * round + at] as number);
    return { first: side(0), second: side(1) };
  }).filter(({ first }) => first.length > 1);
}
