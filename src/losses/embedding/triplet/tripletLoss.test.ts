import { expect, it } from "vitest";
import { beyondSquares, describeLoss } from "../../../../test/harness/describeLoss.ts";
import { bendsAtZero } from "../../../../test/harness/kinks.ts";
import { plainDistance, rowsOf } from "../../../../test/harness/points.ts";
import type { Sample } from "../../../../test/harness/samples.ts";
import { type TripletOptions, tripletLoss } from "./tripletLoss.ts";

describeLoss<TripletOptions>(tripletLoss, {
  // An infinite difference has no direction, and of two infinite distances neither is the longer.
  atInfinity: ({ argument, sign, options: { distance, swap } }) => {
    if (distance === "cosine") return [Number.NaN, Number.NaN];
    if (argument === "negative") return [0, 0];
    if (argument === "anchor" && !swap) return [Number.NaN, distance === "euclidean" ? 0 : Number.NaN];
    return [Number.POSITIVE_INFINITY, distance === "euclidean" ? Number.NaN : sign * Number.POSITIVE_INFINITY];
  },
  kinks: bendsAtZero((row, { margin, distance, swap }) => {
    const between = (a: string, b: string) => plainDistance(distance, row(a), row(b));
    const far = between("anchor", "negative");
    const other = between("positive", "negative");
    return [
      between("anchor", "positive") - (swap ? Math.min(far, other) : far) + margin,
      ...(swap ? [far - other] : []),
    ];
  }),
  extreme: beyondSquares,
  reference: (inputs, { margin, distance, swap }) => {
    const [a, p, n] = inputs.map((sample) => rowsOf(sample as Sample)) as [number[][], number[][], number[][]];
    return a.map((row, i) => {
      const [own, other] = [p[i] as number[], n[i] as number[]];
      const far = [row, ...(swap ? [own] : [])].map((from) => plainDistance(distance, from, other));
      return Math.max(0, plainDistance(distance, row, own) - Math.min(...far) + margin);
    });
  },
  options: [{}, { margin: 0.2, distance: "squared" }, { distance: "cosine" }, { swap: true, margin: 0.5 }],
  accuracy: { float32: 1e-6, float64: 4e-15, floor: 1, least: 10 },
  gradientAccuracy: { float32: 1e-5, float64: 1e-13, least: 0.1 },
});

it("tripletLoss: known value, and identical embeddings give the margin with gradient 0", () => {
  expect(tripletLoss([[0, 0]], [[3, 4]], [[0, 1]])).toBe(5);
  for (const distance of ["euclidean", "squared"] as const) {
    const { value, grads } = tripletLoss.valueAndGrad([[1, 2]], [[1, 2]], [[1, 2]], { distance });
    expect(value).toBe(1);
    expect([...grads.anchor.data, ...grads.positive.data, ...grads.negative.data].map(Math.abs)).toEqual(
      Array(6).fill(0),
    );
  }
});

it("tripletLoss: exactly on the margin the gradient is 0", () => {
  const { value, grads } = tripletLoss.valueAndGrad([[0]], [[1]], [[2]]);
  expect([value, ...grads.anchor.data]).toEqual([0, 0]);
});

it("tripletLoss: an offset of 1e4 changes nothing in f32", () => {
  const shifted = (x: number) => ({ data: Float32Array.of(1e4 + x, 1e4), shape: [1, 2] });
  expect(tripletLoss(shifted(0), shifted(0.25), shifted(0.125), { margin: 0.5 })).toBe(0.625);
});
