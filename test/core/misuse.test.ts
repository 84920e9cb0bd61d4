/** Every function that has a specification refuses the same things in the same words. */
import { describe, expect, it } from "vitest";
import type { FunctionSpec } from "../../src/contract/spec.ts";
import * as lossary from "../../src/index.ts";
import { inputsOf, losses, optionsOf } from "../engines/cases.ts";
import type { Options } from "../harness/calls.ts";
import { expectRefused, refusals } from "../harness/misuse.ts";

const noun = "a typed array, nested arrays of numbers, or { data, shape }";
const rows = [
  [1, 2],
  [3, 5],
];
const memory = lossary.createOimMemory({ identities: 2, dimension: 2 });
const environment = lossary.randomWalk();
const tabular = { environment, stepSize: 0.1, episodes: 1 };
const returns = { discount: 1, lambda: 0 };
const staged = ["checkFinite"];

/** A right call of each function that is not a loss: its arguments, its options, and those of every call. */
const calls: Readonly<Record<string, readonly [args: readonly unknown[], options?: Options, common?: string[]]>> = {
  FeatureStatistics: [[2]],
  FrechetInceptionDistance: [[2]],
  InceptionScore: [[]],
  cliffWalking: [[]],
  createOimMemory: [[], { identities: 2, dimension: 2 }],
  damsmTerms: [[[rows, rows], [rows, rows], [1, 2], rows, rows], {}, staged],
  diceScore: [[[[1]], [[1]]]],
  editDistance: [["a", "b"]],
  frechetDistance: [[[0], [[1]], [0], [[1]]]],
  generalizedAdvantage: [[[1], [1], [1], [1]], returns],
  inceptionScore: [[[[1, 0]]], { splits: 1 }],
  iou: [[[[0, 0, 1, 1]], [[0, 0, 1, 1]]], {}, staged],
  kernelInceptionDistance: [[rows, rows], { subsets: 1 }],
  lambdaReturns: [[[1], [1], [1]], returns],
  logSoftmax: [[rows], {}, staged],
  matchingRPrecision: [[rows, rows], { candidates: 2 }],
  normalize: [[rows], {}, staged],
  oimMemoryFromBytes: [[lossary.oimMemoryToBytes(memory)]],
  oimMemoryToBytes: [[memory]],
  oimMemoryToPlain: [[memory]],
  oneHot: [[[0, 1], 2]],
  qLearning: [[], tabular],
  rPrecision: [[rows, rows.map((row) => row.map((x) => x % 2))]],
  randomWalk: [[5], {}],
  resident: [[[2], "float32"]],
  sarsa: [[], tabular],
  sigmoid: [[rows], {}, staged],
  sinkhornPotentials: [[rows, rows], {}, staged],
  softmax: [[rows], {}, staged],
  tdLambda: [[], { ...tabular, policy: () => 0, lambda: 0 }],
  tdPolicyEvaluation: [[], { ...tabular, policy: () => 0 }],
  transportPlan: [[rows, rows], {}, staged],
  updateCenters: [[rows, rows, [0, 1]], {}, staged],
  updateOimMemory: [[memory, rows, [0, 1]], {}],
};

type Callable = ((...args: unknown[]) => unknown) & { readonly spec: FunctionSpec };

const all = lossary as unknown as Readonly<Record<string, Callable>>;

describe("functions that are no losses", () => {
  it("are all tried", () => {
    const described = Object.keys(all).filter((name) => "spec" in (all[name] as object) && !(name in losses));
    expect(described.sort()).toEqual(Object.keys(calls).sort());
  });

  it.each(Object.entries(calls))("%s", (name, [args, options = {}, common = []]) => {
    const own = all[name] as Callable;
    const call = /^[A-Z]/.test(name) ? (...given: unknown[]) => Reflect.construct(own, given) : own;
    call(...args, ...(Object.keys(options).length > 0 ? [options] : []));
    for (const refusal of refusals(own.spec, args, options, noun, common)) expectRefused(call, refusal);
  });
});

it.each(Object.keys(losses))("%s", (name) => {
  const loss = losses[name] as (typeof losses)[string];
  const args = inputsOf(name, 1, false);
  const options = optionsOf(name)[0] ?? {};
  const common = loss.spec.unreduced ? ["reduction", "sampleWeight", "checkFinite"] : ["checkFinite"];
  const grads = [...common, "upstream", "wrt", "out"];
  for (const refusal of refusals(loss.spec, args, options, noun, common)) expectRefused(loss, refusal);
  for (const refusal of refusals(loss.spec, args, options, noun, grads)) expectRefused(loss.valueAndGrad, refusal);
});
