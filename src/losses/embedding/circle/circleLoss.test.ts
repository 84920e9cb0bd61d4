import { expect, it } from "vitest";
import { filledIn } from "../../../../test/harness/calls.ts";
import { countedWeight, describeLoss, squares } from "../../../../test/harness/describeLoss.ts";
import { plainCosine, rowsOf } from "../../../../test/harness/points.ts";
import type { Sample } from "../../../../test/harness/samples.ts";
import { type BatchCircleOptions, batchCircleLoss } from "./batchCircleLoss.ts";
import { type CircleOptions, circleLoss } from "./circleLoss.ts";

const logSum = (z: readonly number[]) => {
  const most = Math.max(...z);
  return most + Math.log(z.reduce((sum, v) => sum + Math.exp(v - most), 0));
};

/** The formula; the weights are those at the similarities held. */
function circle(p: number[], n: number[], { margin, scale }: Required<CircleOptions>, heldP = p, heldN = n): number {
  if (!p.length || !n.length) return 0;
  const near = p.map((s, i) => -scale * Math.max(0, 1 + margin - (heldP[i] as number)) * (s - 1 + margin));
  const far = n.map((s, i) => scale * Math.max(0, (heldN[i] as number) + margin) * (s - margin));
  const z = logSum(near) + logSum(far);
  return Math.max(0, z) + Math.log1p(Math.exp(-Math.abs(z)));
}

const data = (sample: Sample | undefined) => (sample as Sample).data;

describeLoss<CircleOptions>(circleLoss, {
  extreme: squares,
  reference: ([p, n], options) => [circle(data(p), data(n), options)],
  frozen: ([p, n], options, [heldP, heldN]) => [circle(data(p), data(n), options, data(heldP), data(heldN))],
  options: [{ scale: 2 }, { scale: 4, margin: 0.4 }],
  accuracy: { float32: 1e-6, float64: 4e-15, least: 2 },
  gradientAccuracy: { float32: 2e-5, float64: 1e-13, least: 0.1 },
  draw: { positives: (random) => 2 * random.uniform() - 1, negatives: (random) => 2 * random.uniform() - 1 },
});

/** Similarities of each anchor to its own identity and to the others; over the batch in pairs i < j. */
function sides([x, y]: readonly Sample[], pooled: boolean) {
  const rows = rowsOf(x as Sample);
  const labels = data(y);
  const pairs = rows.map((row, i) =>
    rows.flatMap((other, j) =>
      j === i || (pooled && j < i) ? [] : [{ s: plainCosine(row, other), same: labels[i] === labels[j] }],
    ),
  );
  const groups = pooled ? [pairs.flat()] : pairs;
  return groups.map((group) => ({
    p: group.filter(({ same }) => same).map(({ s }) => s),
    n: group.filter(({ same }) => !same).map(({ s }) => s),
  }));
}

const anchors = (inputs: readonly Sample[]) => sides(inputs, false);

describeLoss<BatchCircleOptions>(batchCircleLoss, {
  reference: (inputs, options) => anchors(inputs).map(({ p, n }) => circle(p, n, options)),
  frozen: (inputs, options, held) => {
    const at = anchors(held);
    return anchors(inputs).map(({ p, n }, i) => circle(p, n, options, at[i]?.p, at[i]?.n));
  },
  divisor: (inputs, _, weights) =>
    countedWeight(
      weights,
      anchors(inputs).map(({ p, n }) => p.length > 0 && n.length > 0),
    ),
  options: [
    { pooling: "anchor", scale: 2 },
    { pooling: "anchor", scale: 4, margin: 0.1 },
  ],
  accuracy: { float32: 1e-6, float64: 4e-15, floor: 1, least: 2 },
  gradientAccuracy: { float32: 1e-4, float64: 1e-12, least: 0.1 },
  draw: { labels: (random) => random.below(3) },
  spreads: true,
});

it("batchCircleLoss: pooled over the batch it is circleLoss of all pairs", () => {
  const x = { data: Array.from({ length: 21 }, (_, i) => Math.sin(3 * i)), shape: [7, 3] };
  const y = { data: [0, 1, 0, 2, 1, 0, 2], shape: [7] };
  const { p, n } = sides([x, y], true)[0] as { p: number[]; n: number[] };
  expect(batchCircleLoss(x, y)).toBeCloseTo(circleLoss(p, n), 9);
  expect(() => batchCircleLoss(x, y, { reduction: "none" })).toThrow(/^batchCircleLoss: reduction/);
  const { grads } = batchCircleLoss.valueAndGrad(x, y, { scale: 8 });
  for (const i of [0, 4, 20]) {
    const moved = (by: number) => {
      const at = { ...x, data: x.data.map((v, k) => (k === i ? v + by : v)) };
      const now = sides([at, y], true)[0] as { p: number[]; n: number[] };
      return circle(now.p, now.n, filledIn<CircleOptions>(batchCircleLoss, { scale: 8 }), p, n);
    };
    expect(grads.embeddings.data[i]).toBeCloseTo((moved(1e-5) - moved(-1e-5)) / 2e-5, 7);
  }
});

