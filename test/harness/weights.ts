/** Sample weights: the laws of `sampleWeight`, for every loss that has a reduction; the others refuse it. */
import { expect, it } from "vitest";
import { resident } from "../../src/contract/resident.ts";
import type { Dtype } from "../../src/tensor/tensor.ts";
import {
  type AnyLoss,
  differentiableOf,
  gradsOf,
  type Options,
  shapeUnder,
  specOf,
  toInputs,
  valuesOf,
  valueWith,
} from "./calls.ts";
import type { LossCase } from "./describeLoss.ts";
import { expectClose } from "./expectClose.ts";
import { seeded } from "./random.ts";
import { concrete, drawInputs, influenced, type Lengths, lengthsToTry, type Sample, sizeOf } from "./samples.ts";
import { dtypes } from "./values.ts";

interface Trial {
  readonly samples: readonly Sample[];
  readonly given: Options;
  readonly lengths: Lengths;
  /** Shape of the unreduced value. */
  readonly shape: number[];
  /** Weights of that shape, a third of them 0. */
  readonly weights: { readonly data: number[]; readonly shape: number[] };
  readonly hint: string;
}

const MOST = 40;

/** Few small trials, every axis long once. */
function* trialsOf(loss: AnyLoss, { options, draw }: LossCase): Generator<Trial> {
  const spec = specOf(loss);
  const largest = (lengths: Lengths) =>
    Math.max(...spec.arguments.map(({ shape }) => sizeOf(concrete(shape, lengths))));
  const tried = lengthsToTry(spec);
  const limit = Math.max(
    MOST,
    ...tried
      .map(largest)
      .sort((a, b) => a - b)
      .slice(0, 1),
  );
  const small = tried.filter((lengths) => largest(lengths) <= limit);
  const random = seeded(31);
  for (let i = 0; i < small.length; i += 1 + Math.floor(small.length / 4))
    for (const given of options) {
      const lengths = small[small.length - 1 - i] as Lengths;
      const shape = concrete(shapeUnder(spec, given), lengths);
      // A quarter has its digits in f32 too.
      const data = Array.from({ length: sizeOf(shape) }, (_, j) => (j % 3 === 1 ? 0 : (1 + random.below(16)) / 4));
      const samples = drawInputs(spec, lengths, random, draw);
      const hint = `${JSON.stringify(given)} ${JSON.stringify(lengths)}`;
      yield { samples, given, lengths, shape, weights: { data, shape }, hint };
    }
}

const products = (a: readonly number[], b: readonly number[]) =>
  a.map((x, i) => (b[i] === 0 ? 0 : x * (b[i] as number)));
const plainSum = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);

