/** Columns that look like row numbers: a model learns the order of the table from them, which no new row has. */
import { counted, listed, quote } from "./columns.ts";

const LEAST_ROWS = 10;

interface NamedNumbers {
  readonly name: string;
  readonly values: Float64Array;
}

/** Whether whole numbers rise from each row to the next, or fall. */
function isNumbering({ values }: NamedNumbers): boolean {
  const step = (i: number) => Math.sign((values[i] as number) - (values[i - 1] as number));
  const rising = step(1);
  return (
    values.length >= LEAST_ROWS &&
    rising !== 0 &&
    values.every((value, i) => Number.isInteger(value) && (i === 0 || step(i) === rising))
  );
}

/** What is said of such columns among the features. */
export function describeNumberings(columns: readonly NamedNumbers[]): string[] {
  const found = columns.filter(isNumbering);
  if (found.length === 0) return [];
  const [are, names] = [found.length > 1 ? "are" : "is", found.map(({ name }) => quote(name))];
  return [
    `${counted(found.length, "column")} of whole numbers that ${found.length > 1 ? "rise or fall" : "rises or falls"} with every row ${are} among the features: ${listed(names)}; if ${found.length > 1 ? "they number" : "it numbers"} the rows, leave ${found.length > 1 ? "them" : "it"} out with --ignore`,
  ];
}
