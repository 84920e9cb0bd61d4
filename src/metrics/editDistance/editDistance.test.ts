import { expect, it } from "vitest";
import { seeded } from "../../../test/harness/random.ts";
import { editDistance } from "./editDistance.ts";

/** The definition: the first symbols are equal, or one is deleted, inserted or replaced. */
function recursive(a: readonly number[], b: readonly number[]): number {
  if (a.length === 0 || b.length === 0) return a.length + b.length;
  const [restA, restB] = [a.slice(1), b.slice(1)];
  if (a[0] === b[0]) return recursive(restA, restB);
  return 1 + Math.min(recursive(restA, b), recursive(a, restB), recursive(restA, restB));
}

it("has the known distances", () => {
  for (const [a, b, distance] of [
    ["kitten", "sitting", 3],
    ["intention", "execution", 5],
    ["", "", 0],
    ["", "abc", 3],
    ["abc", "", 3],
    ["abc", "abc", 0],
    ["ab", "ba", 2],
    ["flaw", "lawn", 2],
    ["损失函数", "损失", 2],
    ["👍🏽", "👍", 1],
  ] as const)
    expect(editDistance(a, b), `${a} ${b}`).toBe(distance);
});

it("agrees with the definition on random sequences, of every kind of array", () => {
  const random = seeded(1);
  for (let round = 0; round < 300; round++) {
    const [a, b] = [0, 0].map(() => Array.from({ length: random.below(7) }, () => random.below(3)));
    const wanted = recursive(a as number[], b as number[]);
    expect(editDistance(a as number[], b as number[])).toBe(wanted);
    expect(editDistance(Int32Array.from(a as number[]), BigInt64Array.from((b as number[]).map(BigInt)))).toBe(wanted);
    expect(editDistance(String(a), String(a))).toBe(0);
  }
});

it("tells apart whole numbers beyond 2^53", () => {
  expect(editDistance([2n ** 60n], [2n ** 60n + 1n])).toBe(1);
  expect(editDistance([5n], [5])).toBe(0);
});

it("refuses anything else", () => {
  expect(() => editDistance("a", [1])).toThrow(/expected two strings or two arrays of whole numbers/);
  expect(() => editDistance(1 as never, 2 as never)).toThrow("editDistance: a is the number 1, expected a string");
  expect(() => editDistance([1], [0.5])).toThrow("editDistance: b[0] is the number 0.5, expected a whole number");
  expect(() => editDistance(["a"] as never, [1])).toThrow(TypeError);
  expect(() => editDistance(null as never, undefined as never)).toThrow(TypeError);
});
