/** What a column of text holds: numbers, words, gaps. */

import { nearest } from "../../options.ts";
import { plain } from "../terminal/text.ts";

export interface Column {
  readonly name: string;
  readonly values: readonly string[];
}

const GAP = /^\s*(na|n\/a|nan|null|\?|[-+]?inf(inity)?)?\s*$/i;
const NUMBER = /^\s*[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?\s*$/i;

/** Whether a cell holds nothing that can be used: empty, NA, NaN, null, ? or an infinity. */
export const isMissing = (text: string): boolean => GAP.test(text);

/** A cell as a number; NaN where it is none. */
export function asNumber(text: string): number {
  const value = NUMBER.test(text) ? Number(text) : Number.NaN;
  return Number.isFinite(value) ? value : Number.NaN;
}

/** A name or a value from the table as short visible text. */
export function short(name: string): string {
  const visible = plain(name);
  return visible.length > 40 ? `${visible.slice(0, 39)}…` : visible;
}

export const quote = (name: string): string => `"${short(name)}"`;

/** "a, b and c", shortened where it is long. */
export function listed(names: readonly string[], most = 6): string {
  const shown = names.length > most ? [...names.slice(0, most - 1), `${names.length - most + 1} more`] : names;
  return shown.length < 2 ? shown.join("") : `${shown.slice(0, -1).join(", ")} and ${shown.at(-1)}`;
}

/** "1 row", "2 rows", "3 classes". */
export const counted = (count: number, noun: string): string =>
  `${count} ${count === 1 ? noun : noun.endsWith("s") ? `${noun}es` : `${noun}s`}`;

/** What else could have been meant by an unknown name. */
export function hint(name: string, known: readonly string[]): string {
  const close = nearest(name, known);
  return close === undefined ? `; there are ${listed(known.map(quote), 12)}` : `; did you mean ${quote(close)}?`;
}
