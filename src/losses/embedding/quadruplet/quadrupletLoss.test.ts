import { expect, it } from "vitest";
import { beyondSquares, describeLoss } from "../../../../test/harness/describeLoss.ts";
import { bendsAtZero } from "../../../../test/harness/kinks.ts";
import { plainDistance, rowsOf } from "../../../../test/harness/points.ts";
import type { Sample } from "../../../../test/harness/samples.ts";
import { tripletLoss } from "../triplet/tripletLoss.ts";
import { type QuadrupletOptions, quadrupletLoss } from "./quadrupletLoss.ts";

describeLoss<QuadrupletOptions>(quadrupletLoss, {
  // An infinite difference has no direction, and of two infinite distances neither is the longer.
  atInfinity: ({ argument, sign, options: { distance } }) => {
    if (distance === "cosine") return [Number.NaN, Number.NaN];
    if (argument === "negative") return [0, 0];
    if (argument === "negative2") return [null, 0];
    if (argument === "anchor") return [Number.NaN, Number.NaN];
    return [Number.POSITIVE_INFINITY, distance === "euclidean" ? Number.NaN : sign * Number.POSITIVE_INFINITY];
  },
  kinks: bendsAtZero((row, { margin, margin2, distance }) => {
    const between = (a: string, b: string) => plainDistance(distance, row(a), row(b));
    const near = between("anchor", "positive");
    return [near - between("anchor", "negative") + margin, near - between("negative2", "negative") + margin2];
  }),
  extreme: beyondSquares,
  reference: (inputs, { margin, margin2, distance }) => {
    const [a, p, n, q] = inputs.map((sample) => rowsOf(sample as Sample));
    return (a as number[][]).map((row, i) => {
      const d = (x: number[], y: number[][] | undefined) => plainDistance(distance, x, y?.[i] as number[]);
      return Math.max(0, d(row, p) - d(row, n) + margin) + Math.max(0, d(row, p) - d(q?.[i] as number[], n) + margin2);
    });
  },
  options: [{}, { distance: "euclidean", margin: 0.3 }, { distance: "cosine", margin2: 0.1 }],
  accuracy: { float32: 1e-6, float64: 4e-15, floor: 1, least: 10 },
  gradientAccuracy: { float32: 1e-5, float64: 1e-13, least: 0.1 },
});

it("quadrupletLoss: two hinges, not one maximum", () => {
  // d(a,p) = 4, d(a,n) = 1, d(n2,n) = 1
  const args = [[[0]], [[2]], [[1]], [[2]]] as [number[][], number[][], number[][], number[][]];
  expect(quadrupletLoss(...args)).toBe(4 + 3.5);
});

it("quadrupletLoss: negatives far apart leave the triplet loss", () => {
  const [a, p, n] = [[[0, 1]], [[1, 1]], [[0.5, 0]]];
  const options = { distance: "squared" } as const;
  expect(quadrupletLoss(a, p, n, [[900, 0]], options)).toBe(tripletLoss(a, p, n, options));
});
