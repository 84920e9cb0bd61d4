import { expect, it } from "vitest";
import type { Environment, Policy } from "./environment.ts";
import { lambdaReturns } from "./lambdaReturns.ts";
import { randomWalk } from "./randomWalk.ts";
import { tdLambda } from "./tdLambda.ts";
import { tdPolicyEvaluation } from "./tdPolicyEvaluation.ts";

const coin: Policy = (_, random) => random.below(2);

/** States 0 → 1 → 2 → end, rewards 1, 2, 3, whatever is done. */
const chain: Environment = {
  states: 3,
  reset: () => 0,
  step: (state) => ({ state: state + 1, reward: state + 1, done: state === 2 }),
};

it("tdLambda: lambda 0 is TD(0) to the bit", () => {
  const common = { environment: randomWalk(), policy: coin, stepSize: 0.1, episodes: 30, seed: 4 };
  expect(tdLambda({ ...common, lambda: 0 })).toEqual(tdPolicyEvaluation(common));
});

it("tdLambda: where no state comes twice, an episode moves every value to its λ-return by α", () => {
  const initial = [0.5, -1, 2];
  for (const lambda of [0.3, 1]) {
    const { values } = tdLambda({
      environment: chain,
      policy: () => 0,
      stepSize: 1e-6,
      discount: 0.5,
      episodes: 1,
      initial,
      lambda,
    });
    // Equal to first order in α: the values move while the episode runs.
    const returns = lambdaReturns([1, 2, 3], [-1, 2, 0], [0, 0, 1], { discount: 0.5, lambda }).data;
    for (const [s, v] of initial.entries())
      expect(((values.data[s] as number) - v) / 1e-6).toBeCloseTo((returns[s] as number) - v, 4);
  }
});

it("tdLambda: lambda 1 moves every state by the return, as Monte Carlo", () => {
  const once = tdLambda({ environment: chain, policy: () => 0, stepSize: 0.1, discount: 0.5, episodes: 1, lambda: 1 });
  expect([...once.values.data]).toEqual([0.275, 0.35, 0.3].map((v) => expect.closeTo(v, 12)));
});

it("tdLambda: traces accumulate on a state that comes twice, and begin anew with an episode", () => {
  // 0 → 0 → end, reward 1 at the end.
  let steps = 0;
  const twice: Environment = {
    states: 1,
    reset: () => {
      steps = 0;
      return 0;
    },
    step: () => ({ state: 0, reward: steps, done: steps++ === 1 }),
  };
  const learn = (episodes: number) =>
    tdLambda({ environment: twice, policy: () => 0, stepSize: 0.5, lambda: 0.5, episodes }).values.data[0];
  expect(learn(1)).toBe(0.75);
  // δ = 0, then 1 − 0.75 along a trace of 1.5.
  expect(learn(2)).toBe(0.75 + 0.5 * 0.25 * 1.5);
});

it("tdLambda: refuses a missing or wrong lambda", () => {
  const common = { environment: chain, policy: () => 0, stepSize: 0.5, episodes: 1 };
  expect(() => tdLambda(common as never)).toThrow("tdLambda: lambda is missing; expected a number in [0, 1]");
  expect(() => tdLambda({ ...common, lambda: 1.5 })).toThrow("tdLambda: lambda is 1.5, outside [0, 1]");
});
