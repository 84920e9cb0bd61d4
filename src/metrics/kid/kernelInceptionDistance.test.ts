import { expect, it } from "vitest";
import { expectClose } from "../../../test/harness/expectClose.ts";
import { type GoldenCase, goldenCases, type Stored } from "../../../test/harness/golden.ts";
import { seeded } from "../../../test/harness/random.ts";
import { kernelInceptionDistance, kernelInceptionDistanceSteps } from "./kernelInceptionDistance.ts";

const draw = (seed: number, n: number, d: number, shift = 0) => {
  const random = seeded(seed);
  return { data: Float64Array.from({ length: n * d }, () => random.normal() + shift), shape: [n, d] };
};

it("agrees with NumPy to 1e-12 where a subset is the whole set", () => {
  const path = `${import.meta.dirname}/kernelInceptionDistance.golden.json`;
  const cases = goldenCases<GoldenCase & { value: number }>(path);
  expect(cases.length).toBeGreaterThan(0);
  for (const { inputs, options, value } of cases) {
    const { real, generated } = inputs as Record<string, Stored>;
    const { mean, std } = kernelInceptionDistance(real as Stored, generated as Stored, options);
    expectClose([mean], [value], 1e-12);
    expect(std).toBeLessThan(1e-12 * Math.abs(value));
  }
});

it("is unbiased: about 0 for one distribution, at any number of samples", () => {
  for (const n of [5, 200]) {
    const values = Array.from(
      { length: n === 5 ? 400 : 20 },
      (_, i) => kernelInceptionDistance(draw(2 * i, n, 4), draw(2 * i + 1, n, 4), { subsets: 1 }).mean,
    );
    const mean = values.reduce((a, b) => a + b, 0) / values.length;
    const error = Math.sqrt(values.reduce((sum, v) => sum + (v - mean) ** 2, 0)) / values.length;
    expect(Math.abs(mean)).toBeLessThan(4 * error);
    expect(kernelInceptionDistance(draw(1, n, 4), draw(2, n, 4, 3), { subsets: 1 }).mean).toBeGreaterThan(10 * error);
  }
});

it("subsets are drawn without repetition, by the seed, from either set", () => {
  const [x, y] = [draw(1, 60, 3), draw(2, 40, 3, 0.5)];
  const given = { subsets: 8, subsetSize: 10 };
  const one = kernelInceptionDistance(x, y, given);
  expect(kernelInceptionDistance(x, y, { ...given, seed: 0 })).toEqual(one);
  expect(kernelInceptionDistance(x, y, { ...given, seed: 1 }).mean).not.toBe(one.mean);
  expect(one.std).toBeGreaterThan(0);
  // One far point among twelve: a whole set drawn with repetitions would hold it twice or not at all.
  const apart = { data: Float64Array.from({ length: 12 }, (_, i) => (i % 13 === 0 ? 1e3 : 0)), shape: [12, 1] };
  const { std } = kernelInceptionDistance(apart, apart, { subsets: 5, subsetSize: 12 });
  expect(std / 1e18).toBeLessThan(1e-12);
});

it("of whole sets is computed once, without a deviation", () => {
  const [x, y] = [draw(1, 30, 3), draw(2, 30, 3)];
  const one = kernelInceptionDistance(x, y, { subsets: 1, subsetSize: 30 });
  expect(kernelInceptionDistance(x, y)).toEqual(one);
  expect(one.std).toBe(0);
});

it("gives the same in steps, whatever is computed between them", () => {
  const [x, y] = [draw(1, 300, 3), draw(2, 290, 3, 0.5)];
  const options = { subsets: 3, subsetSize: 200 };
  const steps = kernelInceptionDistanceSteps(x, y, options);
  const done: number[] = [];
  let step = steps.next();
  for (; !step.done; step = steps.next()) {
    done.push(step.value);
    kernelInceptionDistance(draw(3, 9, 2), draw(4, 9, 2));
  }
  expect(step.value).toEqual(kernelInceptionDistance(x, y, options));
  expect([...new Set(done)]).toEqual([0, 1, 2]);
});

it("refuses single samples, shapes that differ and options out of range; NaN gives NaN", () => {
  expect(() => kernelInceptionDistance([[1]], [[1], [2]])).toThrow("real has 1 sample, at least 2 are needed");
  expect(() =>
    kernelInceptionDistance(
      [[1], [2]],
      [
        [1, 2],
        [2, 3],
      ],
    ),
  ).toThrow(/generated is \[2, 2\], expected \[2, 1\]/);
  for (const options of [{ degree: 0 }, { subsets: 0 }, { subsetSize: 1 }, { seed: -1 }, { degree: 1.5 }])
    expect(() => kernelInceptionDistance([[1], [2]], [[1], [2]], options)).toThrow(RangeError);
  expect(() => kernelInceptionDistance([[1], [2]], [[1], [2]], { subset: 3 } as never)).toThrow(
    /did you mean "subsets"/,
  );
  expect(kernelInceptionDistance([[1], [Number.NaN]], [[1], [2]], { subsets: 1 }).mean).toBeNaN();
});
