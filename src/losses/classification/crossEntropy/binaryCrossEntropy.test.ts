import { expect, it } from "vitest";
import { describeLoss } from "../../../../test/harness/describeLoss.ts";
import { softplus } from "../../../../test/harness/rows.ts";
import type { Sample } from "../../../../test/harness/samples.ts";
import { focalLoss } from "../focal/focal.ts";
import { type BinaryCrossEntropyOptions, binaryCrossEntropy } from "./binaryCrossEntropy.ts";

describeLoss<BinaryCrossEntropyOptions>(binaryCrossEntropy, {
  reference: ([logits, targets], { posWeight = 1 }) =>
    (logits as Sample).data.map((x, i) => {
      const t = (targets as Sample).data[i] as number;
      return posWeight * t * softplus(-x) + (1 - t) * softplus(x);
    }),
  options: [{}, { posWeight: 3 }, { posWeight: 0.2 }],
  accuracy: { float32: 5e-7, float64: 1e-15 },
  gradientAccuracy: { float32: 1e-5, float64: 1e-14 },
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
