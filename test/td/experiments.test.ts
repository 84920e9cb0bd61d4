/** The experiments fall where the book's figures put them, and where independent simulations of them fall. */
import { readFileSync } from "node:fs";
import { beforeAll, expect, it } from "vitest";
import { mean } from "../../src/cli/statistics.ts";
import { type CliffData, cliffExperiment } from "../../src/cli/td/cliff.ts";
import type { Finding } from "../../src/cli/td/experiment.ts";
import { type LambdaCurve, type LongWalkData, longWalkExperiment } from "../../src/cli/td/longWalk.ts";
import { randomWalkExperiment, type WalkData } from "../../src/cli/td/randomWalk.ts";

interface Summary<T> {
  readonly runs: number;
  readonly mean: T;
  readonly std: T;
}

const stored: {
  readonly monteCarlo: readonly (Summary<number[]> & { readonly stepSize: number })[];
  readonly longWalk: readonly (Summary<number> & {
    readonly method: string;
    readonly lambda: number;
    readonly stepSize: number;
  })[];
  readonly cliff: readonly (Summary<number> & { readonly method: string })[];
} = JSON.parse(readFileSync(`${import.meta.dirname}/experiments.golden.json`, "utf8"));

const RUNS = { walk: 100, longWalk: 40, cliff: 40 };

let walk: WalkData;
let longWalk: LongWalkData;
let cliff: CliffData;
beforeAll(async () => {
  const tick = async () => {};
  walk = await randomWalkExperiment.measure({ runs: RUNS.walk, seed: 0 }, tick);
  longWalk = await longWalkExperiment.measure({ runs: RUNS.longWalk, seed: 0 }, tick);
  cliff = await cliffExperiment.measure({ runs: RUNS.cliff, seed: 0 }, tick);
});

/** Within four standard errors of the difference of two means, and the stored rounding. */
function expectSame(came: number, wanted: number, std: number, runs: number, ownRuns: number): void {
  expect(Math.abs(came - wanted)).toBeLessThan(4 * std * Math.sqrt(1 / runs + 1 / ownRuns) + 1e-5);
}

const agreeing = (findings: readonly Finding[]) => findings.filter(({ agrees }) => agrees).length;

it("five states: TD(0) lies below Monte Carlo, and near 0.05 after 100 episodes", () => {
  const last = (method: string) =>
    walk.curves.filter((c) => c.method === method).map(({ errors }) => errors[100] as number);
  expect(Math.max(...last("TD(0)"))).toBeLessThan(Math.min(...last("Monte Carlo")));
  expect(Math.min(...last("TD(0)"))).toBeLessThan(0.05);
  for (const { errors } of walk.curves) {
    expect(errors).toHaveLength(101);
    expect(errors[0]).toBeCloseTo(0.2357, 4);
  }
  expect(agreeing(randomWalkExperiment.findings(walk))).toBe(4);
});

it("five states: the values learned go from 0.5 to 1/6…5/6", () => {
  expect(walk.truth).toEqual([1, 2, 3, 4, 5].map((i) => expect.closeTo(i / 6, 12)));
  expect(walk.learned.map(({ episodes }) => episodes)).toEqual([0, 1, 10, 100]);
  const [begun, first, , last] = walk.learned.map(({ values }) => values) as [number[], number[], number[], number[]];
  expect(begun).toEqual([0.5, 0.5, 0.5, 0.5, 0.5]);
  // The first episode moves the value of one end alone, by α / 2.
  expect(first.filter((value) => value !== 0.5)).toHaveLength(1);
  expect(Math.abs((first.find((value) => value !== 0.5) ?? 0) - 0.5)).toBeCloseTo(0.05, 12);
  for (const [s, value] of last.entries()) expect(Math.abs(value - (s + 1) / 6)).toBeLessThan(0.15);
});

