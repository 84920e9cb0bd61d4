import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { qLearning, sarsa } from "./control.ts";
import { cliffWalking, type Environment, randomWalk } from "./environment.ts";
import { tdLambda, tdPolicyEvaluation } from "./evaluation.ts";

const coin = (_: number, random: { below(count: number): number }) => random.below(2);
const truth = [1, 2, 3, 4, 5].map((i) => i / 6);
const rms = (values: ArrayLike<number>, wanted: readonly number[]) =>
  Math.sqrt(wanted.reduce((sum, w, i) => sum + (w - (values[i] as number)) ** 2, 0) / wanted.length);

/** RMS error after each episode of the five-state walk, averaged over runs. */
function curve(stepSize: number, runs: number): number[] {
  const mean = new Array<number>(100).fill(0);
  for (let seed = 0; seed < runs; seed++)
    tdPolicyEvaluation({
      environment: randomWalk(),
      policy: coin,
      stepSize,
      episodes: 100,
      initial: new Array(5).fill(0.5),
      seed,
      onEpisode: ({ episode, values }) => {
        mean[episode - 1] = (mean[episode - 1] as number) + rms(values, truth) / runs;
      },
    });
  return mean;
}

// The book prints its curves and no numbers: the stored ones are an independent simulation's of the same experiment.
it("tdPolicyEvaluation: the five-state walk's error follows the curves of Sutton and Barto's figure 6.2", () => {
  expect(rms(new Array(5).fill(0.5), truth)).toBeCloseTo(0.2357, 4);
  const stored: { curves: { stepSize: number; mean: number[]; std: number[] }[] } = JSON.parse(
    readFileSync(`${import.meta.dirname}/walk.golden.json`, "utf8"),
  );
  const runs = 100;
  const curves = stored.curves.map(({ stepSize, mean, std }) => {
    const came = curve(stepSize, runs);
    for (const episode of [1, 10, 25, 50, 100]) {
      // Four standard errors of the difference between means of 200 and of `runs` runs, and the stored rounding.
      const band = 4 * (std[episode - 1] as number) * Math.sqrt(1 / 200 + 1 / runs) + 1e-5;
      expect(Math.abs((came[episode - 1] as number) - (mean[episode - 1] as number))).toBeLessThan(band);
    }
    return came;
  });
  // Large steps learn faster and end higher.
  const [slow, middle, fast] = curves.map((errors) => ({ early: errors[9] as number, late: errors[99] as number }));
  expect(fast?.early).toBeLessThan(middle?.early as number);
  expect(middle?.early).toBeLessThan(slow?.early as number);
  expect(slow?.late).toBeLessThan(middle?.late as number);
  expect(middle?.late).toBeLessThan(fast?.late as number);
});

/** States 0 → 1 → 2 → end, rewards 1, 2, 3, whatever is done. */
const chain: Environment = {
  states: 3,
  reset: () => 0,
  step: (state) => ({ state: state + 1, reward: state + 1, done: state === 2 }),
};

it("tdPolicyEvaluation: one episode by hand, and convergence to the discounted sums", () => {
  const common = { environment: chain, policy: () => 0, stepSize: 0.5, discount: 0.5 };
  const once = tdPolicyEvaluation({ ...common, episodes: 1, initial: [1, 2, 4] });
  expect([...once.values.data]).toEqual([1.5, 3, 3.5]);
  expect([...once.errors]).toEqual([2]);
  const { values, errors, episodes } = tdPolicyEvaluation({ ...common, episodes: 1000, tolerance: 1e-12 });
  expect(episodes).toBeLessThan(100);
  expect(errors).toHaveLength(episodes);
  expect([...values.data]).toEqual([1 + 0.5 * (2 + 0.5 * 3), 3.5, 3].map((v) => expect.closeTo(v, 10)));
});

it("tdLambda: lambda 0 is TD(0) to the bit; lambda 1 moves every state by the return, as Monte Carlo", () => {
  const common = { environment: randomWalk(), policy: coin, stepSize: 0.1, episodes: 30, seed: 4 };
  expect(tdLambda({ ...common, lambda: 0 })).toEqual(tdPolicyEvaluation(common));
  const once = tdLambda({ environment: chain, policy: () => 0, stepSize: 0.1, discount: 0.5, episodes: 1, lambda: 1 });
  expect([...once.values.data]).toEqual([0.275, 0.35, 0.3].map((v) => expect.closeTo(v, 12)));
});

