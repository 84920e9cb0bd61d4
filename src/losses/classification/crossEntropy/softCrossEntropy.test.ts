import { expect, it } from "vitest";
import { describeLoss } from "../../../../test/harness/describeLoss.ts";
import { absentAtInfinity } from "../../../../test/harness/infinity.ts";
import { classRows, surprise } from "../../../../test/harness/rows.ts";
import type { Sample } from "../../../../test/harness/samples.ts";
import { crossEntropy } from "./crossEntropy.ts";
import { type SoftCrossEntropyOptions, softCrossEntropy } from "./softCrossEntropy.ts";

describeLoss<SoftCrossEntropyOptions>(softCrossEntropy, {
  atInfinity: absentAtInfinity(({ sample, row, column }) => {
    const { data, shape } = sample("targets");
    return data[row * (shape[1] as number) + column] as number;
  }),
  reference: ([logits, targets]) => {
    const t = classRows(targets as Sample);
    return classRows(logits as Sample).map((row, i) =>
      row.reduce((sum, _, c) => sum + (t[i]?.[c] ? (t[i]?.[c] as number) * surprise(row, c) : 0), 0),
    );
  },
  options: [{}],
  accuracy: { float32: 1e-6, float64: 3e-15, floor: 0.1 },
  gradientAccuracy: { float32: 1e-5, float64: 1e-13 },
});

const logits = { data: Float64Array.from([2, -1, 0.5, 0, 3, 1]), shape: [2, 3] };

it("softCrossEntropy: one-hot targets give crossEntropy; weights weigh classes and not the divisor", () => {
  const oneHot = { data: Float64Array.from([0, 0, 1, 0, 1, 0]), shape: [2, 3] };
  expect(softCrossEntropy(logits, oneHot)).toBeCloseTo(crossEntropy(logits, [2, 1]), 15);
  const weight = [1, 2, 0.5];
  const { value, grads } = softCrossEntropy.valueAndGrad(logits, oneHot, { weight });
  expect(value).toBeCloseTo(crossEntropy(logits, [2, 1], { weight, reduction: "sum" }) / 2, 14);
  const other = crossEntropy.valueAndGrad(logits, [2, 1], { weight, reduction: "sum" }).grads.logits.data;
  for (const [i, g] of grads.logits.data.entries()) expect(g).toBeCloseTo((other[i] as number) / 2, 14);
});

it("softCrossEntropy: 0 · (−∞) is 0", () => {
  const { value, grads } = softCrossEntropy.valueAndGrad([[0, Number.NEGATIVE_INFINITY]], [[1, 0]]);
  expect(value).toBe(0);
  expect([...grads.logits.data]).toEqual([0, 0]);
});

it.each([Float32Array, Float64Array])(
  "softCrossEntropy: masked by weight 0 and −∞ at once, a class is as if it were not there (%o)",
  (type) => {
    const row = type.of(0, Number.NEGATIVE_INFINITY, 1);
    const target = type.of(0.5, 0, 0.5);
    const surprise = [Math.log1p(Math.E), 0, Math.log1p(Math.E) - 1];
    for (const planes of [1, 2]) {
      // Two positions lie a plane apart.
      const shape = planes === 1 ? [1, 3] : [1, 3, 2];
      const spread = (data: typeof row) => ({
        data: type.from(Array.from({ length: 3 * planes }, (_, i) => data[Math.floor(i / planes)] as number)),
        shape,
      });
      for (const t of [0, 0.25]) {
        target[1] = t;
        const { value, grads } = softCrossEntropy.valueAndGrad(spread(row), spread(target), {
          weight: [1, 0, 1],
          reduction: "sum",
        });
        expect(value).toBeCloseTo(planes * (Math.log1p(Math.E) - 0.5), 6);
        for (const [c, wanted] of surprise.entries())
          for (let i = 0; i < planes; i++) expect(grads.targets.data[c * planes + i]).toBeCloseTo(wanted, 6);
        for (const g of grads.logits.data) expect(g).not.toBeNaN();
      }
    }
  },
);
