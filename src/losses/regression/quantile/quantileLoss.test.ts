import { expect, it } from "vitest";
import { describeLoss } from "../../../../test/harness/describeLoss.ts";
import { slopesAtInfinity } from "../../../../test/harness/infinity.ts";
import { bendsAt } from "../../../../test/harness/kinks.ts";
import { seeded } from "../../../../test/harness/random.ts";
import type { Sample } from "../../../../test/harness/samples.ts";
import { l1Loss } from "../l1/l1Loss.ts";
import { type QuantileOptions, quantileLoss } from "./quantileLoss.ts";

describeLoss<QuantileOptions>(quantileLoss, {
  kinks: bendsAt(() => [0]),
  atInfinity: slopesAtInfinity(({ options: { quantile } }) => [1 - quantile, quantile]),
  reference: ([p, t], { quantile }) =>
    (p as Sample).data.map((x, i) => {
      const y = (t as Sample).data[i] as number;
      return y >= x ? quantile * (y - x) : (1 - quantile) * (x - y);
    }),
  options: [{}, { quantile: 0.1 }, { quantile: 0.99 }],
  accuracy: { float32: 4e-7, float64: 1e-15 },
});

const random = seeded(1);
const [p, t] = [0, 1].map(() => Float64Array.from({ length: 64 }, () => random.normal())) as [
  Float64Array,
  Float64Array,
];

it("quantileLoss: too low costs q a unit, too high 1 − q, exact nothing with gradient 0", () => {
  const { value, grads } = quantileLoss.valueAndGrad([0, 2, 1], [1, 1, 1], { quantile: 0.75, reduction: "none" });
  expect([...value.data]).toEqual([0.75, 0.25, 0]);
  expect([...grads.predictions.data]).toEqual([-0.75, 0.25, 0]);
});

it("quantileLoss: at 0.5 half of l1Loss; with the arguments swapped the opposite quantile", () => {
  expect(quantileLoss(p, t)).toBeCloseTo(l1Loss(p, t) / 2, 15);
  expect(quantileLoss(p, t, { quantile: 0.2 })).toBeCloseTo(quantileLoss(t, p, { quantile: 0.8 }), 15);
});

it("quantileLoss: its best constant is that quantile of the targets", () => {
  const data = Float64Array.from({ length: 101 }, (_, i) => i ** 2);
  const at = (constant: number) => quantileLoss(new Float64Array(101).fill(constant), data, { quantile: 0.9 });
  for (const other of [89 ** 2, 91 ** 2, 50, 1e4]) expect(at(other)).toBeGreaterThan(at(90 ** 2));
});

it("quantileLoss refuses the quantiles 0 and 1", () => {
  for (const quantile of [0, 1, -0.5, 90, Number.NaN])
    expect(() => quantileLoss(p, t, { quantile })).toThrow(`quantileLoss: quantile is ${quantile}, outside (0, 1)`);
});