it("tdLambda: the nineteen-state walk learns within the first ten episodes, best between the extremes", () => {
  const wanted = Array.from({ length: 19 }, (_, i) => -0.9 + 0.1 * i);
  const early = (lambda: number, stepSize: number) => {
    let mean = 0;
    for (let seed = 0; seed < 40; seed++)
      tdLambda({
        environment: randomWalk(19, { left: -1 }),
        policy: coin,
        stepSize,
        lambda,
        episodes: 10,
        seed,
        onEpisode: ({ values }) => {
          mean += rms(values, wanted) / 400;
        },
      });
    return mean;
  };
  const [zero, some, one] = [early(0, 0.4), early(0.8, 0.2), early(1, 0.05)];
  expect(some).toBeLessThan(zero);
  expect(some).toBeLessThan(one);
  expect(some).toBeGreaterThan(0.22);
  expect(some).toBeLessThan(0.4);
});

it("cliff walking: Q-learning finds the shortest way, SARSA earns more while learning", () => {
  const online = { sarsa: 0, q: 0 };
  const common = { environment: cliffWalking(), stepSize: 0.5, episodes: 500 };
  for (let seed = 0; seed < 10; seed++) {
    const tail = (rewards: Float64Array) => rewards.slice(300).reduce((a, b) => a + b, 0) / 200 / 10;
    online.sarsa += tail(sarsa({ ...common, seed }).rewards);
    online.q += tail(qLearning({ ...common, seed }).rewards);
  }
  // The book tells of about −25 and −50; the bands are wide.
  expect(online.sarsa).toBeGreaterThan(-35);
  expect(online.sarsa).toBeLessThan(-18);
  expect(online.q).toBeGreaterThan(-65);
  expect(online.q).toBeLessThan(-38);
  const { values } = qLearning({ ...common, episodes: 5000 });
  const path = [36];
  for (let state = 36; state !== 47 && path.length < 50; ) {
    const row = [...values.data.slice(state * 4, state * 4 + 4)];
    state = common.environment.step(state, row.indexOf(Math.max(...row)), {
      uniform: () => 0,
      normal: () => 0,
      below: () => 0,
    }).state;
    path.push(state);
  }
  expect(path).toHaveLength(14);
});

it("the same seed gives the same run; another seed another one", () => {
  const run = (seed: number) => sarsa({ environment: cliffWalking(), stepSize: 0.5, episodes: 20, seed });
  expect(run(3)).toEqual(run(3));
  expect([...run(3).rewards]).not.toEqual([...run(4).rewards]);
});

it("refuse what they cannot use, naming function and option", () => {
  const common = { environment: chain, policy: () => 0, stepSize: 0.5, episodes: 1 };
  const call = (extra: object) => () => tdPolicyEvaluation({ ...common, ...extra } as never);
  expect(call({ stepSize: 0 })).toThrow("tdPolicyEvaluation: stepSize is 0, outside (0, 1]");
  expect(call({ stepSize: undefined })).toThrow("tdPolicyEvaluation: stepSize is missing");
  expect(call({ episodes: 1.5 })).toThrow("episodes is 1.5, expected a whole number");
  expect(call({ policy: 1 })).toThrow("tdPolicyEvaluation: policy is the number 1, expected a function");
  expect(call({ alpha: 1 })).toThrow('unknown option "alpha"');
  expect(call({ initial: [1] })).toThrow("initial is [1], expected [3]");
  expect(call({ environment: { ...chain, states: 2 } })).toThrow("environment.step gave state 2, outside 0…1");
  expect(call({ environment: undefined })).toThrow("environment.states is undefined");
  expect(() => qLearning({ ...common, environment: chain } as never)).toThrow('unknown option "policy"');
  expect(() => tdLambda(common as never)).toThrow("tdLambda: lambda is missing");
});
