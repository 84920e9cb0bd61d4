/** Columns without a name: the row numbers that pandas and R write first, and the empty cells after a comma too many. */
import type { Column } from "../column.ts";

export interface Named {
  readonly columns: readonly Column[];
  /** What was left out or named, a line each. */
  readonly notes: readonly string[];
}

/** Whether every cell is a whole number of its own: row numbers, sorted or not. */
function isIndex({ numbers, words }: Column): boolean {
  return words.length === 0 && numbers.every(Number.isInteger) && new Set(numbers).size === numbers.length;
}

const isEmpty = ({ words, codes }: Column): boolean => words.length === 1 && words[0] === "" && codes.every(Boolean);

export function nameColumns(columns: readonly Column[]): Named {
  const notes: string[] = [];
  const kept = columns.flatMap((column, i): Column[] => {
    if (column.name !== "" || columns.length === 1) return [column];
    if (i === 0 && isIndex(column)) {
      notes.push("the first column has no name and numbers the rows: left out");
      return [];
    }
    if (isEmpty(column)) {
      notes.push(`column ${i + 1} has no name and no values: left out`);
      return [];
    }
    const name = `column_${i}`;
    notes.push(`column ${i + 1} has no name in the header: called ${name}`);
    return [{ ...column, name }];
  });
  return { columns: kept, notes };
}
