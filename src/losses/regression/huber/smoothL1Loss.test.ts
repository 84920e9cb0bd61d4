import { expect, it } from "vitest";
import { describeLoss } from "../../../../test/harness/describeLoss.ts";
import { slopesAtInfinity } from "../../../../test/harness/infinity.ts";
import { bendsAt } from "../../../../test/harness/kinks.ts";
import { seeded } from "../../../../test/harness/random.ts";
import type { Sample } from "../../../../test/harness/samples.ts";
import { l1Loss } from "../l1/l1Loss.ts";
import { huberLoss } from "./huberLoss.ts";
import { type SmoothL1Options, smoothL1Loss } from "./smoothL1Loss.ts";

describeLoss<SmoothL1Options>(smoothL1Loss, {
  kinks: bendsAt(({ beta }) => [beta]),
  atInfinity: slopesAtInfinity(() => [1, 1]),
  reference: ([p, t], { beta }) =>
    (p as Sample).data.map((x, i) => {
      const e = Math.abs(x - ((t as Sample).data[i] as number));
      return e < beta ? (e * e) / (2 * beta) : e - beta / 2;
    }),
  options: [{}, { beta: 0 }, { beta: 0.3 }, { beta: 5 }],
  accuracy: { float32: 4e-7, float64: 1e-15 },
});

const random = seeded(1);
const [p, t] = [0, 1].map(() => Float64Array.from({ length: 50 }, () => 2 * random.normal())) as [
  Float64Array,
  Float64Array,
];

it("smoothL1Loss is huberLoss over beta", () => {
  for (const beta of [0.25, 1, 3]) {
    const [smooth, huber] = [
      smoothL1Loss.valueAndGrad(p, t, { beta }),
      huberLoss.valueAndGrad(p, t, { delta: beta, upstream: 1 / beta }),
    ];
    expect(smooth.value).toBeCloseTo(huber.value / beta, 14);
    for (const [i, g] of smooth.grads.predictions.data.entries())
      expect(g).toBeCloseTo(huber.grads.predictions.data[i] as number, 15);
  }
});

it("smoothL1Loss: beta 0, and what float32 takes for it, is l1Loss; the least betas give no NaN", () => {
  const single = [Float32Array.from([0, 1, 1e-45, -2]), new Float32Array(4)] as const;
  for (const beta of [0, 1e-60])
    expect(smoothL1Loss.valueAndGrad(...single, { beta })).toEqual(l1Loss.valueAndGrad(...single));
  const { value, grads } = smoothL1Loss.valueAndGrad(...single, { beta: 1.4e-45, reduction: "none" });
  expect([...value.data.slice(0, 2)]).toEqual([0, 1]);
  expect([...grads.predictions.data]).toEqual([0, 1, 1, -1]);
  expect(() => smoothL1Loss(p, t, { beta: -1 })).toThrow("smoothL1Loss: beta is -1, outside [0, ∞)");
});

it("smoothL1Loss and huberLoss: a corner beyond float32 is none", () => {
  const pair = [Float32Array.of(0, 3), Float32Array.of(0, 1)] as const;
  const smooth = smoothL1Loss.valueAndGrad(...pair, { beta: 1e300, reduction: "none" });
  expect([...smooth.value.data, ...smooth.grads.predictions.data]).toEqual([
    0,
    expect.closeTo(0, 30),
    0,
    expect.closeTo(0, 30),
  ]);
  const huber = huberLoss.valueAndGrad(...pair, { delta: 1e300, reduction: "none" });
  expect([...huber.value.data, ...huber.grads.predictions.data]).toEqual([0, 2, 0, 2]);
});
