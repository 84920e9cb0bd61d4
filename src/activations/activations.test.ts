/** Values against plain f64 arithmetic; what flows back against central differences, and in f32 against f64. */
import { describe, expect, it } from "vitest";
import { seeded } from "../../test/harness/random.ts";
import { resident } from "../contract/resident.ts";
import type { Activation } from "./activation.ts";
import { normalize } from "./normalize/normalize.ts";
import { sigmoid } from "./sigmoid/sigmoid.ts";
import { logSoftmax, softmax } from "./softmax/softmax.ts";

const random = seeded(7);
const draw = (size: number, spread: number) =>
  Float64Array.from({ length: size }, () => spread * (2 * random.uniform() - 1));

/** A function of rows, applied along axis 1. */
const along =
  (ofRow: (row: readonly number[]) => readonly number[]) =>
  (data: Float64Array, [n, c, ...rest]: readonly number[]): Float64Array => {
    const inner = rest.reduce((a, b) => a * b, 1);
    const result = new Float64Array(data.length);
    for (let i = 0; i < (n as number); i++)
      for (let s = 0; s < inner; s++) {
        const at = (k: number) => (i * (c as number) + k) * inner + s;
        const row = Array.from({ length: c as number }, (_, k) => data[at(k)] as number);
        for (const [k, y] of ofRow(row).entries()) result[at(k)] = y;
      }
    return result;
  };

/** With what each addition lost carried along. */
function sumOf(terms: readonly number[]): number {
  let [sum, lost] = [0, 0];
  for (const term of terms) {
    const next = sum + term;
    lost += Math.abs(sum) >= Math.abs(term) ? sum - next + term : term - next + sum;
    sum = next;
  }
  return sum + lost;
}

function masses(row: readonly number[]): number[] {
  const top = row.reduce((most, x) => Math.max(most, x));
  const terms = row.map((x) => Math.exp(x - top));
  const all = sumOf(terms);
  return terms.map((term) => term / all);
}

interface Case {
  readonly activation: Activation;
  readonly reference: (data: Float64Array, shape: readonly number[]) => Float64Array;
  /** Largest error, relative to the value; of a logarithm to 1 where it is less. */
  readonly within: { readonly float32: number; readonly float64: number };
}

const cases: readonly Case[] = [
  { activation: softmax, reference: along(masses), within: { float32: 1e-6, float64: 3e-15 } },
  {
    activation: logSoftmax,
    reference: along((row) => masses(row).map(Math.log)),
    within: { float32: 1e-6, float64: 3e-15 },
  },
  {
    activation: sigmoid,
    reference: (data) => data.map((x) => 1 / (1 + Math.exp(-x))),
    within: { float32: 3e-7, float64: 6e-16 },
  },
  {
    activation: normalize,
    reference: along((row) => row.map((x) => x / Math.sqrt(sumOf(row.map((y) => y * y))))),
    within: { float32: 2e-7, float64: 4e-16 },
  },
];

const shapes = [
  ...Array.from({ length: 19 }, (_, i) => [2, i + 1]),
  [3, 257],
  [1, 4099],
  [2, 3, 1],
  [2, 21, 5],
  [1, 2, 7, 11],
  [2, 5, 67],
  [1, 3, 2, 3, 29],
];

