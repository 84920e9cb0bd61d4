import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import type { Environment, Policy } from "./environment.ts";
import type { EpisodeReport } from "./policyEvaluation.ts";
import { randomWalk } from "./randomWalk.ts";
import { tdLoss } from "./tdLoss.ts";
import { tdPolicyEvaluation } from "./tdPolicyEvaluation.ts";

const coin: Policy = (_, random) => random.below(2);
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
const alongChain = { environment: chain, policy: () => 0, stepSize: 0.5, discount: 0.5, episodes: 1 };

it("tdPolicyEvaluation: one episode by hand, and convergence to the discounted sums", () => {
  const once = tdPolicyEvaluation({ ...alongChain, initial: [1, 2, 4] });
  expect([...once.values.data]).toEqual([1.5, 3, 3.5]);
  expect([...once.errors]).toEqual([2]);
  const { values, errors, episodes } = tdPolicyEvaluation({ ...alongChain, episodes: 1000, tolerance: 1e-12 });
  expect(episodes).toBeLessThan(100);
  expect(errors).toHaveLength(episodes);
  expect(errors.findIndex((error) => error <= 1e-12)).toBe(episodes - 1);
  expect([...values.data]).toEqual([1 + 0.5 * (2 + 0.5 * 3), 3.5, 3].map((v) => expect.closeTo(v, 10)));
});

it("tdPolicyEvaluation: without tolerance all episodes are run, also behind one that taught nothing", () => {
  // From zeros, a walk that leaves on the left has no error at all.
  const common = { environment: randomWalk(), policy: coin, stepSize: 0.1, seed: 1, episodes: 50 };
  const seeds = Array.from({ length: 20 }, (_, seed) => tdPolicyEvaluation({ ...common, seed }));
  expect(seeds.some(({ errors }) => errors[0] === 0)).toBe(true);
  for (const { episodes } of seeds) expect(episodes).toBe(50);
});

it("tdPolicyEvaluation: terminal is not time-out: a truncated episode ends and keeps the next value in the target", () => {
  const cut = (flags: { done: boolean; truncated?: boolean }): Environment => ({
    states: 2,
    reset: () => 0,
    step: () => ({ state: 1, reward: 1, ...flags }),
  });
  const learn = (flags: { done: boolean; truncated?: boolean }) =>
    tdPolicyEvaluation({ ...alongChain, environment: cut(flags), initial: [0, 8] }).values.data;
  expect([...learn({ done: true })]).toEqual([0.5, 8]);
  expect([...learn({ done: false, truncated: true })]).toEqual([2.5, 8]);
  expect([...learn({ done: true, truncated: true })]).toEqual([0.5, 8]);
});

it("tdPolicyEvaluation: a world without end, cut off every three steps, has its value 1 / (1 − γ)", () => {
  let steps = 0;
  const endless: Environment = {
    states: 1,
    reset: () => 0,
    step: () => ({ state: 0, reward: 1, done: false, truncated: ++steps % 3 === 0 }),
  };
  const { values } = tdPolicyEvaluation({ ...alongChain, environment: endless, discount: 0.9, episodes: 500 });
  expect(values.data[0]).toBeCloseTo(10, 6);
});

it("tdPolicyEvaluation: one update goes down the gradient of tdLoss", () => {
  const before = [1, 2, 4];
  const { grads } = tdLoss.valueAndGrad(before, [1, 2, 3], [2, 4, 0], [0, 0, 1], { discount: 0.5, reduction: "sum" });
  const { values } = tdPolicyEvaluation({ ...alongChain, initial: before });
  expect([...values.data]).toEqual(before.map((v, s) => v - 0.5 * (grads.values.data[s] as number)));
});

it("tdPolicyEvaluation: rewards and first values scaled by 4 scale the values by 4, to the bit", () => {
  const common = { policy: coin, stepSize: 0.1, episodes: 30, seed: 7 };
  const plain = tdPolicyEvaluation({ ...common, environment: randomWalk(), initial: [1, 1, 1, 1, 1] });
  const scaled = tdPolicyEvaluation({ ...common, environment: randomWalk(5, { right: 4 }), initial: [4, 4, 4, 4, 4] });
  expect([...scaled.values.data]).toEqual([...plain.values.data].map((v) => 4 * v));
});

it("tdPolicyEvaluation: tells of every episode; the same seed gives the same run, another seed another one", () => {
  const run = (seed: number) => {
    const reports: Omit<EpisodeReport, "values">[] = [];
    const onEpisode = ({ episode, error }: EpisodeReport) => void reports.push({ episode, error });
    const result = tdPolicyEvaluation({
      environment: randomWalk(),
      policy: coin,
      stepSize: 0.1,
      episodes: 20,
      seed,
      onEpisode,
    });
    expect(reports.map(({ episode }) => episode)).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
    expect(reports.map(({ error }) => error)).toEqual([...result.errors]);
    return result;
  };
  expect(run(3)).toEqual(run(3));
  expect(run(3)).not.toEqual(run(4));
});

it("tdPolicyEvaluation: refuses options it cannot use, naming function and option", () => {
  const call = (extra: object) => () => tdPolicyEvaluation({ ...alongChain, ...extra } as never);
  expect(call({ stepSize: 0 })).toThrow("tdPolicyEvaluation: stepSize is 0, outside (0, 1]");
  expect(call({ stepSize: undefined })).toThrow("tdPolicyEvaluation: stepSize is missing");
  expect(call({ episodes: 1.5 })).toThrow("episodes is 1.5, expected a whole number");
  expect(call({ seed: -1 })).toThrow("seed is -1, outside [0, 4294967295]");
  expect(call({ tolerance: -1 })).toThrow("tolerance is -1, outside [0, ∞)");
  expect(call({ policy: 1 })).toThrow("tdPolicyEvaluation: policy is the number 1, expected a function");
  expect(call({ onEpisode: 1 })).toThrow("tdPolicyEvaluation: onEpisode is the number 1, expected a function");
  expect(call({ alpha: 1 })).toThrow('unknown option "alpha"');
  expect(call({ lambda: 1 })).toThrow('unknown option "lambda"');
  expect(call({ initial: [1] })).toThrow("initial is [1], expected [3]");
  expect(() => tdPolicyEvaluation(undefined as never)).toThrow("environment is missing; expected");
});