it("batchCircleLoss: without pairs of both kinds it is 0 with gradient 0", () => {
  for (const pooling of ["batch", "anchor"] as const)
    for (const labels of [
      [1, 1, 1],
      [1, 2, 3],
    ]) {
      const { value, grads } = batchCircleLoss.valueAndGrad(
        [
          [1, 2],
          [0, 1],
          [3, -1],
        ],
        labels,
        { pooling },
      );
      expect([value, ...grads.embeddings.data].every((v) => v === 0)).toBe(true);
    }
});

it("circleLoss: an empty side, either or both, gives 0 with gradient 0", () => {
  for (const [p, n] of [
    [[], [0.1, 0.2]],
    [[0.9], []],
    [[], []],
  ] as const) {
    const { value, grads } = circleLoss.valueAndGrad(p, n);
    expect(value).toBe(0);
    expect([...grads.positives.data]).toEqual(p.map(() => 0));
    expect([...grads.negatives.data]).toEqual(n.map(() => 0));
    const single = circleLoss.valueAndGrad(new Float32Array(p), new Float32Array(n), { upstream: 3 });
    expect([single.value, ...single.grads.positives.data, ...single.grads.negatives.data].every((v) => v === 0)).toBe(
      true,
    );
  }
});

it("circleLoss: similarities far apart do not overflow at the default scale", () => {
  const { value, grads } = circleLoss.valueAndGrad(Float32Array.of(-1, 1), Float32Array.of(1, -1));
  expect(value).toBeCloseTo(256 * (2.25 * 1.75 + 1.25 * 0.75), 2);
  expect([...grads.positives.data]).toEqual([-256 * 2.25, 0].map((v) => expect.closeTo(v, 3)));
  expect([...grads.negatives.data]).toEqual([256 * 1.25, 0].map((v) => expect.closeTo(v, 3)));
});

it("batchCircleLoss: a batch too large for one block of cosines is pooled all the same", () => {
  const n = 1500;
  const x = { data: Float64Array.from({ length: 2 * n }, (_, i) => Math.sin(3 * i + i * i)), shape: [n, 2] };
  const y = Int32Array.from({ length: n }, (_, i) => i % 40);
  const options = { scale: 4 };
  const { value, grads } = batchCircleLoss.valueAndGrad(x, y, options);
  // In f32 the same batch is one block.
  const single = batchCircleLoss.valueAndGrad({ data: Float32Array.from(x.data), shape: x.shape }, y, options);
  expect(Math.abs(single.value - value)).toBeLessThan(1e-5);
  const most = Math.max(...grads.embeddings.data);
  expect(most).toBeGreaterThan(1e-3);
  for (const [i, g] of grads.embeddings.data.entries())
    expect(Math.abs((single.grads.embeddings.data[i] as number) - g)).toBeLessThan(1e-4 * most);
});

it("batchCircleLoss: pooled over the batch it is one number, and one weight is a factor of its sum", () => {
  const x = { data: Array.from({ length: 21 }, (_, i) => Math.sin(3 * i)), shape: [7, 3] };
  const y = [0, 1, 0, 2, 1, 0, 2];
  const plain = batchCircleLoss.valueAndGrad(x, y, { scale: 4 });
  const one = (sampleWeight: { data: number[]; shape: number[] }, reduction: "sum" | "mean") =>
    batchCircleLoss.valueAndGrad(x, y, { scale: 4, sampleWeight, reduction });
  const [summed, mean, none] = [
    one({ data: [3], shape: [] }, "sum"),
    one({ data: [3], shape: [] }, "mean"),
    one({ data: [0], shape: [] }, "mean"),
  ];
  expect(summed.value).toBeCloseTo(3 * plain.value, 12);
  expect(mean.value).toBeCloseTo(plain.value, 12);
  expect(none.value).toBe(0);
  for (const [i, g] of plain.grads.embeddings.data.entries()) {
    expect(summed.grads.embeddings.data[i]).toBeCloseTo(3 * g, 12);
    expect(mean.grads.embeddings.data[i]).toBeCloseTo(g, 12);
    expect(Math.abs(none.grads.embeddings.data[i] as number)).toBe(0);
  }
  expect(() => one({ data: [1, 1], shape: [2] }, "sum")).toThrow("sampleWeight is [2], expected []");
  expect(() => batchCircleLoss(x, y, { reduction: "none" })).toThrow('pooling "batch" gives one number');
});
