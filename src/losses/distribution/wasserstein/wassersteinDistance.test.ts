import { expect, it } from "vitest";
import { beyondSquares, describeLoss } from "../../../../test/harness/describeLoss.ts";
import { seeded } from "../../../../test/harness/random.ts";
import type { Sample } from "../../../../test/harness/samples.ts";
import { type WassersteinDistanceOptions, wassersteinDistance } from "./wassersteinDistance.ts";

/** By the quantile functions, read at the middle of every stretch between two jumps of either. */
function byQuantiles(u: number[], v: number[], p: number, uw = u.map(() => 1), vw = v.map(() => 1)): number {
  const steps = (x: number[], w: number[]) => {
    const order = x.map((_, i) => i).sort((a, b) => (x[a] as number) - (x[b] as number));
    const total = w.reduce((a, b) => a + b, 0);
    let mass = 0;
    return order.map((i) => ({ x: x[i] as number, upTo: (mass += w[i] as number) / total }));
  };
  const [f, g] = [steps(u, uw), steps(v, vw)];
  const jumps = [...new Set([0, ...f.map(({ upTo }) => upTo), ...g.map(({ upTo }) => upTo), 1])].sort((a, b) => a - b);
  const at = (side: typeof f, s: number) => (side.find(({ upTo }) => upTo > s) ?? side.at(-1))?.x as number;
  let sum = 0;
  for (const [k, from] of jumps.slice(0, -1).entries()) {
    const to = jumps[k + 1] as number;
    const way = Math.abs(at(f, (from + to) / 2) - at(g, (from + to) / 2));
    // Jumps that are one but for rounding.
    if (p === Number.POSITIVE_INFINITY) sum = to - from > 1e-12 ? Math.max(sum, way) : sum;
    else sum += (to - from) * way ** p;
  }
  return p === Number.POSITIVE_INFINITY ? sum : sum ** (1 / p);
}

describeLoss<WassersteinDistanceOptions>(wassersteinDistance, {
  extreme: beyondSquares,
  reference: ([u, v], { p }) => [byQuantiles((u as Sample).data, (v as Sample).data, p)],
  options: [{}, { p: 2 }, { p: 1.5 }, { p: 3 }, { p: Number.POSITIVE_INFINITY }],
  accuracy: { float32: 1e-13, float64: 1e-13 },
  gradientAccuracy: { float32: 1e-7, float64: 1e-13 },
});

it("wassersteinDistance: weights, as masses that need not sum to 1, and as repetitions", () => {
  const random = seeded(3);
  const draw = (n: number) => Array.from({ length: n }, () => random.normal());
  for (const p of [1, 2, 2.5, Number.POSITIVE_INFINITY]) {
    const [u, v] = [draw(7), draw(5)];
    const [uWeights, vWeights] = [
      [1, 0, 3, 2, 1, 1, 4],
      [2, 1, 0, 5, 1],
    ];
    const value = wassersteinDistance(u, v, { p, uWeights, vWeights });
    expect(value).toBeCloseTo(byQuantiles(u, v, p, uWeights, vWeights), 12);
    const repeat = (x: number[], w: number[]) => x.flatMap((a, i) => new Array<number>(w[i] as number).fill(a));
    expect(value).toBeCloseTo(wassersteinDistance(repeat(u, uWeights), repeat(v, vWeights), { p }), 12);
  }
});

it("wassersteinDistance: weighted gradients by differences, 0 for numbers without mass", () => {
  const u = [0.3, -1, 2, 0.7];
  const v = [1, 1.5, -2];
  const options = { p: 2, uWeights: [1, 0, 2, 0.5], vWeights: [1, 3, 2] };
  const { grads } = wassersteinDistance.valueAndGrad(u, v, options);
  for (const i of u.keys()) {
    const moved = (by: number) =>
      wassersteinDistance(
        u.map((x, k) => x + (k === i ? by : 0)),
        v,
        options,
      );
    expect(grads.u.data[i]).toBeCloseTo((moved(1e-5) - moved(-1e-5)) / 2e-5, 7);
  }
  expect(grads.u.data[1]).toBe(0);
});

it("wassersteinDistance: a shift, a scale, an order, and a distance of 0", () => {
  const random = seeded(4);
  const u = Array.from({ length: 40 }, () => random.normal());
  expect(
    wassersteinDistance(
      u,
      u.map((x) => x + 3),
      { p: 4 },
    ),
  ).toBeCloseTo(3, 12);
  expect(wassersteinDistance(u, [0])).toBeCloseTo(u.reduce((sum, x) => sum + Math.abs(x), 0) / 40, 13);
  expect(wassersteinDistance([...u].reverse(), u)).toBe(0);
  const { value, grads } = wassersteinDistance.valueAndGrad([1, 2, -0], [0, 1, 2], { p: 2 });
  expect(value).toBe(0);
  expect([...grads.u.data, ...grads.v.data].map((g) => g + 0)).toEqual([0, 0, 0, 0, 0, 0]);
});

it("wassersteinDistance: a metric, 0 for equal samples only, and growing with p", () => {
  for (let seed = 40; seed < 60; seed++) {
    const random = seeded(seed);
    const draw = (n: number) => Array.from({ length: n }, () => random.normal());
    const [a, b, c] = [draw(9), draw(9), draw(14)];
    let before = 0;
    for (const p of [1, 1.5, 2, 5, Number.POSITIVE_INFINITY]) {
      const direct = wassersteinDistance(a, c, { p });
      expect(direct).toBeLessThanOrEqual(wassersteinDistance(a, b, { p }) + wassersteinDistance(b, c, { p }) + 1e-14);
      expect(wassersteinDistance(c, a, { p })).toBeCloseTo(direct, 13);
      expect(wassersteinDistance(a, a, { p })).toBe(0);
      expect(direct).toBeGreaterThan(before);
      before = direct;
    }
  }
});

