import { expect, it } from "vitest";
import { withLengths } from "../../../../test/harness/calls.ts";
import { beyondSquares, describeLoss } from "../../../../test/harness/describeLoss.ts";
import { centralDifference } from "../../../../test/harness/differences.ts";
import { expectClose } from "../../../../test/harness/expectClose.ts";
import type { Sample } from "../../../../test/harness/samples.ts";
import { referenceMsSsim } from "../../../../test/image/reference.ts";
import { seededRandom } from "../../../random.ts";
import type { MsSsimOptions } from "./levels.ts";
import { msSsim } from "./msSsim.ts";
import { msSsimLoss } from "./msSsimLoss.ts";
import { ssim } from "./ssim.ts";

// A window of one pixel: sides of 1 are enough, and halving runs through all odd sizes.
const cases = { options: [{ window: 1, dataRange: 2 }], accuracy: { float32: 2e-5, float64: 1e-12, least: 1e-2 } };
const gradientAccuracy = { float32: 1e-3, float64: 1e-11, least: 1e-3 };
const draw = {
  predictions: (r: { uniform(): number }) => 1 + r.uniform(),
  targets: (r: { uniform(): number }) => 1 + r.uniform(),
};

for (const lengths of [
  { "...": "", C: 1, H: 3, W: 5 },
  { "...": 3, C: 2, H: 2, W: 2 },
] as const) {
  describeLoss<MsSsimOptions>(withLengths(msSsimLoss, lengths) as typeof msSsimLoss, {
    ...cases,
    extreme: beyondSquares,
    draw,
    gradientAccuracy,
    reference: ([x, y], given) => referenceMsSsim(x as Sample, y as Sample, given).map((s) => 1 - s),
  });
  describeLoss<MsSsimOptions>(withLengths(msSsim, lengths) as typeof msSsim, {
    ...cases,
    extreme: beyondSquares,
    draw,
    gradientAccuracy,
    reference: ([x, y], given) => referenceMsSsim(x as Sample, y as Sample, given),
  });
}

const random = seededRandom(3);
const shape = [1, 2, 37, 50];
const x = Float64Array.from({ length: 2 * 37 * 50 }, (_, i) =>
  Math.fround(0.5 + 0.3 * Math.sin(i / 9) * Math.cos(i / 531) + 0.1 * random.uniform()),
);
const y = x.map((value) => Math.fround(value + 0.1 * random.normal()));
const given = { dataRange: 1, window: 3, sigma: 1 };

it("msSsimLoss: value to 1e-12 and 1e-5, gradients against central differences, on images with odd sides", () => {
  const wanted = referenceMsSsim({ data: [...x], shape }, { data: [...y], shape }, given)[0] as number;
  const { value, grads } = msSsimLoss.valueAndGrad({ data: x, shape }, { data: y, shape }, given);
  expectClose([value], [1 - wanted], 1e-12);
  const single = msSsimLoss.valueAndGrad(
    { data: Float32Array.from(x), shape },
    { data: Float32Array.from(y), shape },
    given,
  );
  expectClose([single.value], [1 - wanted], 1e-5);
  expectClose(single.grads.predictions.data, grads.predictions.data, 1e-4, 1);
  for (let i = 7; i < x.length; i += 401) {
    const moved = (data: number[]) => msSsimLoss({ data: Float64Array.from(data), shape }, { data: y, shape }, given);
    expect(grads.predictions.data[i]).toBeCloseTo(centralDifference(moved, [...x], i) as number, 8);
  }
  const { grads: swapped } = msSsimLoss.valueAndGrad({ data: y, shape }, { data: x, shape }, given);
  expectClose(swapped.predictions.data, grads.targets.data, 1e-12, 1);
});

