import { expect, it } from "vitest";
import { beyondSquares, describeLoss } from "../../../../test/harness/describeLoss.ts";
import { undefinedAtInfinity } from "../../../../test/harness/infinity.ts";
import { plainCosine, rowsOf } from "../../../../test/harness/points.ts";
import type { Sample } from "../../../../test/harness/samples.ts";
import { quadrupletLoss } from "../quadruplet/quadrupletLoss.ts";
import { tripletLoss } from "../triplet/tripletLoss.ts";
import { type CosineEmbeddingOptions, cosineEmbeddingLoss } from "./cosineEmbeddingLoss.ts";

describeLoss<CosineEmbeddingOptions>(cosineEmbeddingLoss, {
  atInfinity: undefinedAtInfinity,
  extreme: beyondSquares,
  reference: ([a, b, y], { margin }) => {
    const second = rowsOf(b as Sample);
    return rowsOf(a as Sample).map((row, i) => {
      const c = plainCosine(row, second[i] as number[]);
      return ((y as Sample).data[i] as number) > 0 ? 1 - c : Math.max(0, c - margin);
    });
  },
  options: [{}, { margin: 0.3 }, { margin: -0.5 }],
  accuracy: { float32: 2e-7, float64: 2e-15, floor: 1, least: 1 },
  gradientAccuracy: { float32: 1e-5, float64: 1e-14, least: 0.1 },
});

it("cosineEmbeddingLoss: lengths do not matter, and the zero vector has cosine 0 and gradient 0", () => {
  const [a, b] = [[[1, 2, 3]], [[-2, 0.5, 1]]];
  const scaled = b.map((row) => row.map((x) => 7 * x));
  expect(cosineEmbeddingLoss(a, scaled, [1])).toBeCloseTo(cosineEmbeddingLoss(a, b, [1]), 14);
  const { value, grads } = cosineEmbeddingLoss.valueAndGrad([[0, 0]], [[1, 2]], [1]);
  expect(value).toBe(1);
  expect([...grads.first.data, ...grads.second.data]).toEqual([0, 0, 0, 0]);
});

it("cosine distances: rows of any size in f64 have the gradient of rows of size 1, over that size", () => {
  const [a, b] = [
    [1, 2, 3],
    [-2, 0.5, 1],
  ];
  const rows = (row: number[], m: number) => [row.map((x) => x * m)];
  const cosine = { distance: "cosine" } as const;
  const losses = [
    (p: number[][], q: number[][]) => cosineEmbeddingLoss.valueAndGrad(p, q, [1]).grads.first,
    (p: number[][], q: number[][]) => tripletLoss.valueAndGrad(p, p, q, cosine).grads.anchor,
    (p: number[][], q: number[][]) =>
      tripletLoss.valueAndGrad(p, q, p, { ...cosine, margin: 3, swap: true }).grads.anchor,
    (p: number[][], q: number[][]) =>
      quadrupletLoss.valueAndGrad(p, q, p, p, { ...cosine, margin: 3, margin2: 3 }).grads.anchor,
  ];
  for (const gradient of losses)
    for (const m of [1e-300, 1e-155, 1e-140, 1e140, 1e160, 1e162, 1e300]) {
      const expected = [...gradient(rows(a, 1), rows(b, 1)).data];
      const scaled = [...gradient(rows(a, m), rows(b, m)).data].map((g) => g * m);
      for (const [k, g] of expected.entries()) expect(scaled[k]).toBeCloseTo(g, 12);
    }
  // By hand: (b/‖b‖ − c a/‖a‖)/‖a‖ of a = (1, 0), b = (3, 4) is (0, 0.8).
  const { grads } = cosineEmbeddingLoss.valueAndGrad([[1e-160, 0]], [[3e200, 4e200]], [-1], { margin: 0 });
  expect([...grads.first.data].map((g) => g * 1e-160)).toEqual([expect.closeTo(0, 14), expect.closeTo(0.8, 14)]);
});
