/** What a column holds: numbers, words, gaps. */

import { nearest } from "../../contract/options.ts";
import { infinityOf, isGap, isGapAmongNumbers, isNumber, looksLike } from "../files/cells.ts";
import { type Column, cellText } from "../files/column.ts";
import { listed, plain } from "../terminal/text.ts";

export { listed } from "../terminal/text.ts";

export interface Contents {
  /** By row; NaN where there is none. */
  readonly numbers: Float64Array;
  /** By row: the cell's text, a number's in its shortest form; null where nothing can be used. */
  text(row: number): string | null;
  /** Texts that were taken for gaps, without the empty one. */
  readonly gaps: readonly string[];
  /** Whether every cell that is not a gap is a number. */
  readonly numeric: boolean;
}

/** Reads a column; a gap is also an infinity, and where all other cells are numbers, a word such as "-" or "missing". */
export function readContents(column: Column): Contents {
  const { numbers, codes, words } = column;
  const unusable = (word: string) => isGap(word) || infinityOf(word) !== undefined || isOverflow(word);
  const others = words.filter((word) => !unusable(word) && !isNumber(word));
  const hasNumbers = numbers.some((value) => Number.isFinite(value));
  const numeric = others.length === 0 || (hasNumbers && others.every(isGapAmongNumbers));
  const gap = words.map((word) => unusable(word) || (numeric && isGapAmongNumbers(word)));
  return {
    numbers: words.some(isOverflow) ? numbers.map((value) => (Number.isFinite(value) ? value : Number.NaN)) : numbers,
    text: (row) => (gap[(codes[row] as number) - 1] ? null : cellText(column, row)),
    gaps: words.filter((word, i) => gap[i] && word !== ""),
    numeric,
  };
}

/** 1e999, which no double holds. */
const isOverflow = (word: string) => isNumber(word) && !Number.isFinite(Number(word));

/** What stands among the numbers of a column: 'numbers but for "n.a.", 13 times'; undefined where it is a column of words. */
export function strangersOf({ numbers, codes, words }: Column): string | undefined {
  const counts = new Uint32Array(words.length + 1);
  for (const code of codes) counts[code] = (counts[code] as number) + 1;
  const strangers = words
    .map((word, i) => ({ word, count: counts[i + 1] as number }))
    .filter(({ word }) => !isGap(word) && !isNumber(word) && infinityOf(word) === undefined)
    .sort((a, b) => b.count - a.count);
  const [first] = strangers;
  if (!first) return undefined;
  const look = looksLike(first.word);
  if (look !== undefined) return `cells such as ${quote(first.word)} (${look}) are not read as numbers`;
  const found = numbers.reduce((sum, value) => sum + Number(!Number.isNaN(value)), 0);
  if (found < 2 * strangers.reduce((sum, { count }) => sum + count, 0)) return undefined;
  return `numbers but for ${listed(
    strangers.map(({ word, count }) => `${quote(word)}, ${counted(count, "time")}`),
    4,
  )}`;
}

/** A name or a value from the table as short visible text. */
export function short(name: string): string {
  const visible = plain(name);
  return visible.length > 40 ? `${visible.slice(0, 39)}…` : visible;
}

export const quote = (name: string): string => `"${short(name)}"`;

/** "1 row", "2 rows", "3 classes". */
export const counted = (count: number, noun: string): string =>
  `${count} ${count === 1 ? noun : noun.endsWith("s") ? `${noun}es` : `${noun}s`}`;

/** What else could have been meant by an unknown name. */
export function hint(name: string, known: readonly string[]): string {
  const close = nearest(name, known);
  return close === undefined ? `; there are ${listed(known.map(quote), 12)}` : `; did you mean ${quote(close)}?`;
}