it("msSsimLoss: f32 gradients of images that are nearly equal, to 2e-3 of the largest, or 2e-2 if they are noise", () => {
  const gradient = (array: typeof Float32Array | typeof Float64Array, first: number[], second: number[]) => [
    ...msSsimLoss.valueAndGrad({ data: array.from(first), shape }, { data: array.from(second), shape }, given).grads
      .predictions.data,
  ];
  const random = seededRandom(5);
  const noise = Array.from(x, () => Math.fround(random.uniform()));
  const cases = [
    { first: [...x], step: (i: number) => Math.sin(7 * i), within: 2e-3 },
    { first: noise, step: () => 2 * random.uniform() - 1, within: 2e-2 },
  ];
  for (const { first, step, within } of cases) {
    const second = first.map((value, i) => Math.fround(value + 1e-4 * step(i)));
    expectClose(gradient(Float32Array, first, second), gradient(Float64Array, first, second), within, 1);
  }
});

it("msSsimLoss: gradients of one image alone are the same", () => {
  const all = msSsimLoss.valueAndGrad({ data: x, shape }, { data: y, shape }, given).grads;
  const one = msSsimLoss.valueAndGrad({ data: x, shape }, { data: y, shape }, { ...given, wrt: ["targets"] }).grads;
  expect(one.targets.data).toEqual(all.targets.data);
});

it("msSsimLoss: opposite structure gives 1 with gradient 0, equal images 0 with gradient 0", () => {
  const opposite = x.map((value) => 1 - value);
  const far = msSsimLoss.valueAndGrad({ data: x, shape }, { data: opposite, shape }, given);
  expect(far.value).toBe(1);
  expect(far.grads.predictions.data.every((g) => g === 0)).toBe(true);
  const same = msSsimLoss.valueAndGrad({ data: x, shape }, { data: x, shape }, given);
  expect(same.value).toBe(0);
  expect(same.grads.predictions.data.every((g) => g === 0)).toBe(true);
  expect(msSsim({ data: x, shape }, { data: x, shape }, given)).toBe(1);
});

it("msSsimLoss: refuses images too small for five scales, naming both, and takes the smallest", () => {
  const image = (side: number) => ({ data: new Float32Array(side * 200), shape: [1, 1, side, 200] });
  expect(() => msSsimLoss(image(160), image(160), { dataRange: 1 })).toThrow(
    "msSsimLoss: predictions is 160 × 200 pixels, expected sides of at least 161 (5 scales of a window of 11: (11 - 1) * 16 + 1)",
  );
  expect(msSsimLoss(image(161), image(161), { dataRange: 1 })).toBe(0);
});

it("msSsim, msSsimLoss: as many scales as there are weights; those of 0 take no part", () => {
  const images: [Sample, Sample] = [
    { data: [...x], shape },
    { data: [...y], shape },
  ];
  for (const weights of [[1], [0.3, 0.7], [0.2, 0, 0.5], [0, 1, 2, 0.5], [0.1, 0.1, 0.1, 0.1, 0.1]]) {
    const wanted = referenceMsSsim(...images, given, weights)[0] as number;
    for (const [type, within] of [
      [Float64Array, 1e-12],
      [Float32Array, 1e-5],
    ] as const) {
      const [a, b] = [
        { data: type.from(x), shape },
        { data: type.from(y), shape },
      ];
      expectClose([msSsim(a, b, { ...given, weights })], [wanted], within);
      expectClose([msSsimLoss(a, b, { ...given, weights })], [1 - wanted], within);
    }
    const { grads } = msSsimLoss.valueAndGrad({ data: x, shape }, { data: y, shape }, { ...given, weights });
    for (let i = 7; i < x.length; i += 801) {
      const moved = (data: number[]) =>
        msSsimLoss({ data: Float64Array.from(data), shape }, { data: y, shape }, { ...given, weights });
      expect(grads.predictions.data[i]).toBeCloseTo(centralDifference(moved, [...x], i) as number, 8);
    }
  }
  // One scale of weight 1 is SSIM.
  expect(msSsim({ data: x, shape }, { data: y, shape }, { ...given, weights: [1] })).toBeCloseTo(
    ssim({ data: x, shape }, { data: y, shape }, given),
    12,
  );
  const call = (weights: number[]) => () => msSsimLoss({ data: x, shape }, { data: y, shape }, { ...given, weights });
  expect(call([0, 0])).toThrow("msSsimLoss: weights is 0 everywhere, expected some scale to count");
  expect(call([1, -1])).toThrow("msSsimLoss: weights[1] is -1, outside [0, ∞)");
});
