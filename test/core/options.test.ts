/** Options: defaults, null, ranges, names. */
import { describe, expect, it } from "vitest";
import { nearest, suggest } from "../../src/contract/options.ts";
import * as lossary from "../../src/index.ts";
import { focalLoss } from "../../src/losses/classification/focal/focalLoss.ts";
import { type HuberOptions, huberLoss } from "../../src/losses/regression/huber/huberLoss.ts";
import { randomWalk } from "../../src/losses/reinforcement/td/randomWalk.ts";
import { interval } from "../../src/tensor/interval.ts";

const p = [1, -2, 4];
const t = [0, 0, 0];
const call = (options: unknown) => () => huberLoss(p, t, options as HuberOptions);

describe("options", () => {
  it("undefined means the default, one by one and as a whole", () => {
    expect(huberLoss(p, t, { delta: undefined, reduction: undefined })).toBe(huberLoss(p, t));
    expect(huberLoss(p, t, undefined)).toBe(huberLoss(p, t));
  });

  it("null is a value: of its own where it has a meaning, else wrong", () => {
    const targets = [0, 1, 1];
    expect(focalLoss(p, targets, { alpha: null })).not.toBe(focalLoss(p, targets));
    expect(call({ delta: null })).toThrow("huberLoss: delta is null, expected a number in (0, ∞)");
    expect(call(null)).toThrow("huberLoss: options is null, expected a plain object");
  });

  it("a wrong name is told the right one, or all there are", () => {
    expect(call({ dleta: 2 })).toThrow('huberLoss: unknown option "dleta"; did you mean "delta"?');
    expect(call({ Reduction: "sum" })).toThrow('did you mean "reduction"?');
    expect(call({ zzz: 2 })).toThrow(
      'huberLoss: unknown option "zzz"; it takes "delta", "reduction", "sampleWeight", "checkFinite"',
    );
  });

  it("one that belongs elsewhere is shown its place", () => {
    for (const key of ["upstream", "wrt", "out"])
      expect(call({ [key]: 2 })).toThrow(`huberLoss: unknown option "${key}"; huberLoss.valueAndGrad takes it`);
    const circle = lossary.circleLoss as (...args: unknown[]) => number;
    for (const key of ["sampleWeight", "reduction"])
      expect(() => circle([1], [1], { [key]: "mean" })).toThrow(
        `circleLoss: unknown option "${key}"; the loss is one number by nature`,
      );
    expect(() => lossary.circleLoss.valueAndGrad([1], [1], { upstream: [1] as never })).toThrow(
      "circleLoss: upstream is an object of type Array, expected a number (the loss is one number by nature)",
    );
    expect(() => lossary.huberLoss.valueAndGrad(p, t, { upstream: p as never })).toThrow(
      'huberLoss: upstream is an object of type Array, expected a number (reduction is "mean")',
    );
    expect(() => lossary.transportPlan([[1]], [[1]], { upstream: 1 } as never)).toThrow(
      'transportPlan: unknown option "upstream"; it takes "cost"',
    );
  });

  it("values outside their range are refused with the range", () => {
    expect(call({ delta: 0 })).toThrow("huberLoss: delta is 0, outside (0, ∞)");
    expect(call({ delta: Number.POSITIVE_INFINITY })).toThrow(RangeError);
    expect(call({ delta: "1" })).toThrow('huberLoss: delta is "1", expected a number');
    expect(call({ reduction: "average" })).toThrow(
      'huberLoss: reduction is "average", expected "none", "sum" or "mean"',
    );
    for (const checkFinite of ["yes", 1, null])
      expect(call({ checkFinite })).toThrow(/^huberLoss: checkFinite is .*, expected true or false/);
  });

  it("only an object is taken, and only one", () => {
    for (const wrong of [1, "x", true, [1], new Float32Array(1), new Map(), new Set(["delta"]), new Date(0)])
      expect(call(wrong)).toThrow(/^huberLoss: options is .*, expected a plain object/);
    const loose = huberLoss as unknown as (...args: unknown[]) => number;
    expect(() => loose(p, t, {}, 1)).toThrow(
      "huberLoss: got 4 arguments, expected huberLoss(predictions, targets, options?)",
    );
    expect(() => loose(p)).toThrow("huberLoss: targets is missing; expected huberLoss(predictions, targets, options?)");
  });
});

