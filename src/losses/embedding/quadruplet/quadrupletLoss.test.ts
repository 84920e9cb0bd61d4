import { expect, it } from "vitest";
import { describeLoss, squares } from "../../../../test/harness/describeLoss.ts";
import { plainDistance, rowsOf } from "../../../../test/harness/points.ts";
import type { Sample } from "../../../../test/harness/samples.ts";
import { tripletLoss } from "../triplet/tripletLoss.ts";
import { type QuadrupletOptions, quadrupletLoss } from "./quadrupletLoss.ts";

describeLoss<QuadrupletOptions>(quadrupletLoss, {
  extreme: squares,
  reference: (inputs, { margin = 1, margin2 = 0.5, distance = "squared" }) => {
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
