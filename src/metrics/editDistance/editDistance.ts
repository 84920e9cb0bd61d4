import { readNumbers } from "../../contract/numbers.ts";
import { type FunctionSpec, frozen } from "../../contract/spec.ts";
import { LossaryTypeError } from "../../lossaryError.ts";
import { describe, readInput } from "../../tensor/read.ts";

/** Text, compared by code points, or whole numbers, such as tokens. */
export type Sequence = string | ArrayLike<number> | ArrayLike<bigint>;

const sequence = (name: string, doc: string) =>
  ({ name, shape: "", kind: "value", doc, check: checkSequence }) as const;

const spec: FunctionSpec = frozen({
  name: "editDistance",
  family: "score",
  title: { en: "Edit distance", zh: "编辑距离" },
  summary: "The fewest insertions, deletions and substitutions that turn one sequence into another.",
  arguments: [sequence("a", "A text, or whole numbers."), sequence("b", "Another of the same kind.")],
  options: {},
});

/**
 * Edit distance of Levenshtein: the least number of insertions, deletions and replacements that turn a into b.
 *
 * Arguments  Two strings, or two arrays of whole numbers (tokens). One whole number, between |len a − len b| and the
 *            longer length.
 * Errors     Anything else; a string beside an array; numbers that are not whole.
 * Edges      Strings are compared by code points: an emoji is one, an accent written apart another. Empty against b: the
 *            length of b.
 * Relation   Divided by the reference's length it is the character or word error rate. Not differentiable.
 * Source     V. Levenshtein, Binary Codes Capable of Correcting Deletions, Insertions and Reversals, 1966.
 */
export function editDistance(a: Sequence, b: Sequence): number;
export function editDistance(...args: unknown[]): number {
  const [a, b] = readNumbers<[unknown, unknown], Record<never, never>>(spec, args).inputs as unknown as [
    Sequence,
    Sequence,
  ];
  if ((typeof a === "string") !== (typeof b === "string"))
    throw new LossaryTypeError(
      "editDistance: a",
      `is ${describe(a)}, b is ${describe(b)}; expected two strings or two arrays of whole numbers`,
    );
  const codes = new Map<number | bigint, number>();
  return distance(codesOf("a", a, codes), codesOf("b", b, codes));
}
editDistance.spec = spec;

function checkSequence(where: string, value: unknown): void {
  if (typeof value !== "string" && !Array.isArray(value) && !ArrayBuffer.isView(value))
    throw new LossaryTypeError(where, `is ${describe(value)}, expected a string or an array of whole numbers`);
  // Throws where its memory has gone.
  if (ArrayBuffer.isView(value)) readInput(where, value);
}

/** The symbols as small numbers, the same for equal ones. */
function codesOf(name: string, sequence: Sequence, codes: Map<number | bigint, number>): Int32Array {
  if (typeof sequence === "string") return Int32Array.from(sequence, (character) => character.codePointAt(0) as number);
  return Int32Array.from(sequence as ArrayLike<number>, (symbol: number | bigint, i) => {
    if (typeof symbol !== "bigint" && !Number.isInteger(symbol))
      throw new LossaryTypeError(`editDistance: ${name}[${i}]`, `is ${describe(symbol)}, expected a whole number`);
    const key = Number.isSafeInteger(Number(symbol)) ? Number(symbol) : symbol;
    if (!codes.has(key)) codes.set(key, codes.size);
    return codes.get(key) as number;
  });
}

/** Row by row of the table of prefixes; what both begin or end with costs nothing. */
function distance(a: Int32Array, b: Int32Array): number {
  let [from, endA, endB] = [0, a.length, b.length];
  while (from < endA && from < endB && a[from] === b[from]) from++;
  while (endA > from && endB > from && a[endA - 1] === b[endB - 1]) {
    endA--;
    endB--;
  }
  const [own, other] = [a.subarray(from, endA), b.subarray(from, endB)];
  let row = Int32Array.from({ length: other.length + 1 }, (_, j) => j);
  let next = new Int32Array(row.length);
  for (let i = 0; i < own.length; i++) {
    next[0] = i + 1;
    for (let j = 0; j < other.length; j++) {
      const replaced = (row[j] as number) + (own[i] === other[j] ? 0 : 1);
      next[j + 1] = Math.min(replaced, (row[j + 1] as number) + 1, (next[j] as number) + 1);
    }
    [row, next] = [next, row];
  }
  return row[other.length] as number;
}