describe("wrt", () => {
  const grads = (wrt: unknown) => () => huberLoss.valueAndGrad(p, t, { wrt: wrt as ["targets"] }).grads;

  it("holds names of arguments and nothing else", () => {
    expect(Object.keys(grads(["targets"])())).toEqual(["targets"]);
    expect(grads([])()).toEqual({});
    const names = '"predictions" or "targets" (what has a gradient)';
    expect(grads([undefined])).toThrow(`huberLoss: wrt[0] is undefined, expected ${names}`);
    expect(grads(["targets", "target"])).toThrow(`huberLoss: wrt[1] is "target", expected ${names}`);
    expect(grads("targets")).toThrow(
      'huberLoss: wrt is "targets", expected a list of names, such as ["predictions", "targets"]',
    );
    const labels = () => lossary.crossEntropy.valueAndGrad([[1, 2]], [0], { wrt: ["labels" as never] });
    expect(labels).toThrow('crossEntropy: wrt[0] is "labels", expected "logits" (what has a gradient)');
  });
});

it("a specification cannot be written to, so that defaults stay", () => {
  expect(() => {
    (huberLoss.spec.options.delta as { default: number }).default = 5;
  }).toThrow(TypeError);
  expect(() => (huberLoss.spec.traps as string[]).push("x")).toThrow(TypeError);
  expect(() => Object.assign(huberLoss.spec.arguments[0], { name: "x" })).toThrow(TypeError);
  expect(huberLoss(p, t)).toBe(huberLoss(p, t, { delta: 1 }));
});

