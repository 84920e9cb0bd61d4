import { expect, it } from "vitest";
import { describeLoss } from "../../../../test/harness/describeLoss.ts";
import { slopesAtInfinity } from "../../../../test/harness/infinity.ts";
import { seeded } from "../../../../test/harness/random.ts";
import type { Sample } from "../../../../test/harness/samples.ts";
import { l2Loss } from "../l2/l2Loss.ts";
import { type ExpectileOptions, expectileLoss } from "./expectileLoss.ts";

describeLoss<ExpectileOptions>(expectileLoss, {
  atInfinity: slopesAtInfinity(() => [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]),
  reference: ([p, t], { expectile }) =>
    (p as Sample).data.map((x, i) => {
      const y = (t as Sample).data[i] as number;
      return Math.abs(expectile - (x > y ? 1 : 0)) * (y - x) ** 2;
    }),
  options: [{}, { expectile: 0.1 }, { expectile: 0.99 }],
  accuracy: { float32: 4e-7, float64: 1e-15 },
});

const random = seeded(1);
const [p, t] = [0, 1].map(() => Float64Array.from({ length: 64 }, () => random.normal())) as [
  Float64Array,
  Float64Array,
];

it("expectileLoss: too low costs τ a squared unit, too high 1 − τ, exact nothing with gradient 0", () => {
  const { value, grads } = expectileLoss.valueAndGrad([0, 3, 1], [2, 1, 1], { expectile: 0.75, reduction: "none" });
  expect([...value.data]).toEqual([3, 1, 0]);
  expect([...grads.predictions.data]).toEqual([-3, 1, 0]);
  expect([...grads.targets.data]).toEqual([3, -1, -0]);
});

it("expectileLoss: at 0.5 half of l2Loss; with the arguments swapped the opposite expectile", () => {
  expect(expectileLoss(p, t)).toBeCloseTo(l2Loss(p, t) / 2, 15);
  expect(expectileLoss(p, t, { expectile: 0.2 })).toBeCloseTo(expectileLoss(t, p, { expectile: 0.8 }), 15);
});

// scipy.stats.expectile(numpy.arange(101.0) ** 2, alpha) of SciPy 1.10.1
it.each([
  [0.1, 1175.4068241469818],
  [0.5, 3350],
  [0.9, 6339.442379182157],
])("expectileLoss: its best constant at %d is SciPy's expectile of the targets", (expectile, best) => {
  const data = Float64Array.from({ length: 101 }, (_, i) => i ** 2);
  const at = (constant: number) =>
    expectileLoss.valueAndGrad(new Float64Array(101).fill(constant), data, { expectile }).grads.predictions.data;
  const slope = (constant: number) => at(constant).reduce((sum, g) => sum + g, 0);
  expect(slope(best)).toBeCloseTo(0, 9);
  expect(slope(best - 1)).toBeLessThan(-0.01);
  expect(slope(best + 1)).toBeGreaterThan(0.01);
});

it("expectileLoss: infinities cost infinitely much on either side", () => {
  const far = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  const { value, grads } = expectileLoss.valueAndGrad(far, [0, 0], { expectile: 0.9, reduction: "none" });
  expect([...value.data]).toEqual([Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]);
  expect([...grads.predictions.data]).toEqual(far);
});

it("expectileLoss refuses the expectiles 0 and 1", () => {
  for (const expectile of [0, 1, -0.5, 90, Number.NaN])
    expect(() => expectileLoss(p, t, { expectile })).toThrow(
      `expectileLoss: expectile is ${expectile}, outside (0, 1)`,
    );
});