describe.each(cases.map((one) => ({ name: one.activation.name, ...one })))(
  "$name",
  ({ activation, reference, within }) => {
    it("gives what plain arithmetic gives, at every length and in both layouts", () => {
      for (const shape of shapes) {
        const size = shape.reduce((a, b) => a * b, 1);
        const data = draw(size, 6);
        const expected = reference(data, shape);
        const wide = activation({ data, shape });
        expect(wide.shape).toEqual(shape);
        expect(wide.data).toBeInstanceOf(Float64Array);
        const narrow = activation({ data: Float32Array.from(data), shape });
        const rounded = reference(Float64Array.from(Float32Array.from(data)), shape);
        const worst = (given: ArrayLike<number>, right: Float64Array) =>
          right.reduce((top, y, i) => {
            const error = Math.abs((given[i] as number) - y) / Math.max(Math.abs(y), activation === logSoftmax ? 1 : 0);
            return Math.max(error, top);
          }, 0);
        expect(worst(wide.data, expected)).toBeLessThanOrEqual(within.float64);
        expect(worst(narrow.data, rounded)).toBeLessThanOrEqual(within.float32);
      }
    });

    it("sends back what central differences say, and in f32 what f64 says", () => {
      for (const shape of [
        [2, 5],
        [3, 1],
        [2, 3, 4],
        [1, 37],
        [1, 2, 3, 21],
      ]) {
        const size = shape.reduce((a, b) => a * b, 1);
        const data = draw(size, 2);
        const g = draw(size, 1);
        const { value, grads } = activation.valueAndGrad({ data, shape }, { upstream: { data: g, shape } });
        expect(value.data).toEqual(activation({ data, shape }).data);
        const total = (x: Float64Array) => reference(x, shape).reduce((sum, y, i) => sum + y * (g[i] as number), 0);
        for (let i = 0; i < size; i++) {
          const at = (step: number) => total(data.map((x, j) => (i === j ? x + step : x)));
          expect(grads.inputs.data[i]).toBeCloseTo((at(1e-5) - at(-1e-5)) / 2e-5, 7);
        }
        const [x32, g32] = [Float32Array.from(data), Float32Array.from(g)];
        const narrow = activation.valueAndGrad({ data: x32, shape }, { upstream: { data: g32, shape } }).grads.inputs
          .data;
        const wide = activation.valueAndGrad(
          { data: Float64Array.from(x32), shape },
          { upstream: { data: Float64Array.from(g32), shape } },
        ).grads.inputs.data;
        const most = wide.reduce((top, y) => Math.max(top, Math.abs(y)), 0);
        const worst = wide.reduce((top, y, i) => Math.max(top, Math.abs(y - (narrow[i] as number))), 0);
        expect(worst).toBeLessThanOrEqual(4e-7 * Math.max(most, 0.1));
      }
    });

    it("takes one number for all cotangents, writes to buffers, works on resident tensors in place", () => {
      const shape = [2, 3, 5];
      const [data, ones] = [Float32Array.from(draw(30, 3)), new Float32Array(30).fill(0.5)];
      const each = activation.valueAndGrad({ data, shape }, { upstream: { data: ones, shape } });
      const out = { inputs: new Float32Array(30) };
      const one = activation.valueAndGrad({ data, shape }, { upstream: 0.5, out });
      expect(out.inputs).toEqual(each.grads.inputs.data);
      expect(one.grads.inputs.data).toBe(out.inputs);
      using x = resident(shape);
      using dx = resident(shape);
      x.data.set(data);
      activation.valueAndGrad(x, { upstream: 0.5, out: { inputs: dx } });
      expect(dx.data).toEqual(out.inputs);
      expect(x.data).toEqual(data);
    });

    it("sends zeros back for cotangents of 0, whatever the row holds", () => {
      for (const shape of [
        [3, 2],
        [3, 2, 5],
      ]) {
        const size = shape.reduce((a, b) => a * b, 1);
        const each = size / 3;
        const [data, g] = [new Float64Array(size).fill(Number.NaN, each, 2 * each), new Float64Array(size).fill(-1)];
        g.fill(0, each, 2 * each);
        const { grads } = activation.valueAndGrad({ data, shape }, { upstream: { data: g, shape } });
        expect([...grads.inputs.data.subarray(each, 2 * each)]).toEqual(new Array(each).fill(0));
        expect(grads.inputs.data.some(Number.isNaN)).toBe(false);
      }
    });

    it("refuses what it cannot take, by name", () => {
      const { name } = activation;
      const call = activation as unknown as (...args: unknown[]) => unknown;
      const grad = activation.valueAndGrad as unknown as typeof call;
      expect(() => call()).toThrow(`${name}: inputs is missing`);
      expect(() => call([[1, 2]], { axis: 1 })).toThrow(`${name}: unknown option "axis"`);
      expect(() => call([[1, 2]], { reduction: "mean" })).toThrow(`${name}: unknown option "reduction"`);
      expect(() => call([[1, 2]], { upstream: 1 })).toThrow(`${name}: unknown option "upstream"`);
      expect(() => call([[1, 2]], {}, 3)).toThrow(TypeError);
      expect(() => call([[1, "a"]])).toThrow(TypeError);
      expect(() => call([[1, Number.NaN]], { checkFinite: true })).toThrow(`${name}: inputs[0, 1] is NaN`);
      expect(() => grad([[1, 2]])).toThrow(`${name}: upstream is missing`);
      expect(() => grad([[1, 2]], {})).toThrow(`${name}: upstream is missing`);
      expect(() => grad([[1, 2]], { upstream: [[1, 2, 3]] })).toThrow(`${name}: upstream is [1, 3], expected [1, 2]`);
      if (name !== "sigmoid") expect(() => call([1, 2])).toThrow(`${name}: inputs is [2]`);
    });
  },
);

