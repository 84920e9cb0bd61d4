import { expect, it } from "vitest";
import { describeLoss } from "../../../../test/harness/describeLoss.ts";
import { plainCosine, rowsOf } from "../../../../test/harness/points.ts";
import type { Sample } from "../../../../test/harness/samples.ts";
import { type CosineEmbeddingOptions, cosineEmbeddingLoss } from "./cosineEmbedding.ts";

describeLoss<CosineEmbeddingOptions>(cosineEmbeddingLoss, {
  reference: ([a, b, y], { margin = 0 }) => {
    const second = rowsOf(b as Sample);
    return rowsOf(a as Sample).map((row, i) => {
      const c = plainCosine(row, second[i] as number[]);
      return ((y as Sample).data[i] as number) > 0 ? 1 - c : Math.max(0, c - margin);
    });
  },
  options: [{}, { margin: 0.3 }, { margin: -0.5 }],
  accuracy: { float32: 1e-6, float64: 2e-15, floor: 1, least: 1 },
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
