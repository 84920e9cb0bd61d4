import { expect, it } from "vitest";
import { describeLoss, fourthPowers } from "../../../../test/harness/describeLoss.ts";
import { plainDot, rowsOf } from "../../../../test/harness/points.ts";
import type { Sample } from "../../../../test/harness/samples.ts";
import { verificationLoss } from "./verificationLoss.ts";

describeLoss<Record<never, never>>(verificationLoss, {
  // Of two infinite logits the larger is that of the larger weight. Its slope of 0 times an infinite difference is undefined.
  atInfinity: ({ sign, of, column, sample }) => {
    const { data, shape } = sample("weight");
    const lead = (data[(shape[1] as number) + column] as number) - (data[column] as number);
    const right = of("same") === 1 ? lead > 0 : lead < 0;
    return right ? [0, Number.NaN] : [Number.POSITIVE_INFINITY, sign * Number.POSITIVE_INFINITY];
  },
  extreme: fourthPowers,
  reference: ([a, b, y, w, bias]) => {
    const second = rowsOf(b as Sample);
    const weight = rowsOf(w as Sample);
    return rowsOf(a as Sample).map((row, i) => {
      const f = row.map((x, k) => (x - (second[i]?.[k] as number)) ** 2);
      const logits = weight.map((v, c) => plainDot(v, f) + ((bias as Sample).data[c] as number));
      const most = Math.max(...logits);
      const lse = most + Math.log(logits.reduce((sum, z) => sum + Math.exp(z - most), 0));
      const same = (y as Sample).data[i] as number;
      return same * (lse - (logits[1] as number)) + (1 - same) * (lse - (logits[0] as number));
    });
  },
  options: [{}],
  accuracy: { float32: 1e-6, float64: 4e-15, floor: 1, least: 1 },
  gradientAccuracy: { float32: 2e-4, float64: 1e-13, least: 0.1 },
  draw: {
    first: (random) => random.normal() / 2,
    second: (random) => random.normal() / 2,
    weight: (random) => random.normal() / 4,
    same: (random) => random.below(2),
  },
});

it("verificationLoss: class 1 means the same identity", () => {
  const weight = [
    [1, 1],
    [-1, -1],
  ];
  const near = [[[0, 0]], [[0.1, 0]]] as const;
  const far = [[[0, 0]], [[3, 3]]] as const;
  const bias = [-1, 1];
  const loss = (pair: readonly [number[][], number[][]], same: number) =>
    verificationLoss(pair[0], pair[1], [same], weight, bias);
  expect(loss(near as never, 1)).toBeLessThan(loss(near as never, 0));
  expect(loss(far as never, 0)).toBeLessThan(loss(far as never, 1));
  expect(loss([[[2, 2]], [[2, 2]]], 1)).toBeCloseTo(Math.log1p(Math.exp(-2)), 14);
});

it("verificationLoss: labels that rounding left outside [0, 1] count as 0 and 1", () => {
  // p(same) is 1 to the last digit.
  const loss = (same: number) =>
    verificationLoss(
      [[1, 2]],
      [[0, 1]],
      [same],
      [
        [0, 0],
        [1, 1],
      ],
      [0, 60],
    );
  expect(loss(1 + 1e-7)).toBe(loss(1));
  expect(loss(1 + 1e-7)).toBeGreaterThanOrEqual(0);
  expect(loss(-1e-9)).toBe(loss(0));
});
