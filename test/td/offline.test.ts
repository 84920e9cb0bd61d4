/** The experiments' own learner, and what they share. */
import { expect, it } from "vitest";
import { type Line, linePlot, spread } from "../../src/cli/report/lines.ts";
import { coin, rootMeanSquare, seedOf } from "../../src/cli/td/experiment.ts";
import { learnOffline } from "../../src/cli/td/offline.ts";
import { type Environment, randomWalk, tdPolicyEvaluation } from "../../src/index.ts";

/** States 0 → 1 → 0 → end, rewards 1, 2, 4. */
function backAndForth(): Environment {
  let steps = 0;
  return {
    states: 2,
    reset: () => {
      steps = 0;
      return 0;
    },
    step: (state) => ({ state: 1 - state, reward: 2 ** steps, done: steps++ === 2 }),
  };
}

const once = { environment: backAndForth(), policy: () => 0, stepSize: 0.5, episodes: 1, seed: 0, onEpisode: () => {} };

it("lambda 1 is every-visit Monte Carlo: each visit moves its state to the return, in turn", () => {
  // Returns 7, 6, 4: V(0) goes to 3.5, then half way to 4; V(1) half way from 2 to 6.
  expect([...learnOffline({ ...once, lambda: 1, initial: [0, 2] })]).toEqual([3.75, 4]);
});

it("lambda 0 looks one step ahead, at the values before the episode", () => {
  // Targets 1 + 2, 2 + 0, 4.
  expect([...learnOffline({ ...once, lambda: 0, initial: [0, 2] })]).toEqual([0.5 * 1.5 + 2, 2]);
});

it("meets the same walks as tdPolicyEvaluation with the same seed", () => {
  const steps: string[][] = [];
  const watched = (): Environment => {
    const list: string[] = [];
    steps.push(list);
    const walk = randomWalk();
    return {
      ...walk,
      step: (state, action, random) => {
        list.push(`${state}${action}`);
        return walk.step(state, action, random);
      },
    };
  };
  const common = { policy: coin, stepSize: 0.1, episodes: 20, initial: [0, 0, 0, 0, 0], seed: 9 };
  tdPolicyEvaluation({ ...common, environment: watched() });
  learnOffline({ ...common, environment: watched(), lambda: 1, onEpisode: () => {} });
  expect(steps[0]).toEqual(steps[1]);
  expect(steps[0]?.length).toBeGreaterThan(100);
});

it("runs of neighbouring seeds share no run's seed", () => {
  const seeds = [0, 1, 2, 2 ** 31 - 1].flatMap((seed) =>
    Array.from({ length: 1000 }, (_, run) => seedOf({ runs: 1000, seed }, run)),
  );
  expect(new Set(seeds).size).toBe(4000);
  for (const seed of seeds) expect(Number.isInteger(seed) && seed >= 0 && seed < 2 ** 32).toBe(true);
});

it("rootMeanSquare: by hand", () => {
  expect(rootMeanSquare([1, 2], [1, 5])).toBeCloseTo(3 / Math.SQRT2, 12);
});

it("names behind neighbouring lines keep their order and their distance", () => {
  expect(spread([5, 1, 1.5, 9], 2)).toEqual([5, 1, 3, 9]);
});

it("a diverged line leaves no NaN in the drawing", () => {
  const line: Line = {
    name: "λ = 1 <b>",
    colour: "red",
    points: [0.1, 0.2, 1e300, Number.POSITIVE_INFINITY, Number.NaN].map((y, x) => ({ x, y })),
  };
  const axis = { label: "x", domain: [0, 4] } as const;
  const { markup } = linePlot("title", [{ ...line, labelled: { x: 0, y: 0.1 } }], axis, { label: "y", domain: [0, 1] });
  expect(markup).not.toMatch(/NaN|Infinity|<b>/);
  expect(markup).toContain("λ = 1 &lt;b&gt;");
});