export function testWeights(loss: AnyLoss, test: LossCase): void {
  const spec = specOf(loss);
  const names = differentiableOf(loss);
  if (spec.unreduced === null) {
    it("has no values to weigh, and takes no sampleWeight", () => {
      const [trial] = trialsOf(loss, test);
      const call = () => loss(...toInputs(loss, (trial as Trial).samples, "float64"), { sampleWeight: [1] });
      expect(call).toThrow(/unknown option "sampleWeight"/);
    });
    return;
  }

  for (const dtype of dtypes) {
    const rounding = Math.max(dtype === "float64" ? 1e-13 : 1e-6, (test.gradientAccuracy ?? test.accuracy)[dtype] * 4);
    const small = test.gradientAccuracy?.least ?? test.accuracy.least;
    const [close, least, digits] = dtype === "float64" ? [1e-13, 1e-300, 12] : [1e-6, 1e-30, 6];
    it(`${dtype}: weighs values and gradients, and the mean divides by the weights that count`, () => {
      for (const { samples, given, weights, hint } of trialsOf(loss, test)) {
        const own = { ...given, sampleWeight: weights };
        const values = products(valuesOf(loss, samples, given, dtype), weights.data);
        expectClose(valuesOf(loss, samples, own, dtype), values, close, 0, `none ${hint}`, least);
        const size = plainSum(values.map(Math.abs));
        const sum = valueWith(loss, samples, { ...own, reduction: "sum" }, dtype);
        expect(Math.abs(sum - plainSum(values)), `sum ${hint}`).toBeLessThanOrEqual(4 * close * size + 1e-300);
        const by = test.divisor ? test.divisor(samples, given, weights.data) : plainSum(weights.data);
        expect(valueWith(loss, samples, own, dtype), `mean ${hint}`).toBeCloseTo(by === 0 ? 0 : sum / by, digits);

        const upstream = { data: weights.data, shape: weights.shape };
        const wanted = gradsOf(loss, samples, { ...given, reduction: "none", upstream } as Options, dtype);
        const summed = gradsOf(loss, samples, { ...own, reduction: "sum" }, dtype);
        const mean = gradsOf(loss, samples, own, dtype);
        for (const name of names) {
          const grads = wanted[name] as number[];
          expectClose(summed[name] ?? [], grads, close, 1e-3, `sum ${name} ${hint}`, least);
          const parts = grads.map((g) => (by === 0 ? 0 : g / by));
          expectClose(mean[name] ?? [], parts, rounding, 1e-2, `mean ${name} ${hint}`, small);
        }
      }
    });

    it(`${dtype}: weights of 1 change nothing, and weights of 0 leave nothing, not even NaN`, () => {
      for (const { samples, given, shape, hint } of trialsOf(loss, test)) {
        const all = (weight: number) => ({ data: new Array(sizeOf(shape)).fill(weight), shape });
        const [plain, ones] = [given, { ...given, sampleWeight: all(1) }];
        expect(valuesOf(loss, samples, ones, dtype), hint).toEqual(valuesOf(loss, samples, plain, dtype));
        expectClose([valueWith(loss, samples, ones, dtype)], [valueWith(loss, samples, plain, dtype)], close, 0, hint);
        const [came, wanted] = [gradsOf(loss, samples, ones, dtype), gradsOf(loss, samples, plain, dtype)];
        for (const name of names)
          expectClose(came[name] ?? [], wanted[name] ?? [], close, 1e-3, `${name} ${hint}`, least);
        const broken = samples.map((sample, k) => (isFloat(spec.arguments[k]?.kind) ? spoiled(sample) : sample));
        const none = { ...given, sampleWeight: all(0) };
        expect(valueWith(loss, broken, none, dtype), hint).toBe(0);
        expect(valuesOf(loss, broken, none, dtype).every((value) => value === 0)).toBe(true);
        for (const g of Object.values(gradsOf(loss, broken, none, dtype)).flat()) expect(Math.abs(g), hint).toBe(0);
      }
    });

    if (!spec.unreduced.acrossRows)
      it(`${dtype}: NaN and infinities in an entry of weight 0 reach neither value nor gradient, nor with a cotangent of 0 the gradient`, () => {
        for (const trial of trialsOf(loss, test))
          for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])
            checkMasked(trial, bad, dtype);
      });
  }

  /** Spoils what weightless values alone read: nothing else changes, and the gradients there are 0. */
  function checkMasked({ samples, given, lengths, weights, hint }: Trial, bad: number, dtype: Dtype): void {
    const shape = shapeUnder(spec, given);
    const masked = samples.map((sample, k) =>
      sample.data.map((_, i) =>
        [...influenced(spec.arguments[k]?.shape ?? "", shape, i, lengths)].every((j) => weights.data[j] === 0),
      ),
    );
    const dirty = samples.map((sample, k) => {
      const kind = spec.arguments[k]?.kind;
      if (!isFloat(kind) || (kind !== "float" && !Number.isNaN(bad))) return sample;
      return { ...sample, data: sample.data.map((x, i) => (masked[k]?.[i] ? bad : x)) };
    });
    const own = { ...given, sampleWeight: weights };
    expect(valuesOf(loss, dirty, own, dtype), hint).toEqual(valuesOf(loss, samples, own, dtype));
    const upstream = { data: weights.data, shape: weights.shape };
    for (const call of [{ ...own, reduction: "sum" }, own, { ...given, reduction: "none", upstream }] as Options[]) {
      if (call.reduction !== "none") {
        const [value, clean] = [valueWith(loss, dirty, call, dtype), valueWith(loss, samples, call, dtype)];
        expect(value, `${call.reduction} ${bad} ${hint}`).toBe(clean);
      }
      const [after, before] = [gradsOf(loss, dirty, call, dtype), gradsOf(loss, samples, call, dtype)];
      for (const name of names) {
        const k = spec.arguments.findIndex((argument) => argument.name === name);
        for (const [i, g] of (after[name] ?? []).entries())
          if (masked[k]?.[i]) expect(Math.abs(g), `${bad} ${name}[${i}] ${hint}`).toBe(0);
        expectClose(
          after[name] ?? [],
          before[name] ?? [],
          dtype === "float64" ? 1e-12 : 1e-6,
          1e-3,
          `${bad} ${name} ${hint}`,
        );
      }
    }
  }

  it("takes weights of the leading axes, whole numbers, and weights that are resident", () => {
    for (const { samples, given, shape, hint } of trialsOf(loss, test)) {
      const counts = Array.from({ length: sizeOf(shape) }, (_, i) => i % 3);
      const own = (weights: unknown) => gradsOf(loss, samples, { ...given, sampleWeight: weights }, "float64");
      const whole = own({ data: counts, shape });
      expect(own({ data: Uint8Array.from(counts), shape }), hint).toEqual(whole);
      if (shape.length > 0) {
        const held = resident(shape, "float64");
        held.data.set(counts);
        expect(own(held), hint).toEqual(whole);
        expect([...held.data]).toEqual(counts);
        held.dispose();
      }
      for (let axes = 1; axes < shape.length; axes++) {
        const leading = shape.slice(0, axes);
        const few = Array.from({ length: sizeOf(leading) }, (_, i) => (i + 1) % 3);
        const each = sizeOf(shape) / few.length;
        const wide = few.flatMap((weight) => new Array(each).fill(weight));
        expect(own({ data: few, shape: leading }), hint).toEqual(own({ data: wide, shape }));
      }
    }
  });

  it("composes weights with upstream", () => {
    for (const { samples, given, shape, weights, hint } of trialsOf(loss, test)) {
      const cotangents = weights.data.map((_, i) => (i % 2 ? -1.5 : 0.5 + i));
      const upstream = { data: cotangents, shape };
      const none = { ...given, reduction: "none" } as const;
      const both = { data: products(cotangents, weights.data), shape };
      const came = gradsOf(loss, samples, { ...none, sampleWeight: weights, upstream } as Options, "float64");
      const wanted = gradsOf(loss, samples, { ...none, upstream: both } as Options, "float64");
      const mean = gradsOf(loss, samples, { ...given, sampleWeight: weights }, "float64");
      const turned = gradsOf(loss, samples, { ...given, sampleWeight: weights, upstream: -2 } as Options, "float64");
      for (const name of names) {
        expectClose(came[name] ?? [], wanted[name] ?? [], 1e-12, 1e-3, `${name} ${hint}`);
        expectClose(
          turned[name] ?? [],
          (mean[name] ?? []).map((g) => -2 * g),
          1e-12,
          1e-3,
          `${name} ${hint}`,
        );
      }
    }
  });

  it("refuses weights that are negative, not finite or of another shape, and names them", () => {
    const [trial] = trialsOf(loss, test);
    const { samples, given, shape } = trial as Trial;
    const inputs = toInputs(loss, samples, "float64");
    const refuses = (weights: unknown, type: typeof TypeError | typeof RangeError, text: RegExp) => {
      for (const call of [loss, loss.valueAndGrad]) {
        const run = () => call(...inputs, { ...given, sampleWeight: weights });
        expect(run).toThrow(type);
        expect(run).toThrow(text);
      }
    };
    const last = sizeOf(shape) - 1;
    for (const bad of [-1, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
      const data = new Array(last + 1).fill(1);
      data[last] = bad;
      refuses(
        { data, shape },
        RangeError,
        new RegExp(`^${spec.name}: sampleWeight\\[.*\\] is ${bad}, outside \\[0, ∞\\)`),
      );
    }
    const longer = { data: new Array(last + 2).fill(1), shape: [last + 2] };
    refuses(longer, RangeError, new RegExp(`^${spec.name}: sampleWeight is \\[${last + 2}\\], expected \\[`));
    for (const wrong of [null, 2, "heavy"]) refuses(wrong, TypeError, new RegExp(`^${spec.name}: sampleWeight is `));
    const data = new Float64Array(last + 1).fill(1);
    for (const name of names) {
      const k = spec.arguments.findIndex((argument) => argument.name === name);
      const size = inputs[k]?.data.length as number;
      const shared = new Float64Array(Math.max(size, data.length)).fill(1);
      const own = { data: shared.subarray(0, data.length), shape };
      const call = () =>
        loss.valueAndGrad(...inputs, { ...given, sampleWeight: own, out: { [name]: shared.subarray(0, size) } });
      expect(call).toThrow(`out.${name} shares memory with sampleWeight; inputs are never written to`);
    }
  });
}

const isFloat = (kind: string | undefined) => kind !== "index" && kind !== "state" && kind !== undefined;
const spoiled = (sample: Sample): Sample => ({ ...sample, data: sample.data.map(() => Number.NaN) });
