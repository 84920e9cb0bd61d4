import { expect, it } from "vitest";
import { describeLoss } from "../../../../test/harness/describeLoss.ts";
import type { Sample } from "../../../../test/harness/samples.ts";
import { type GradientPenaltyOptions, gradientPenalty } from "./gradientPenalty.ts";
import { wassersteinCriticLoss } from "./wassersteinCriticLoss.ts";
import { wassersteinGeneratorLoss } from "./wassersteinGeneratorLoss.ts";

const mean = ({ data }: Sample) => data.reduce((a, b) => a + b, 0) / data.length;

describeLoss(wassersteinCriticLoss, {
  reference: ([real, fake]) => [mean(fake as Sample) - mean(real as Sample)],
  options: [{}],
  // The two means are of opposite sign, so that their difference does not cancel.
  draw: { real: (random) => -random.uniform(), fake: (random) => random.uniform() },
  accuracy: { float32: 1e-14, float64: 1e-14 },
  gradientAccuracy: { float32: 1e-7, float64: 1e-15 },
});

describeLoss(wassersteinGeneratorLoss, {
  reference: ([fake]) => (fake as Sample).data.map((f) => -f),
  options: [{}],
  accuracy: { float32: 1e-7, float64: 2e-16 },
});

describeLoss<GradientPenaltyOptions>(gradientPenalty, {
  reference: ([g], { weight = 10, target = 1, oneSided = false }) => {
    const { data, shape } = g as Sample;
    const columns = data.length / (shape[0] as number);
    return Array.from({ length: shape[0] as number }, (_, i) => {
      const norm = Math.hypot(...data.slice(i * columns, (i + 1) * columns));
      return weight * (oneSided ? Math.max(0, norm - target) : norm - target) ** 2;
    });
  },
  options: [{}, { weight: 3, target: 0 }, { oneSided: true, target: 2 }],
  accuracy: { float32: 1e-6, float64: 1e-14, floor: 1e-2 },
});

it("gradientPenalty: 0 at norm 1, weight at a zero gradient, whose gradient is 0", () => {
  const { value, grads } = gradientPenalty.valueAndGrad(
    [
      [0.6, 0.8],
      [0, 0],
      [3, 4],
    ],
    { reduction: "none" },
  );
  expect([...value.data]).toEqual([0, 10, 160]);
  expect([...grads.gradients.data]).toEqual([0, 0, 0, 0, 48, 64]);
});

it("wassersteinCriticLoss: the sides may differ in length; a constant added to both changes nothing", () => {
  const { value, grads } = wassersteinCriticLoss.valueAndGrad([1, 3], [5, 6, 7, 6]);
  expect(value).toBe(4);
  expect([...grads.real.data]).toEqual([-0.5, -0.5]);
  expect([...grads.fake.data]).toEqual([0.25, 0.25, 0.25, 0.25]);
  expect(wassersteinCriticLoss([101, 103], [105, 106, 107, 106])).toBe(4);
});
