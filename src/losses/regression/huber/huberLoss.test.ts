import { expect, it } from "vitest";
import { describeLoss } from "../../../../test/harness/describeLoss.ts";
import { slopesAtInfinity } from "../../../../test/harness/infinity.ts";
import { bendsAt } from "../../../../test/harness/kinks.ts";
import { seeded } from "../../../../test/harness/random.ts";
import type { Sample } from "../../../../test/harness/samples.ts";
import { l2Loss } from "../l2/l2Loss.ts";
import { type HuberOptions, huberLoss } from "./huberLoss.ts";

describeLoss<HuberOptions>(huberLoss, {
  kinks: bendsAt(({ delta }) => [delta]),
  atInfinity: slopesAtInfinity(({ options: { delta } }) => [delta, delta]),
  reference: ([p, t], { delta }) =>
    (p as Sample).data.map((x, i) => {
      const e = Math.abs(x - ((t as Sample).data[i] as number));
      return e <= delta ? (e * e) / 2 : delta * (e - delta / 2);
    }),
  options: [{}, { delta: 0.3 }, { delta: 5 }],
  accuracy: { float32: 4e-7, float64: 1e-15 },
});

it("huberLoss: known values, and gradient 0 at 0", () => {
  const { value, grads } = huberLoss.valueAndGrad([0.5, 3, -2, 0], [0, 0, 0, 0], { reduction: "none" });
  expect([...value.data]).toEqual([0.125, 2.5, 1.5, 0]);
  expect([...grads.predictions.data]).toEqual([0.5, 1, -1, 0]);
});

it("huberLoss: a large delta gives half of l2Loss, with its gradient", () => {
  const random = seeded(1);
  const [p, t] = [0, 1].map(() => Float64Array.from({ length: 50 }, () => 10 * random.normal())) as [
    Float64Array,
    Float64Array,
  ];
  const [huber, l2] = [huberLoss.valueAndGrad(p, t, { delta: 1e6 }), l2Loss.valueAndGrad(p, t)];
  expect(huber.value).toBeCloseTo(l2.value / 2, 12);
  for (const [i, g] of huber.grads.predictions.data.entries())
    expect(g).toBeCloseTo((l2.grads.predictions.data[i] as number) / 2, 15);
});

it("huberLoss: infinities keep the slope delta", () => {
  const { value, grads } = huberLoss.valueAndGrad([Number.POSITIVE_INFINITY], [0], { delta: 2 });
  expect([value, grads.predictions.data[0]]).toEqual([Number.POSITIVE_INFINITY, 2]);
});
