/** Options: defaults, null, ranges, names. */
import { describe, expect, it } from "vitest";
import { focalLoss } from "../../src/losses/classification/focal/focal.ts";
import { type HuberOptions, huberLoss } from "../../src/losses/regression/huber/huber.ts";
import { nearest, suggest } from "../../src/options.ts";
import { interval } from "../../src/spec.ts";

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
    expect(call(null)).toThrow("huberLoss: options is null, expected an object");
  });

  it("a wrong name is told the right one, or all there are", () => {
    expect(call({ dleta: 2 })).toThrow('huberLoss: unknown option "dleta"; did you mean "delta"?');
    expect(call({ Reduction: "sum" })).toThrow('did you mean "reduction"?');
    expect(call({ zzz: 2 })).toThrow('huberLoss: unknown option "zzz"; it takes "delta", "reduction", "checkFinite"');
    expect(call({ upstream: 2 })).toThrow('unknown option "upstream"');
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
      expect(call(wrong)).toThrow(/^huberLoss: options is .*, expected an object/);
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
    const names = 'names among "predictions", "targets"';
    expect(grads([undefined])).toThrow(`huberLoss: wrt[0] is undefined, expected ${names}`);
    expect(grads(["targets", "target"])).toThrow(`huberLoss: wrt[1] is "target", expected ${names}`);
    expect(grads("targets")).toThrow(`huberLoss: wrt is "targets", expected an array of ${names}`);
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
    expect(() => interval("0..1")).toThrow(/internal/);
  });
});