it("wassersteinDistance: scaling and shifting both", () => {
  const random = seeded(61);
  const [u, v] = [5, 8].map((n) => Array.from({ length: n }, () => random.normal())) as [number[], number[]];
  for (const p of [1, 2, 3.5, Number.POSITIVE_INFINITY]) {
    const plain = wassersteinDistance(u, v, { p });
    const change = (x: number[]) => x.map((value) => 7 - 4 * value);
    expect(wassersteinDistance(change(u), change(v), { p })).toBeCloseTo(4 * plain, 12);
  }
});

it("wassersteinDistance: equal sizes go another way than unequal ones, to the same values and gradients", () => {
  const random = seeded(62);
  const [u, v] = [20, 20].map((n) => Array.from({ length: n }, () => random.normal())) as [number[], number[]];
  for (const p of [1, 2, 3, Number.POSITIVE_INFINITY]) {
    const paired = wassersteinDistance.valueAndGrad(u, v, { p });
    const walked = wassersteinDistance.valueAndGrad(u, v, { p, uWeights: new Array(20).fill(0.1) });
    expect(paired.value).toBeCloseTo(walked.value, 13);
    for (const side of ["u", "v"] as const)
      expect([...paired.grads[side].data]).toEqual([...walked.grads[side].data].map((g) => expect.closeTo(g, 13)));
  }
});

it("wassersteinDistance: NaN gives NaN", () => {
  for (const v of [
    [1, 2],
    [1, 2, 3],
  ]) {
    const { value, grads } = wassersteinDistance.valueAndGrad([0, Number.NaN], v);
    expect(value).toBeNaN();
    expect(grads.u.data[1]).toBeNaN();
  }
});

it("wassersteinDistance: equal numbers are paired in index order", () => {
  const { grads } = wassersteinDistance.valueAndGrad([1, 1, 1], [0, 1, 2]);
  expect([...grads.u.data].map((g) => g * 3)).toEqual([1, 0, -1]);
});

it("wassersteinDistance: a high power neither vanishes nor overflows", () => {
  expect(wassersteinDistance([0, 1e3], [1e-3, 1e3 + 1e-3], { p: 200 })).toBeCloseTo(1e-3, 9);
  expect(wassersteinDistance([0], [1e200], { p: 3 })).toBeCloseTo(1e200, -190);
});

it("wassersteinDistance: refuses masses it cannot use", () => {
  const call = (options: object) => () => wassersteinDistance([1, 2], [3, 4], options);
  expect(call({ uWeights: [0, 0] })).toThrow("wassersteinDistance: uWeights is 0 everywhere");
  expect(call({ vWeights: [1, -1] })).toThrow("wassersteinDistance: vWeights[1] is -1, outside [0, ∞)");
  expect(call({ p: 0.5 })).toThrow("wassersteinDistance: p is 0.5, outside [1, ∞]");
});

it("sorting agrees with Array.sort on signs, zeros, infinities and equal digits, in both types", () => {
  const random = seeded(5);
  for (const array of [Float32Array, Float64Array]) {
    const special = [0, -0, 1e-40, -1e-40, 1e30, -1e30, 5, 5, 5, -5];
    const u = array.from([...special, ...Array.from({ length: 3000 }, () => random.normal() * 10 ** random.below(9))]);
    const v = array.from(u).sort();
    // Any two numbers out of order would cost something.
    expect(wassersteinDistance(u, v)).toBe(0);
    const { grads } = wassersteinDistance.valueAndGrad(
      u,
      v.map((x) => x - Math.abs(x) - 1),
    );
    for (const g of grads.u.data) expect(g).toBeCloseTo(1 / u.length, 9);
  }
});

it("wassersteinDistance: p = Infinity is the longest way, whose ends take the gradient", () => {
  const p = Number.POSITIVE_INFINITY;
  const { value, grads } = wassersteinDistance.valueAndGrad([0, 1, 3], [5, 1, 9], { p });
  expect(value).toBe(6);
  expect([...grads.u.data, ...grads.v.data].map((g) => g + 0)).toEqual([0, 0, -1, 0, 0, 1]);
  // Of equal ways that of the first u.
  const tied = wassersteinDistance.valueAndGrad([4, 0], [6, 2], { p });
  expect([...tied.grads.u.data, ...tied.grads.v.data].map((g) => g + 0)).toEqual([-1, 0, 1, 0]);
  expect(wassersteinDistance([1, 2], [1, 2, Number.NaN], { p })).toBeNaN();
});

it("wassersteinDistance: what rounding of the weights leaves over is not moved", () => {
  for (const p of [200, Number.POSITIVE_INFINITY])
    for (const type of [Float32Array, Float64Array]) {
      const [u, v] = [type.of(0, 1, 100), type.of(0, 0, 0, 1, 100)];
      const masses = { uWeights: type.of(0.1, 0.2, 0.7), vWeights: type.of(0.05, 0.025, 0.025, 0.2, 0.7) };
      expect(wassersteinDistance(u, v, { p, ...masses })).toBe(0);
    }
  // A small mass is one all the same.
  expect(
    wassersteinDistance([0, 1], [0, 5], { p: Number.POSITIVE_INFINITY, uWeights: [1, 1e-9], vWeights: [1, 1e-9] }),
  ).toBe(4);
});
