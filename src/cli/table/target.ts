/** The column to predict: classes or numbers. */

import { dataError } from "../errors.ts";
import { isGapAmongNumbers, looksLike } from "../files/cells.ts";
import type { Column } from "../files/column.ts";
import { counted, quote, readContents, short } from "./columns.ts";

export type Task = "classification" | "regression";

export interface Classes {
  readonly task: "classification";
  readonly labels: Int32Array;
  readonly classes: readonly string[];
}

export interface Numbers {
  readonly task: "regression";
  readonly values: Float64Array;
}

export type Target = Classes | Numbers;

/** How many classes; 0 for numbers. */
export const classesOf = (target: Target): number => (target.task === "classification" ? target.classes.length : 0);

export interface TargetReading {
  readonly target: Target;
  /** The rows whose target is known, in order. */
  readonly rows: Int32Array;
  /** Why it was taken as it was: one line. */
  readonly decision: string;
  /** Texts that were taken for no value. */
  readonly gaps: readonly string[];
  /** Texts that may have meant no value, and were taken for classes: a line each. */
  readonly doubts: readonly string[];
}

const MOST_WHOLE_CLASSES = 20;
const MOST_CLASSES = 200;
const ROWS_A_CLASS = 5;

/** Text is classes; whole numbers are where they are few and each is met several times on average. */
export function readTarget(column: Column, asked: Task | undefined): TargetReading {
  const { numbers: all, text, gaps } = readContents(column);
  const texts = Array.from(all, (_, row) => text(row));
  const rows = Int32Array.from(texts.flatMap((value, row) => (value === null ? [] : [row])));
  const values = texts.filter((value) => value !== null);
  const name = quote(column.name);
  if (values.length === 0) throw dataError(`target ${name} has no value in any row`);
  const numbers = Float64Array.from(rows, (row) => all[row] as number);
  const oddAt = numbers.findIndex((value) => Number.isNaN(value));
  const distinct = new Set(values).size;
  const whole = oddAt < 0 && numbers.every(Number.isInteger);
  const few = distinct <= Math.min(MOST_WHOLE_CLASSES, Math.max(2, values.length / ROWS_A_CLASS));
  const task = asked ?? (oddAt >= 0 || (whole && few) ? "classification" : "regression");
  const oddCell = () => {
    const cell = values[oddAt] as string;
    const look = looksLike(cell);
    return `row ${(rows[oddAt] as number) + 1} holds ${quote(cell)}${look ? `, ${look}` : ""}`;
  };

  if (task === "regression") {
    if (oddAt >= 0) throw dataError(`target ${name} is not numeric: ${oddCell()}; regression needs numbers`);
    if (distinct === 1)
      throw dataError(`target ${name} is ${short(values[0] as string)} in every row; there is nothing to learn`);
    const why = asked ? "as asked" : `${distinct} distinct numbers`;
    return {
      target: { task, values: numbers },
      rows,
      gaps,
      doubts: [],
      decision: `target ${name}: regression (${why}${asked ? "" : "; --task classification overrides"})`,
    };
  }
  if (distinct === 1)
    throw dataError(`target ${name} has one class only, ${quote(values[0] as string)}; at least two are needed`);
  if (distinct > MOST_CLASSES || distinct > values.length / 2) {
    const oddOne = oddAt >= 0 && (numbers.some((value) => !Number.isNaN(value)) || looksLike(values[oddAt] as string));
    const odd = oddOne ? ` (not numeric: ${oddCell()})` : "";
    throw dataError(
      `target ${name} has ${distinct} different values in ${values.length} rows${odd}; classes need at most ${MOST_CLASSES}, met twice on average`,
    );
  }
  const classes = [...new Set(values)].sort((a, b) => (oddAt < 0 ? Number(a) - Number(b) : a < b ? -1 : 1));
  const index = new Map(classes.map((label, i) => [label, i]));
  const why = asked ? "as asked" : oddAt >= 0 ? "text" : "few whole numbers";
  return {
    target: { task, labels: Int32Array.from(values, (value) => index.get(value) as number), classes },
    rows,
    gaps,
    doubts: classes.filter(isGapAmongNumbers).map((label) => {
      const count = values.filter((value) => value === label).length;
      return `${quote(label)} is a class here, ${counted(count, "row")}`;
    }),
    decision: `target ${name}: classification, ${counted(classes.length, "class")} (${why}${asked || oddAt >= 0 ? "" : "; --task regression overrides"})`,
  };
}