describe("functions that are no losses", () => {
  const rows = [
    [1, 2],
    [3, 5],
  ];
  const environment = randomWalk();
  const tabular = { environment, stepSize: 0.1, episodes: 1, policy: () => 0, lambda: 0 };
  const returns = { discount: 1, lambda: 0 };
  const functions: Record<string, (options: unknown) => unknown> = {
    transportPlan: (o) => lossary.transportPlan(rows, rows, o as object),
    sinkhornPotentials: (o) => lossary.sinkhornPotentials(rows, rows, o as object),
    iou: (o) => lossary.iou([[0, 0, 1, 1]], [[0, 0, 1, 1]], o as object),
    updateCenters: (o) => lossary.updateCenters(rows, rows, [0, 1], o as object),
    randomWalk: (o) => lossary.randomWalk(3, o as object),
    inceptionScore: (o) => lossary.inceptionScore([[1, 0]], o as object),
    kernelInceptionDistance: (o) => lossary.kernelInceptionDistance(rows, rows, o as object),
    matchingRPrecision: (o) => lossary.matchingRPrecision(rows, rows, o as object),
    ssim: (o) => lossary.ssim([[rows]], [[rows]], o as { dataRange: number }),
    FrechetInceptionDistance: (o) => new lossary.FrechetInceptionDistance().update(rows, o as { real: true }),
    sarsa: (o) => lossary.sarsa(o as typeof tabular),
    qLearning: (o) => lossary.qLearning(o as typeof tabular),
    tdPolicyEvaluation: (o) => lossary.tdPolicyEvaluation(o as typeof tabular),
    tdLambda: (o) => lossary.tdLambda(o as typeof tabular),
    lambdaReturns: (o) => lossary.lambdaReturns([1], [1], [1], o as typeof returns),
    generalizedAdvantage: (o) => lossary.generalizedAdvantage([1], [1], [1], [1], o as typeof returns),
  };

  for (const [name, use] of Object.entries(functions))
    it(`${name} refuses options that are none, and names it does not know`, () => {
      for (const wrong of [null, 3, "x", [1], new Map()]) {
        expect(() => use(wrong)).toThrow(TypeError);
        expect(() => use(wrong)).toThrow(new RegExp(`^${name}: options is .*, expected`));
      }
      expect(() => use({ notAnOption: 1 })).toThrow(TypeError);
      expect(() => use({ notAnOption: 1 })).toThrow(new RegExp(`^${name}: unknown option "notAnOption"`));
    });

  it("numbers of an array beyond float32 count as its largest there, as single numbers do", () => {
    const logits = { data: Float32Array.of(1, 2), shape: [1, 2] };
    expect(lossary.crossEntropy(logits, [0], { weight: [1e39, 1] })).toBeCloseTo(Math.log1p(Math.E), 6);
    expect(() => lossary.crossEntropy(logits, [0], { weight: [Infinity, 1] })).toThrow(
      "crossEntropy: weight[0] is Infinity, outside [0, ∞)",
    );
    expect(() => lossary.crossEntropy(logits, [0], { weight: [-1e39, 1] })).toThrow("crossEntropy: weight[0] is -");
  });

  it("an option that is an array is no null", () => {
    const logits = [[1, 2]];
    for (const [name, use] of Object.entries({
      "crossEntropy: weight": () => lossary.crossEntropy(logits, [0], { weight: null as never }),
      "wassersteinDistance: uWeights": () => lossary.wassersteinDistance([1], [1], { uWeights: null as never }),
      "transportPlan: xWeights": () => lossary.transportPlan(rows, rows, { xWeights: null as never }),
      "matchingRPrecision: classIds": () =>
        lossary.matchingRPrecision(rows, rows, { candidates: 2, classIds: null as never }),
      "multiQuantileLoss: quantiles": () => lossary.multiQuantileLoss(rows, [1, 2], { quantiles: null as never }),
    }))
      expect(use).toThrow(`${name} is null, expected an array`);
  });

  it("more than there is room for is said", () => {
    const large = {
      states: 2 ** 30,
      actions: 2 ** 30,
      reset: () => 0,
      step: () => ({ state: 0, reward: 0, done: true }),
    };
    expect(() => lossary.sarsa({ environment: large, stepSize: 1, episodes: 1 })).toThrow(
      /^sarsa: an environment of 1073741824 states and 1073741824 actions takes .* numbers, more than there is room for/,
    );
    expect(() => new lossary.FeatureStatistics(1e6)).toThrow(
      "FeatureStatistics: dimension 1000000 takes 1000000000000 numbers, more than there is room for",
    );
    expect(() => lossary.sarsa({ environment, stepSize: 0.1, episodes: 2 ** 33 })).toThrow(
      "sarsa: episodes is 8589934592, outside [1, 4294967295]",
    );
    expect(() => lossary.FeatureStatistics.fromBytes("x" as never)).toThrow(
      'FeatureStatistics.fromBytes: bytes is "x", expected a Uint8Array',
    );
  });
});

describe("suggestions", () => {
  it("name the nearest of what is known, if any is near", () => {
    expect(nearest("gama", ["alpha", "gamma"])).toBe("gamma");
    expect(nearest("GAMMA", ["alpha", "gamma"])).toBe("gamma");
    expect(nearest("temperature", ["alpha", "gamma"])).toBeUndefined();
    expect(nearest("kd", ["kid"])).toBeUndefined();
    expect(nearest("kie", ["kid"])).toBe("kid");
    expect(nearest("", ["a"])).toBeUndefined();
    expect(suggest("temperature", ["alpha", "gamma"])).toBe('; it takes "alpha", "gamma"');
  });
});

describe("intervals", () => {
  it("have open and closed ends, and hold no NaN", () => {
    const inside = (range: string, values: number[]) => values.map(interval(range));
    expect(inside("[0, 1)", [0, 0.5, 1, -1, Number.NaN])).toEqual([true, true, false, false, false]);
    expect(inside("(0, 1]", [0, 1])).toEqual([false, true]);
    expect(inside("(−∞, ∞)", [-1e308, Number.POSITIVE_INFINITY])).toEqual([true, false]);
    expect(inside("{0, 1}", [0, 1, 0.5, Number.NaN])).toEqual([true, true, false, false]);
    expect(() => interval("0..1")).toThrow(/internal/);
  });
});
