/** Columns that look like row numbers: a model learns the order of the table from them, which no new row has. */
import { asNumber, type Column, counted, listed, quote } from "./columns.ts";

const LEAST_ROWS = 10;

/** Whether whole numbers rise from each row to the next, or fall. */
function isNumbering({ values }: Column, rows: Int32Array): boolean {
  if (rows.length < LEAST_ROWS) return false;
  const at = (i: number) => asNumber(values[rows[i] as number] as string);
  const sign = Math.sign(at(1) - at(0));
  if (sign === 0 || !Number.isInteger(at(0))) return false;
  for (let i = 1; i < rows.length; i++)
    if (!Number.isInteger(at(i)) || Math.sign(at(i) - at(i - 1)) !== sign) return false;
  return true;
}

/** What is said of such columns among the features. */
export function describeNumberings(columns: readonly Column[], rows: Int32Array): string[] {
  const found = columns.filter((column) => isNumbering(column, rows));
  if (found.length === 0) return [];
  const [are, names] = [found.length > 1 ? "are" : "is", found.map(({ name }) => quote(name))];
  return [
    `${counted(found.length, "column")} of whole numbers that ${found.length > 1 ? "rise or fall" : "rises or falls"} with every row ${are} among the features: ${listed(names)}; if ${found.length > 1 ? "they number" : "it numbers"} the rows, leave ${found.length > 1 ? "them" : "it"} out with --ignore`,
  ];
}
