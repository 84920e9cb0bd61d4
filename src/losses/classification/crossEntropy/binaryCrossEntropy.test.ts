import { expect, it } from "vitest";
import { describeLoss } from "../../../../test/harness/describeLoss.ts";
import { difference, one, softplus as softplusDigits, testDigits } from "../../../../test/harness/digits.ts";
import { softplus } from "../../../../test/harness/rows.ts";
import type { Sample } from "../../../../test/harness/samples.ts";
import { add, multiply } from "../../../../test/maths/doubleDouble.ts";
import { focalLoss } from "../focal/focalLoss.ts";
import { type BinaryCrossEntropyOptions, binaryCrossEntropy } from "./binaryCrossEntropy.ts";

describeLoss<BinaryCrossEntropyOptions>(binaryCrossEntropy, {
  atInfinity: ({ sign, of, options: { posWeight, labelSmoothing } }) => {
    const t = of("targets") * (1 - labelSmoothing) + labelSmoothing / 2;
    return [Number.POSITIVE_INFINITY, sign > 0 ? 1 - t : -(posWeight as number) * t];
  },
  reference: ([logits, targets], { posWeight, labelSmoothing }) =>
    (logits as Sample).data.map((x, i) => {
      const t = ((targets as Sample).data[i] as number) * (1 - labelSmoothing) + labelSmoothing / 2;
      return (posWeight as number) * t * softplus(-x) + (1 - t) * softplus(x);
    }),
  options: [{}, { posWeight: 3 }, { posWeight: 0.2 }, { labelSmoothing: 0.1, posWeight: 2 }],
  accuracy: { float32: 4e-7, float64: 8e-16 },
  gradientAccuracy: { float32: 1e-5, float64: 1e-14 },
});

testDigits(binaryCrossEntropy, {
  accuracy: 8e-16,
  draw: (random) => [8 * random.normal(), random.uniform()],
  options: [{ posWeight: 1 }, { posWeight: 3.3 }],
  value: (x, t, { posWeight = 1 }) =>
    add(multiply(multiply(one(posWeight), one(t)), softplusDigits(-x)), multiply(difference(1, t), softplusDigits(x))),
});

it("binaryCrossEntropy: small losses keep their digits, large logits do not overflow", () => {
  expect(binaryCrossEntropy(Float32Array.of(-20), Float32Array.of(0)) / Math.exp(-20)).toBeCloseTo(1, 6);
  expect(binaryCrossEntropy([1000, -1000], [0, 1])).toBe(1000);
  expect([...binaryCrossEntropy.valueAndGrad([1000, -1000], [0, 1], { reduction: "sum" }).grads.logits.data]).toEqual([
    1, -1,
  ]);
});

it("binaryCrossEntropy: the focal loss with gamma 0 and no alpha is the same", () => {
  const [x, t] = [
    [-3, 0.5, 2],
    [0, 0.3, 1],
  ];
  expect(focalLoss(x, t, { gamma: 0, alpha: null })).toBeCloseTo(binaryCrossEntropy(x, t), 15);
});

it("binaryCrossEntropy: refuses targets that are no probabilities", () => {
  expect(() => binaryCrossEntropy([1, 2], [0, 7])).toThrow("binaryCrossEntropy: targets[1] is 7, outside [0, 1]");
});

const infinite = Number.POSITIVE_INFINITY;

it.each([Float32Array, Float64Array])(
  "binaryCrossEntropy: an infinite logit costs nothing on the right side (%o)",
  (type) => {
    for (const posWeight of [1, 3, 0.25]) {
      const logits = type.of(-infinite, infinite, -infinite, infinite, -infinite, infinite);
      const targets = type.of(0, 1, 1, 0, 0.25, 0.25);
      const { value, grads } = binaryCrossEntropy.valueAndGrad(logits, targets, { posWeight, reduction: "none" });
      expect([...value.data]).toEqual([0, 0, infinite, infinite, infinite, infinite]);
      expect([...grads.logits.data].map((g) => g + 0)).toEqual([0, 0, -posWeight, 1, -0.25 * posWeight, 0.75]);
      // w softplus(−x) − softplus(x)
      expect([...grads.targets.data]).toEqual([infinite, -infinite, infinite, -infinite, infinite, -infinite]);
    }
    // One masked label among others leaves the mean what it is.
    expect(binaryCrossEntropy(type.of(-infinite, 0), type.of(0, 1))).toBeCloseTo(Math.LN2 / 2, 6);
  },
);

it("binaryCrossEntropy: a weight beyond float32 leaves negatives alone", () => {
  expect(binaryCrossEntropy(Float32Array.of(0), Float32Array.of(0), { posWeight: 1e39 })).toBeCloseTo(Math.LN2, 6);
});

it.each([Float32Array, Float64Array])("binaryCrossEntropy: a weight per class lies along axis 1 (%o)", (type) => {
  const accuracy = type === Float32Array ? 6 : 14;
  for (const shape of [
    [5, 3],
    [2, 3, 7],
    [2, 3, 4, 5],
  ]) {
    const [size, inner] = [shape.reduce((a, b) => a * b, 1), shape.slice(2).reduce((a, b) => a * b, 1)];
    const logits = { data: type.from(Array.from({ length: size }, (_, i) => 3 * Math.sin(5 * i))), shape };
    const targets = { data: type.from(Array.from({ length: size }, (_, i) => (i % 4) / 3)), shape };
    const posWeight = [0.5, 1, 4];
    const options = { labelSmoothing: 0.2, reduction: "none" } as const;
    const came = binaryCrossEntropy.valueAndGrad(logits, targets, { posWeight, ...options });
    const single = posWeight.map((w) => binaryCrossEntropy.valueAndGrad(logits, targets, { posWeight: w, ...options }));
    for (let i = 0; i < size; i++) {
      const { value, grads } = single[Math.floor(i / inner) % 3] as (typeof single)[number];
      expect(came.value.data[i]).toBeCloseTo(value.data[i] as number, accuracy);
      expect(came.grads.logits.data[i]).toBeCloseTo(grads.logits.data[i] as number, accuracy);
      expect(came.grads.targets.data[i]).toBeCloseTo(grads.targets.data[i] as number, accuracy);
    }
  }
});

// PyTorch 1.13: F.binary_cross_entropy_with_logits(x, y, pos_weight=tensor([1., 2., 0.5])), and of y * 0.9 + 0.05.
it("binaryCrossEntropy: is PyTorch's with pos_weight per class", () => {
  const [x, y] = [
    [
      [0.5, -1, 2],
      [-0.25, 3, -2],
    ],
    [
      [1, 0, 1],
      [0, 1, 0],
    ],
  ];
  const posWeight = [1, 2, 0.5];
  expect(binaryCrossEntropy(x, y, { posWeight })).toBeCloseTo(0.27514080188151935, 14);
  expect(binaryCrossEntropy(x, y, { posWeight, labelSmoothing: 0.1 })).toBeCloseTo(0.35026308801439, 14);
});

it("binaryCrossEntropy: refuses weights that are not one per class", () => {
  const message = "binaryCrossEntropy: posWeight is [2], expected [3] (inputs are [1, 3]; it lies along axis 1)";
  expect(() => binaryCrossEntropy([[1, 2, 3]], [[0, 1, 0]], { posWeight: [1, 2] })).toThrow(message);
  expect(() => binaryCrossEntropy([1, 2], [0, 1], { posWeight: [1, 2] })).toThrow(
    "posWeight is [2], expected a number",
  );
  expect(() => binaryCrossEntropy([[1]], [[0]], { posWeight: [0] })).toThrow("posWeight[0] is 0, outside (0, ∞)");
});