it("five states: Monte Carlo's curves are those of an independent simulation", () => {
  for (const { stepSize, mean: wanted, std, runs } of stored.monteCarlo) {
    const { errors } = walk.curves.find(
      (c) => c.method === "Monte Carlo" && c.stepSize === stepSize,
    ) as WalkData["curves"][0];
    for (const [i, episode] of [10, 50, 100].entries())
      expectSame(errors[episode] as number, wanted[i] as number, std[i] as number, runs, RUNS.walk);
  }
});

it("nineteen states: both algorithms have their lowest error near λ = 0.8, between 0.25 and 0.3", () => {
  for (const method of ["TD(λ)", "off-line λ-return"]) {
    const curves = longWalk.curves.filter((curve) => curve.method === method);
    const best = curves.reduce((a, b) => (b.lowest.error < a.lowest.error ? b : a));
    expect(best.lambda).toBe(0.8);
    expect(best.lowest.error).toBeGreaterThan(0.24);
    expect(best.lowest.error).toBeLessThan(0.3);
    // From there the lowest points rise to both sides.
    const errors = curves.map(({ lowest }) => lowest.error);
    const at = curves.indexOf(best);
    for (let i = 1; i < errors.length; i++)
      expect(Math.sign((errors[i] as number) - (errors[i - 1] as number))).toBe(i <= at ? -1 : 1);
  }
  expect(agreeing(longWalkExperiment.findings(longWalk))).toBe(4);
});

it("nineteen states: single points are those of independent simulations", () => {
  for (const { method, lambda, stepSize, mean: wanted, std, runs } of stored.longWalk) {
    const { points } = longWalk.curves.find((c) => c.method === method && c.lambda === lambda) as LambdaCurve;
    const point = points.find((p) => p.stepSize === stepSize);
    expectSame(point?.error as number, wanted, std, runs, RUNS.longWalk);
  }
});

it("cliff: SARSA earns about −25 and keeps away from the edge, Q-learning about −50 along it", () => {
  const [sarsa, q] = cliff.curves as [CliffData["curves"][0], CliffData["curves"][0]];
  const late = ({ rewards }: { readonly rewards: readonly number[] }) => mean(rewards.slice(-100));
  expect(late(sarsa)).toBeGreaterThan(-32);
  expect(late(sarsa)).toBeLessThan(-20);
  expect(late(q)).toBeGreaterThan(-58);
  expect(late(q)).toBeLessThan(-42);
  for (const [i, { method, mean: wanted, std, runs }] of stored.cliff.entries()) {
    expect(cliff.curves[i]?.method).toBe(method);
    expectSame(late(cliff.curves[i] as CliffData["curves"][0]), wanted, std, runs, RUNS.cliff);
  }
  expect(q.path).toEqual([36, ...Array.from({ length: 12 }, (_, column) => 24 + column), 47]);
  expect(q.arrived).toBe(RUNS.cliff);
  expect(sarsa.path.at(-1)).toBe(47);
  const inner = sarsa.path.filter((state) => state % 12 > 0 && state % 12 < 11);
  for (const state of inner) expect(state).toBeLessThan(24);
  expect(agreeing(cliffExperiment.findings(cliff))).toBe(4);
});

it("findings can fail: the methods swapped, none of them is the book's", () => {
  const [sarsa, q] = cliff.curves as [CliffData["curves"][0], CliffData["curves"][0]];
  expect(agreeing(cliffExperiment.findings({ ...cliff, curves: [q, sarsa] }))).toBe(0);
  const swapped = walk.curves.map((curve) => ({
    ...curve,
    method: curve.method === "TD(0)" ? ("Monte Carlo" as const) : ("TD(0)" as const),
  }));
  expect(agreeing(randomWalkExperiment.findings({ ...walk, curves: swapped }))).toBeLessThan(3);
  const diverged = longWalk.curves.map((curve) => ({ ...curve, lowest: { stepSize: 1, error: Number.NaN } }));
  expect(agreeing(longWalkExperiment.findings({ ...longWalk, curves: diverged }))).toBe(0);
});
