import { expect, it } from "vitest";
import { withLengths } from "../../../../test/harness/calls.ts";
import { describeLoss } from "../../../../test/harness/describeLoss.ts";
import { slopesAtInfinity } from "../../../../test/harness/infinity.ts";
import { rowsOf } from "../../../../test/harness/points.ts";
import { seeded } from "../../../../test/harness/random.ts";
import type { Sample } from "../../../../test/harness/samples.ts";
import { type MultiQuantileOptions, multiQuantileLoss } from "./multiQuantileLoss.ts";
import { quantileLoss } from "./quantileLoss.ts";

/** Quantiles that float32 holds exactly. */
const spread = (columns: number) => Array.from({ length: columns }, (_, j) => Math.fround((j + 0.5) / columns));

// The number of columns is that of the quantiles, so it is tried by hand: below, at and beyond the lengths of a vector.
for (const columns of [1, 2, 3, 4, 5, 7, 11])
  describeLoss<MultiQuantileOptions>(withLengths(multiQuantileLoss, { Q: columns }), {
    atInfinity: slopesAtInfinity(({ argument, row, options: { quantiles } }) => {
      const all = quantiles as number[];
      const moved = argument === "targets" ? all : [all[row % all.length] as number];
      const below = moved.reduce((sum, q) => sum + q);
      return [moved.length - below, below];
    }),
    kinks: ({ argument, row, sample }) =>
      argument === "predictions"
        ? [sample("targets").data[row] as number]
        : (rowsOf(sample("predictions"))[row] as number[]),
    reference: ([p, t], { quantiles }) =>
      (p as Sample).data.map((x, i) => {
        const y = (t as Sample).data[Math.floor(i / columns)] as number;
        const q = (quantiles as number[])[i % columns] as number;
        return y >= x ? q * (y - x) : (1 - q) * (x - y);
      }),
    options: [{ quantiles: spread(columns) }],
    accuracy: { float32: 4e-7, float64: 1e-15 },
  });

const random = seeded(3);
const t = Float64Array.from({ length: 6 }, () => random.normal());
const columns = [0.1, 0.5, 0.8].map((quantile) => ({
  quantile,
  data: Float64Array.from({ length: 6 }, () => random.normal()),
}));
const p = {
  data: Float64Array.from({ length: 18 }, (_, i) => columns[i % 3]?.data[Math.floor(i / 3)] as number),
  shape: [6, 3],
};

it("multiQuantileLoss is the mean of quantileLoss over its columns; a target gathers its row's gradients", () => {
  const { value, grads } = multiQuantileLoss.valueAndGrad(p, t, { quantiles: columns.map(({ quantile }) => quantile) });
  const singles = columns.map(({ quantile, data }) => quantileLoss.valueAndGrad(data, t, { quantile }));
  expect(value).toBeCloseTo(singles.reduce((sum, single) => sum + single.value, 0) / 3, 14);
  for (let i = 0; i < 6; i++) {
    const gathered = singles.reduce((sum, single) => sum + (single.grads.targets.data[i] as number), 0);
    expect(grads.targets.data[i]).toBeCloseTo(gathered / 3, 14);
  }
});

it("multiQuantileLoss: what does not fit is said", () => {
  const call =
    (quantiles: unknown, targets: unknown = t) =>
    () =>
      multiQuantileLoss(p, targets as Float64Array, { quantiles: quantiles as number[] });
  expect(call([0.1, 0.9])).toThrow("multiQuantileLoss: quantiles is [2], expected [3]");
  expect(call([0.1, 0.5, 1])).toThrow("multiQuantileLoss: quantiles[2] is 1, outside (0, 1)");
  expect(call([0.1, 0, 0.9])).toThrow("multiQuantileLoss: quantiles[1] is 0, outside (0, 1)");
  expect(call(0.5)).toThrow("multiQuantileLoss: quantiles is the number 0.5, expected an array");
  expect(call(undefined)).toThrow("multiQuantileLoss: quantiles is missing");
  expect(call([0.1, 0.5, 0.9], { data: t, shape: [6, 1] })).toThrow(
    "multiQuantileLoss: targets is [6, 1], expected [6] (predictions is [6, 3]; nothing is broadcast)",
  );
});
