import { expect, it } from "vitest";
import { describeLoss } from "../../../../test/harness/describeLoss.ts";
import type { Sample } from "../../../../test/harness/samples.ts";
import { wassersteinCriticLoss } from "./wassersteinCriticLoss.ts";
import { wassersteinGeneratorLoss } from "./wassersteinGeneratorLoss.ts";

describeLoss(wassersteinGeneratorLoss, {
  atInfinity: ({ sign }) => [sign * Number.NEGATIVE_INFINITY, -1],
  reference: ([fake]) => (fake as Sample).data.map((f) => -f),
  options: [{}],
  accuracy: { float32: 1e-7, float64: 2e-16 },
});

it("wassersteinGeneratorLoss: the critic's loss with its sign turned, as far as the generator moves it", () => {
  const fake = [0.5, -2, 3];
  const critic = wassersteinCriticLoss.valueAndGrad([1, 7], fake).grads.fake;
  const generator = wassersteinGeneratorLoss.valueAndGrad(fake).grads.fake;
  expect([...generator.data]).toEqual([...critic.data].map((g) => -g));
});
