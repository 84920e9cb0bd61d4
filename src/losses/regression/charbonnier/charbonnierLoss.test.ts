import { expect, it } from "vitest";
import { describeLoss } from "../../../../test/harness/describeLoss.ts";
import { slopesAtInfinity } from "../../../../test/harness/infinity.ts";
import type { Sample } from "../../../../test/harness/samples.ts";
import { l1Loss } from "../l1/l1Loss.ts";
import { type CharbonnierOptions, charbonnierLoss } from "./charbonnierLoss.ts";

describeLoss<CharbonnierOptions>(charbonnierLoss, {
  atInfinity: slopesAtInfinity(() => [1, 1]),
  reference: ([p, t], { epsilon }) =>
    (p as Sample).data.map((x, i) => Math.hypot(x - ((t as Sample).data[i] as number), epsilon)),
  options: [{}, { epsilon: 0.5 }, { epsilon: 10 }],
  accuracy: { float32: 4e-7, float64: 1e-15 },
});

it("charbonnierLoss: ε on the target, with gradient 0", () => {
  const { value, grads } = charbonnierLoss.valueAndGrad([3, 4], [3, 1], { epsilon: 4, reduction: "none" });
  expect([...value.data]).toEqual([4, 5]);
  expect([...grads.predictions.data]).toEqual([0, 0.6]);
});

it("charbonnierLoss: large errors do not overflow, infinities have slope ±1, an ε that float32 has not is harmless", () => {
  const p = Float32Array.from([3e38, -3e38, 0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]);
  for (const epsilon of [1e-3, 1e-60]) {
    const { value, grads } = charbonnierLoss.valueAndGrad(p, new Float32Array(5), { epsilon, reduction: "none" });
    expect([...value.data.subarray(0, 2)]).toEqual([p[0], p[0]]);
    expect(value.data[2]).toBeCloseTo(epsilon, 9);
    expect([...grads.predictions.data]).toEqual([1, -1, 0, 1, -1]);
  }
});

it("charbonnierLoss tends to l1Loss as ε goes to 0", () => {
  const p = Float64Array.from({ length: 40 }, (_, i) => Math.sin(i) * 3);
  const t = new Float64Array(40);
  for (const epsilon of [1e-3, 1e-6, 1e-9]) {
    const above = charbonnierLoss(p, t, { epsilon }) - l1Loss(p, t);
    expect(above).toBeGreaterThanOrEqual(0);
    expect(above).toBeLessThanOrEqual(epsilon);
  }
});

it("charbonnierLoss: an epsilon beyond float32 leaves no slope at a finite residual", () => {
  const { grads } = charbonnierLoss.valueAndGrad(Float32Array.of(3), Float32Array.of(0), { epsilon: 1e300 });
  expect(grads.predictions.data[0]).toBeCloseTo(0, 30);
});
