import { expect, it } from "vitest";
import { beyondSquares, describeLoss } from "../../../../test/harness/describeLoss.ts";
import { plainDistance, rowsOf } from "../../../../test/harness/points.ts";
import type { Sample } from "../../../../test/harness/samples.ts";
import { type ContrastiveOptions, contrastiveLoss } from "./contrastiveLoss.ts";

describeLoss<ContrastiveOptions>(contrastiveLoss, {
  // Where two that differ are a margin apart.
  kinks: ({ argument, row, column, sample, options: { margin } }) => {
    const own = rowsOf(sample(argument))[row] as number[];
    const other = rowsOf(sample(argument === "first" ? "second" : "first"))[row] as number[];
    const rest = own.reduce((sum, x, k) => sum + (k === column ? 0 : (x - (other[k] as number)) ** 2), 0);
    if (rest >= margin ** 2) return [];
    const reach = Math.sqrt(margin ** 2 - rest);
    return [(other[column] as number) - reach, (other[column] as number) + reach];
  },
  atInfinity: ({ sign, of }) =>
    of("different") === 1 ? [0, 0] : [Number.POSITIVE_INFINITY, sign * Number.POSITIVE_INFINITY],
  extreme: beyondSquares,
  reference: ([a, b, y], { margin }) => {
    const second = rowsOf(b as Sample);
    return rowsOf(a as Sample).map((row, i) => {
      const d = plainDistance("euclidean", row, second[i] as number[]);
      const far = (y as Sample).data[i] as number;
      return ((1 - far) * d ** 2 + far * Math.max(0, margin - d) ** 2) / 2;
    });
  },
  options: [{}, { margin: 4 }],
  accuracy: { float32: 4e-7, float64: 2e-15, floor: 1, least: 1 },
  draw: { different: (random) => random.below(2) },
});

it("contrastiveLoss: known values, and 1 means dissimilar", () => {
  const [a, b] = [[[0, 0]], [[0.3, 0.4]]];
  expect(contrastiveLoss(a, b, [0])).toBeCloseTo(0.125, 12);
  expect(contrastiveLoss(a, b, [1], { margin: 2 })).toBeCloseTo(1.125, 12);
});

it("contrastiveLoss: a dissimilar pair of identical vectors has gradient 0", () => {
  const { value, grads } = contrastiveLoss.valueAndGrad([[1, 2]], [[1, 2]], [1]);
  expect(value).toBe(0.5);
  expect([...grads.first.data]).toEqual([0, 0]);
});

it("contrastiveLoss: labels of shape [N, 1] are refused, not broadcast", () => {
  expect(() => contrastiveLoss([[1], [2]], [[1], [3]], [[0], [1]])).toThrow(/different is \[2, 1\]/);
});

it("contrastiveLoss: close vectors far from the origin keep their distance in f32", () => {
  const a = { data: Float32Array.of(10000, 10000), shape: [1, 2] };
  const b = { data: Float32Array.of(10000.0625, 10000), shape: [1, 2] };
  expect(contrastiveLoss(a, b, new Float32Array([0]))).toBe(0.0625 ** 2 / 2);
});

it("contrastiveLoss: labels that rounding left outside [0, 1] count as 0 and 1", () => {
  const [a, b] = [[[1, 2]], [[0, 1]]];
  expect(contrastiveLoss(a, b, [1 + 1e-7], { margin: 3 })).toBe(contrastiveLoss(a, b, [1], { margin: 3 }));
  expect(contrastiveLoss(a, b, [1 + 1e-7], { margin: 1 })).toBe(0);
  expect(contrastiveLoss(a, b, [-1e-9])).toBe(contrastiveLoss(a, b, [0]));
});
