import { expect, it } from "vitest";
import type { AnyLoss } from "../../../../test/harness/calls.ts";
import { beyondSquares, countedWeight, describeLoss, fourthPowers } from "../../../../test/harness/describeLoss.ts";
import { plainDistance, rowsOf } from "../../../../test/harness/points.ts";
import { seeded } from "../../../../test/harness/random.ts";
import type { Sample } from "../../../../test/harness/samples.ts";
import { type BatchAllTripletOptions, batchAllTripletLoss } from "./batchAllTripletLoss.ts";
import { type BatchHardTripletOptions, batchHardTripletLoss } from "./batchHardTripletLoss.ts";
import { type SemiHardTripletOptions, semiHardTripletLoss } from "./semiHardTripletLoss.ts";

/** Distances of an anchor to those of its own identity and to the others, in index order. */
function neighbours([x, y]: readonly Sample[], distance: "euclidean" | "squared" | "cosine" = "euclidean") {
  const rows = rowsOf(x as Sample);
  const labels = (y as Sample).data;
  return rows.map((row, i) => {
    const others = rows.flatMap((other, j) =>
      j === i ? [] : [{ d: plainDistance(distance, row, other), same: labels[i] === labels[j] }],
    );
    return {
      near: others.filter(({ same }) => same).map(({ d }) => d),
      far: others.filter(({ same }) => !same).map(({ d }) => d),
    };
  });
}

const draw = { labels: (random: { below(count: number): number }) => random.below(3) };
const loose = { float32: 1e-5, float64: 1e-13, floor: 1, least: 1 };
const gradientAccuracy = { float32: 4e-5, float64: 1e-12, least: 0.1 };

describeLoss<BatchHardTripletOptions>(batchHardTripletLoss, {
  extreme: beyondSquares,
  reference: (inputs, { margin, soft, distance }) =>
    neighbours(inputs, distance).map(({ near, far }) => {
      if (!near.length || !far.length) return 0;
      const gap = Math.max(...near) - Math.min(...far);
      return soft ? Math.log1p(Math.exp(-Math.abs(gap))) + Math.max(0, gap) : Math.max(0, gap + margin);
    }),
  divisor: (inputs, _, weights) =>
    countedWeight(
      weights,
      neighbours(inputs).map(({ near, far }) => near.length > 0 && far.length > 0),
    ),
  options: [{}, { soft: true }, { distance: "squared", margin: 1 }, { distance: "cosine" }],
  accuracy: { ...loose, float32: 4e-6, least: 10 },
  gradientAccuracy,
  draw,
  spreads: true,
});

const semiHard = (inputs: readonly Sample[], { margin, distance }: Required<SemiHardTripletOptions>) =>
  neighbours(inputs, distance).map(({ near, far }) =>
    near.flatMap((d) => {
      const within = far.filter((other) => other > d && other < d + margin);
      return within.length ? [d - Math.min(...within) + margin] : [];
    }),
  );

describeLoss<SemiHardTripletOptions>(semiHardTripletLoss, {
  extreme: fourthPowers,
  reference: (inputs, options) =>
    semiHard(inputs, options).map((found) => found.reduce((sum, h) => sum + h, 0) / Math.max(1, found.length)),
  divisor: (inputs, options, weights) =>
    countedWeight(
      weights,
      semiHard(inputs, options).map(({ length }) => length > 0),
    ),
  options: [{}, { margin: 2, distance: "squared" }],
  accuracy: { ...loose, least: 10 },
  gradientAccuracy,
  draw,
  spreads: true,
});

describeLoss<BatchAllTripletOptions>(batchAllTripletLoss, {
  extreme: fourthPowers,
  reference: (inputs, { margin, distance, average }) => {
    const all = neighbours(inputs, distance).flatMap(({ near, far }) =>
      near.flatMap((d) => far.map((other) => Math.max(0, d - other + margin))),
    );
    const count = average === "all" ? all.length : all.filter((h) => h > 0).length;
    return [all.reduce((sum, h) => sum + h, 0) / Math.max(1, count)];
  },
  options: [{}, { average: "all" }, { distance: "squared", margin: 1 }, { distance: "cosine" }],
  accuracy: loose,
  gradientAccuracy,
  draw,
});

const batch = (n: number, d: number, offset = 0) => {
  const random = seeded(42);
  return {
    x: { data: Float32Array.from({ length: n * d }, () => offset + random.normal()), shape: [n, d] },
    labels: Int32Array.from({ length: n }, (_, i) => i % 4),
  };
};
const losses: AnyLoss[] = [batchHardTripletLoss, semiHardTripletLoss, batchAllTripletLoss];

it("batch triplet losses: one identity, or one sample of each, gives 0 with gradient 0", () => {
  const { x } = batch(4, 3);
  for (const loss of losses)
    for (const labels of [
      [1, 1, 1, 1],
      [1, 2, 3, 4],
    ]) {
      const { value, grads } = loss.valueAndGrad(x, labels);
      expect([value, ...grads.embeddings.data].every((v: number) => v === 0)).toBe(true);
    }
});

it("batch triplet losses: an offset of 1e4 changes f32 no more than rounding the inputs does", () => {
  const { x, labels } = batch(32, 8, 1e4);
  const exact = { data: Float64Array.from(x.data), shape: x.shape };
  for (const loss of losses) expect(loss(x, labels) / loss(exact, labels)).toBeCloseTo(1, 4);
});

it("batch triplet losses: permutation, relabelling and rotation change nothing", () => {
  const { x, labels } = batch(16, 2);
  const data = Float64Array.from(x.data);
  const order = Array.from({ length: 16 }, (_, i) => (7 * i + 3) % 16);
  const permuted = { data: order.flatMap((i) => [...data.slice(2 * i, 2 * i + 2)]), shape: [16, 2] };
  const turned = data.map((v, i) =>
    i % 2 ? 0.8 * v + 0.6 * (data[i - 1] as number) : 0.8 * v - 0.6 * (data[i + 1] as number),
  );
  for (const loss of losses) {
    const wanted = loss({ data, shape: [16, 2] }, labels);
    expect(
      loss(
        permuted,
        order.map((i) => labels[i] as number),
      ),
    ).toBeCloseTo(wanted, 12);
    expect(
      loss(
        { data, shape: [16, 2] },
        labels.map((label) => 1000 - 7 * label),
      ),
    ).toBeCloseTo(wanted, 12);
    expect(loss({ data: turned, shape: [16, 2] }, labels)).toBeCloseTo(wanted, 12);
  }
});

it("batchHardTripletLoss: a collapsed batch gives the margin; a zero vector has cosine 0", () => {
  const { value, grads } = batchHardTripletLoss.valueAndGrad(
    [
      [1, 2],
      [1, 2],
      [1, 2],
    ],
    [0, 0, 1],
  );
  expect(value).toBeCloseTo(0.3, 12);
  expect([...grads.embeddings.data].every((g) => g === 0)).toBe(true);
  expect(
    batchHardTripletLoss(
      [
        [0, 0],
        [1, 0],
        [0, 1],
      ],
      [0, 0, 1],
      { distance: "cosine", reduction: "none" },
    ).data[0],
  ).toBe(0.3);
});
