import { expect, it } from "vitest";
import { beyondSquares, countedWeight, describeLoss } from "../../../../test/harness/describeLoss.ts";
import { plainDistance, rowsOf } from "../../../../test/harness/points.ts";
import { seeded } from "../../../../test/harness/random.ts";
import type { Sample } from "../../../../test/harness/samples.ts";
import { batchHardTripletLoss } from "../triplet/batchHardTripletLoss.ts";
import { batchHardQuadrupletLoss } from "./batchHardQuadrupletLoss.ts";
import type { QuadrupletOptions } from "./quadrupletLoss.ts";

/** By brute force; undefined for an anchor without a positive or a negative. */
function brute([x, y]: readonly Sample[], { margin, margin2, distance }: Required<QuadrupletOptions>) {
  const rows = rowsOf(x as Sample);
  const labels = (y as Sample).data;
  const d = rows.map((a) => rows.map((b) => plainDistance(distance, a, b)));
  return labels.map((own, a) => {
    const near = d[a]?.filter((_, j) => j !== a && labels[j] === own) ?? [];
    const far = d[a]?.filter((_, j) => labels[j] !== own) ?? [];
    if (!near.length || !far.length) return undefined;
    let apart = Number.POSITIVE_INFINITY;
    for (const [q, row] of d.entries())
      for (const [r, distance] of row.entries())
        if (labels[q] !== labels[r] && labels[q] !== own && labels[r] !== own) apart = Math.min(apart, distance);
    const hardest = Math.max(...near);
    return Math.max(0, hardest - Math.min(...far) + margin) + Math.max(0, hardest - apart + margin2);
  });
}

describeLoss<QuadrupletOptions>(batchHardQuadrupletLoss, {
  extreme: beyondSquares,
  reference: (inputs, options) => brute(inputs, options).map((value) => value ?? 0),
  divisor: (inputs, options, weights) =>
    countedWeight(
      weights,
      brute(inputs, options).map((value) => value !== undefined),
    ),
  options: [{}, { distance: "euclidean", margin: 0.3 }, { distance: "cosine", margin2: 0.1 }],
  accuracy: { float32: 1e-6, float64: 1e-13, floor: 1, least: 10 },
  gradientAccuracy: { float32: 4e-5, float64: 1e-12, least: 0.1 },
  draw: { labels: (random) => random.below(4) },
  spreads: true,
});

it("batchHardQuadrupletLoss: is not always 0, as with a mask that is always false", () => {
  expect(batchHardQuadrupletLoss([[0], [3], [1], [2], [2.5]], [0, 0, 1, 1, 2])).toBeGreaterThan(5);
});

it("batchHardQuadrupletLoss: with two identities it is the batch-hard triplet loss", () => {
  const x = [
    [0, 1],
    [2, 1],
    [1, 1],
    [3, 0],
  ];
  const options = { margin: 1, distance: "squared" } as const;
  expect(batchHardQuadrupletLoss(x, [0, 0, 1, 1], options)).toBe(batchHardTripletLoss(x, [0, 0, 1, 1], options));
});

it("batchHardQuadrupletLoss: f32 gradients are those of f64 to 1e-6 where all of a large batch shares its closest pair", () => {
  const [n, d] = [1000, 16];
  const random = seeded(3);
  const data = Float32Array.from({ length: n * d }, () => random.normal());
  const labels = Int32Array.from({ length: n }, (_, i) => i >> 3);
  const gradients = (numbers: Float32Array | Float64Array): Float64Array =>
    Float64Array.from(
      batchHardQuadrupletLoss.valueAndGrad({ data: numbers, shape: [n, d] }, labels).grads.embeddings.data,
    );
  const [came, wanted] = [gradients(data), gradients(Float64Array.from(data))];
  const largest = wanted.reduce((most, g) => Math.max(most, Math.abs(g)), 0);
  const off = came.reduce((most, g, i) => Math.max(most, Math.abs(g - (wanted[i] as number))), 0);
  expect(off / largest).toBeLessThan(1e-6);
});