describe("edges", () => {
  const pull = (activation: Activation, x: number[], g: number[]) => [
    ...activation.valueAndGrad([x], { upstream: [g] }).grads.inputs.data,
  ];

  it("softmax: −∞ is impossible, ∞ and NaN spoil their row alone, far scores do not overflow", () => {
    expect([...softmax([[0, Number.NEGATIVE_INFINITY, 0]]).data]).toEqual([0.5, 0, 0.5]);
    expect([...logSoftmax([[0, Number.NEGATIVE_INFINITY]]).data]).toEqual([0, Number.NEGATIVE_INFINITY]);
    expect([...softmax([[1e300, 0]]).data]).toEqual([1, 0]);
    for (const bad of [Number.POSITIVE_INFINITY, Number.NaN]) {
      const { data } = softmax([
        [bad, 1],
        [0, 0],
      ]);
      expect([...data]).toEqual([Number.NaN, Number.NaN, 0.5, 0.5]);
    }
    const { data } = softmax({ data: Float64Array.of(Number.NaN, 0, 1, 0), shape: [1, 2, 2] });
    expect([...data]).toEqual([Number.NaN, 0.5, Number.NaN, 0.5]);
  });

  it("softmax: no digits are lost where a class is almost certain", () => {
    // d/dx of p₀ = 1 / (1 + exp(−40)) is p₀ (1 − p₀), which the difference would make 0.
    const slope = Math.exp(-40) / (1 + Math.exp(-40)) ** 2;
    const [own, other] = pull(softmax, [40, 0], [1, 0]) as [number, number];
    expect(own / slope).toBeCloseTo(1, 14);
    expect(other / slope).toBeCloseTo(-1, 14);
    const narrow = { data: Float32Array.of(14, 0), shape: [1, 2] };
    const [log] = logSoftmax.valueAndGrad(narrow, { upstream: { data: Float32Array.of(1, 0), shape: [1, 2] } }).grads
      .inputs.data;
    expect(((log as number) * (1 + Math.exp(14))) as number).toBeCloseTo(1, 6);
    const tail = pull(sigmoid, [40], [1])[0] as number;
    expect(tail / slope).toBeCloseTo(1, 14);
  });

  it("sigmoid: ends at 0 and 1", () => {
    const x = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, -1e4, 1e4, 0];
    expect([...sigmoid(x).data]).toEqual([0, 1, 0, 1, 0.5]);
    expect([...sigmoid.valueAndGrad(x, { upstream: 1 }).grads.inputs.data]).toEqual([0, 0, 0, 0, 0.25]);
    expect(sigmoid([Number.NaN]).data[0]).toBeNaN();
  });

  it("normalize: zero vectors stay, without gradient; lengths whose squares leave the type are right", () => {
    expect([...normalize([[0, 0]]).data]).toEqual([0, 0]);
    expect(pull(normalize, [0, 0], [1, 2])).toEqual([0, 0]);
    for (const size of [1e-30, 1e30]) {
      const { data } = normalize({ data: Float32Array.of(3 * size, 4 * size), shape: [1, 2] });
      expect(data[0]).toBeCloseTo(0.6, 6);
      expect(data[1]).toBeCloseTo(0.8, 6);
    }
    for (const size of [1e-200, 1e200]) {
      expect(normalize([[3 * size, 4 * size]]).data[1]).toBeCloseTo(0.8, 14);
      // (1 − y²) / L
      expect((pull(normalize, [3 * size, 4 * size], [1, 0])[0] as number) * size).toBeCloseTo(0.64 / 5, 14);
    }
  });
});
