import { expect, it } from "vitest";
import { describeLoss } from "../../../../test/harness/describeLoss.ts";
import type { Sample } from "../../../../test/harness/samples.ts";
import { type HuberOptions, huberLoss } from "./huber.ts";

describeLoss<HuberOptions>(huberLoss, {
  reference: ([p, t], { delta = 1 }) =>
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
