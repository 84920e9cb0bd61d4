/** Sets rows aside that no training sees, a fifth of each class. */

import { type Random, shuffle } from "../../random.ts";
import { dataError } from "../errors.ts";
import { counted, listed, quote } from "../table/columns.ts";
import type { Classes } from "../table/target.ts";

export interface Split {
  readonly train: Int32Array;
  readonly test: Int32Array;
}

const SHARE = 0.2;
/** What training needs of a class: a row and its partner. */
const KEPT = 2;

/** Comparing all held-out rows with one another takes their number squared. */
export const MOST_HELD_OUT = 2000;

export function splitRows({ labels, classes }: Classes, random: Random): Split {
  const members = classes.map((_, label) =>
    shuffle(Int32Array.from([...labels.keys()].filter((row) => labels[row] === label)), random),
  );
  const lonely = classes.filter((_, label) => (members[label] as Int32Array).length < KEPT);
  if (lonely.length > 0)
    throw dataError(
      `${counted(lonely.length, "class")} with a single row: ${listed(lonely.map(quote))}; training needs two rows or more of each (drop or merge ${lonely.length > 1 ? "them" : "it"})`,
    );
  const share = Math.min(SHARE, MOST_HELD_OUT / labels.length);
  const heldOut = members.map((rows) => Math.max(0, Math.min(Math.round(share * rows.length), rows.length - KEPT)));
  if (!heldOut.some((count) => count > 1))
    throw dataError(
      `${counted(labels.length, "row")} in ${counted(classes.length, "class")} are too few: a fifth of a class is held out, and no class has two rows in that`,
    );
  const part = (take: (rows: Int32Array, count: number) => Int32Array) =>
    Int32Array.from(members.flatMap((rows, label) => [...take(rows, heldOut[label] as number)])).sort();
  return {
    train: part((rows, count) => rows.subarray(count)),
    test: part((rows, count) => rows.subarray(0, count)),
  };
}
