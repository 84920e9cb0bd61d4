import { expect, it } from "vitest";
import { describeLoss } from "../../../../test/harness/describeLoss.ts";
import { expectClose } from "../../../../test/harness/expectClose.ts";
import { slopesAtInfinity } from "../../../../test/harness/infinity.ts";
import type { Sample } from "../../../../test/harness/samples.ts";
import { huberLoss } from "../huber/huberLoss.ts";
import { logCoshLoss } from "./logCoshLoss.ts";

/** log(cosh(r)) = log1p(2 sinh²(r/2)), which cancels nowhere. */
const logCosh = (r: number) => (Math.abs(r) > 300 ? Math.abs(r) - Math.LN2 : Math.log1p(2 * Math.sinh(r / 2) ** 2));

describeLoss(logCoshLoss, {
  atInfinity: slopesAtInfinity(() => [1, 1]),
  reference: ([p, t]) => (p as Sample).data.map((x, i) => logCosh(x - ((t as Sample).data[i] as number))),
  options: [{}],
  accuracy: { float32: 5e-7, float64: 1e-15 },
});

const sizes = Array.from({ length: 2001 }, (_, i) => 10 ** (-8 + i / 200));
sizes.push(1, 1 - 1e-7, 1 + 1e-7, 0.5, 1.0001);

for (const [array, bound] of [
  [Float32Array, 5e-7],
  [Float64Array, 1e-15],
] as const)
  it(`logCoshLoss: value and gradient have ${bound} relative accuracy from 1e-8 to 100, in ${array.name}`, () => {
    const p = array.from([...sizes, ...sizes.map((r) => -r)]);
    const { value, grads } = logCoshLoss.valueAndGrad(p, new array(p.length), { reduction: "none" });
    expectClose(value.data, Array.from(p, logCosh), bound, 0, "value");
    expectClose(grads.predictions.data, Array.from(p, Math.tanh), bound, 0, "gradient");
  });

it("logCoshLoss: 0 at 0, |r| − ln 2 far out without overflow, slope ±1 at infinities", () => {
  const far = 1e300;
  const { value, grads } = logCoshLoss.valueAndGrad([0, -far, 800, Number.NEGATIVE_INFINITY], [0, 0, 0, 0], {
    reduction: "none",
  });
  expect([...value.data]).toEqual([0, far, 800 - Math.LN2, Number.POSITIVE_INFINITY]);
  expect([...grads.predictions.data]).toEqual([0, -1, 1, -1]);
});

it("logCoshLoss lies below huberLoss and at most ln 2 − 1/2 below it", () => {
  const p = Float64Array.from({ length: 400 }, (_, i) => (i - 200) / 20);
  const none = { reduction: "none" } as const;
  const [own, huber] = [
    logCoshLoss(p, new Float64Array(400), none).data,
    huberLoss(p, new Float64Array(400), none).data,
  ];
  for (const [i, value] of own.entries()) {
    expect(value).toBeLessThanOrEqual(huber[i] as number);
    expect(value).toBeGreaterThanOrEqual((huber[i] as number) - (Math.LN2 - 0.5) - 1e-15);
  }
});
