import { expect, it } from "vitest";
import { withLengths } from "../../../../test/harness/calls.ts";
import { describeLoss } from "../../../../test/harness/describeLoss.ts";
import type { Sample } from "../../../../test/harness/samples.ts";
import { testFeatureLists } from "../../../../test/image/lists.ts";
import { l2Loss } from "../../regression/l2/l2Loss.ts";
import type { FeatureOptions } from "./features.ts";
import { perceptualLoss } from "./perceptualLoss.ts";

describeLoss<FeatureOptions>(withLengths(perceptualLoss, { C: 2, H: 2 }), {
  reference: ([x, y], { weights }) => {
    const { data, shape } = x as Sample;
    const size = data.length / (shape[0] as number);
    const weight = weights ? (weights as number[])[0] : 1;
    return Array.from({ length: shape[0] as number }, (_, n) => {
      const errors = data
        .slice(n * size, (n + 1) * size)
        .map((a, i) => a - ((y as Sample).data[n * size + i] as number));
      return ((weight as number) * Math.hypot(...errors) ** 2) / size;
    });
  },
  options: [{}, { weights: [2.5] }],
  accuracy: { float32: 4e-7, float64: 2e-15 },
});

testFeatureLists(perceptualLoss);

it("perceptualLoss: one layer of weight 1 is the mean squared error", () => {
  const map = (data: number[]) => ({ data: Float64Array.from(data), shape: [1, 2, 1, 2] });
  const [x, y] = [map([1, 2, 3, 4]), map([0, 2, 5, 1])];
  expect(perceptualLoss(x, y)).toBeCloseTo(l2Loss(x, y), 15);
});

it("perceptualLoss: out of a list is a list, with one buffer for each entry", () => {
  const map = { data: Float32Array.of(1, 2), shape: [1, 2, 1, 1] };
  const call = (predictions: unknown) => () =>
    perceptualLoss.valueAndGrad([map, map], [map, map], { out: { predictions } as never });
  const buffer = () => new Float32Array(2);
  const each = "one for each of predictions";
  expect(call(buffer())).toThrow(
    `out.predictions is an object of type Float32Array, expected an array of 2 buffers, ${each}`,
  );
  expect(call(null)).toThrow(`out.predictions is null, expected an array of 2 buffers, ${each}`);
  expect(call([buffer(), buffer(), buffer()])).toThrow(`out.predictions has 3 buffers, expected 2 (${each})`);
  const own = buffer();
  const { grads } = perceptualLoss.valueAndGrad([map, map], [map, map], { out: { predictions: [undefined, own] } });
  expect(grads.predictions[1]?.data).toBe(own);
});
