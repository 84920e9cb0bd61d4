/** The seeded generator: its numbers never change, paths of seeds have nothing in common, and it draws what it says. */
import { expect, it } from "vitest";
import { seededRandom, shuffle } from "../../src/random.ts";

const drawn = (count: number, ...seeds: [number, ...number[]]) =>
  Array.from({ length: count }, seededRandom(...seeds).uniform);

it("draws the same numbers for ever: seeded results depend on them", () => {
  expect(drawn(3, 1).map((value) => value * 2 ** 32)).toEqual([2693262067, 11749833, 2265367787]);
  expect(drawn(1, 1, 0)).toEqual(drawn(1, 1, 0));
});

function correlation(a: readonly number[], b: readonly number[]): number {
  const sum = a.reduce((total, value, i) => total + (value - 0.5) * ((b[i] as number) - 0.5), 0);
  return (12 * sum) / a.length;
}

it.each<[[number, ...number[]], [number, ...number[]]]>([
  [[0], [1]],
  [[0], [0, 0]],
  [
    [3, 0],
    [3, 1],
  ],
  [
    [3, 1, 2],
    [3, 2, 1],
  ],
])("seeds %j and %j have nothing in common", (one, other) => {
  // The deviation of the correlation of 10000 independent pairs is 0.01.
  expect(Math.abs(correlation(drawn(10_000, ...one), drawn(10_000, ...other)))).toBeLessThan(0.04);
});

it("shuffles in place: every order about as often", () => {
  const random = seededRandom(7);
  const counts = new Map<string, number>();
  for (let run = 0; run < 6000; run++) {
    const list = Int32Array.of(1, 2, 3);
    expect(shuffle(list, random)).toBe(list);
    counts.set(list.join(""), (counts.get(list.join("")) ?? 0) + 1);
  }
  expect([...counts.keys()].sort()).toEqual(["123", "132", "213", "231", "312", "321"]);
  // The deviation of a count is 29.
  for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(130);
});
