import { describe, expect, it } from "vitest";
import { seeded } from "../../../test/harness/random.ts";
import { diceLoss } from "../../losses/segmentation/dice/diceLoss.ts";
import { diceScore } from "./diceScore.ts";

const random = seeded(1);
const draw = (shape: readonly number[], share = 0.4) => ({
  data: Uint8Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => Number(random.uniform() < share)),
  shape,
});

describe("diceScore", () => {
  it("known values: half an overlap, all, nothing", () => {
    expect(diceScore([[[1, 1, 0, 0]]], [[[0, 1, 1, 0]]])).toBe(0.5);
    expect(diceScore([[[1, 1, 1, 0]]], [[[0, 0, 1, 0]]])).toBe(0.5);
    expect(diceScore([[[1, 0, 1]]], [[[1, 0, 1]]])).toBe(1);
    expect(diceScore([[[1, 0, 0]]], [[[0, 1, 1]]])).toBe(0);
  });

  it("is the mean of F1 scores, counted with sets of positions", () => {
    for (const shape of [
      [3, 2],
      [4, 1, 9],
      [2, 3, 5, 4],
      [1, 2, 3, 2, 5],
    ]) {
      const [a, b] = [draw(shape), draw(shape)];
      const masks = (shape[0] as number) * (shape[1] as number);
      const length = a.data.length / masks;
      const each = Array.from({ length: masks }, (_, mask) => {
        const ones = ({ data }: typeof a) =>
          new Set([...data.keys()].filter((i) => Math.floor(i / length) === mask && data[i] === 1));
        const [found, wanted] = [ones(a), ones(b)];
        const hits = [...found].filter((i) => wanted.has(i)).length;
        const misses = found.size + wanted.size - 2 * hits;
        return hits / (hits + misses / 2);
      }).filter((f1) => !Number.isNaN(f1));
      expect(diceScore(a, b)).toBeCloseTo(each.reduce((x, y) => x + y, 0) / each.length, 14);
    }
  });

  it("does not care which mask is the prediction, and is 1 − diceLoss without smoothing of masks that are not empty", () => {
    const [a, b] = [draw([3, 2, 50], 0.5), draw([3, 2, 50], 0.3)];
    expect(diceScore(a, b)).toBe(diceScore(b, a));
    const floats = ({ data, shape }: typeof a) => ({ data: Float64Array.from(data), shape });
    expect(diceScore(a, b)).toBeCloseTo(1 - diceLoss(floats(a), floats(b), { smooth: 0 }), 14);
  });

  it("leaves out masks empty in both, not those empty in one; is 1 where all are empty", () => {
    const empty = [0, 0, 0];
    const full = [1, 1, 0];
    expect(diceScore([[full, empty]], [[full, empty]])).toBe(1);
    expect(diceScore([[full, empty]], [[full, full]])).toBe(0.5);
    expect(diceScore([[full, full]], [[full, empty]])).toBe(0.5);
    expect(diceScore([[full], [empty]], [[[1, 0, 1]], [empty]])).toBe(0.5);
    expect(diceScore([[empty, empty]], [[empty, empty]])).toBe(1);
  });

  it("reads 64-bit integers and leaves its inputs as they are", () => {
    const a = { data: BigInt64Array.of(1n, 1n, 0n, 0n), shape: [1, 1, 4] };
    expect(diceScore(a, [[[1, 1, 0, 0]]])).toBe(1);
    expect([...a.data]).toEqual([1n, 1n, 0n, 0n]);
  });

  it("refuses what is not 0 or 1, shapes that differ, too few axes, nothing, and says where", () => {
    expect(() => diceScore([[[0, 0.5]]], [[[0, 1]]])).toThrow(
      "diceScore: predictions[0, 0, 1] is 0.5, expected 0 or 1",
    );
    expect(() => diceScore([[[0, 1]]], [[[0, Number.NaN]]])).toThrow(
      "diceScore: targets[0, 0, 1] is NaN, expected 0 or 1",
    );
    expect(() => diceScore([[[0, 1]]], [[[0, 1, 1]]])).toThrow(/targets is \[1, 1, 3\], expected \[1, 1, 2\]/);
    expect(() => diceScore([0, 1], [0, 1])).toThrow(RangeError);
    const nothing = { data: new Uint8Array(0), shape: [0, 2, 3] };
    expect(() => diceScore(nothing, nothing)).toThrow("diceScore: predictions is empty ([0, 2, 3])");
  });
});
