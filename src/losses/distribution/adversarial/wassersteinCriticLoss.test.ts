import { expect, it } from "vitest";
import { describeLoss } from "../../../../test/harness/describeLoss.ts";
import type { Sample } from "../../../../test/harness/samples.ts";
import { wassersteinDistance } from "../wasserstein/wassersteinDistance.ts";
import { wassersteinCriticLoss } from "./wassersteinCriticLoss.ts";

const mean = ({ data }: Sample) => data.reduce((a, b) => a + b, 0) / data.length;

describeLoss(wassersteinCriticLoss, {
  reference: ([real, fake]) => [mean(fake as Sample) - mean(real as Sample)],
  options: [{}],
  // The two means are of opposite sign, so that their difference does not cancel.
  draw: { real: (random) => -random.uniform(), fake: (random) => random.uniform() },
  accuracy: { float32: 1e-14, float64: 1e-14 },
  gradientAccuracy: { float32: 1e-7, float64: 1e-15 },
});

it("wassersteinCriticLoss: the sides may differ in length; a constant added to both changes nothing", () => {
  const { value, grads } = wassersteinCriticLoss.valueAndGrad([1, 3], [5, 6, 7, 6]);
  expect(value).toBe(4);
  expect([...grads.real.data]).toEqual([-0.5, -0.5]);
  expect([...grads.fake.data]).toEqual([0.25, 0.25, 0.25, 0.25]);
  expect(wassersteinCriticLoss([101, 103], [105, 106, 107, 106])).toBe(4);
});

it("wassersteinCriticLoss: of a 1-Lipschitz critic, minus it is a lower bound of the Wasserstein distance", () => {
  const [real, fake] = [
    [0.3, 2, -1, 0.5],
    [3, 1, 4, 1.5, 9],
  ];
  const distance = wassersteinDistance(real, fake);
  for (const critic of [(x: number) => -x, Math.sin, Math.tanh, (x: number) => -Math.abs(x - 2)])
    expect(-wassersteinCriticLoss(real.map(critic), fake.map(critic))).toBeLessThanOrEqual(distance);
  // Here every fake lies above its real partner, so the best critic is x → −x.
  const best = wassersteinCriticLoss(
    real.map((x) => -x),
    fake.map((x) => -x),
  );
  expect(-best).toBeCloseTo(distance, 14);
});
