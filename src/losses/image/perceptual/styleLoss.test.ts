import { expect, it } from "vitest";
import { withLengths } from "../../../../test/harness/calls.ts";
import { describeLoss } from "../../../../test/harness/describeLoss.ts";
import { expectClose } from "../../../../test/harness/expectClose.ts";
import type { Sample } from "../../../../test/harness/samples.ts";
import { testFeatureLists } from "../../../../test/image/lists.ts";
import type { FeatureOptions } from "./features.ts";
import { styleLoss } from "./styleLoss.ts";

/** The Gram matrix of image n, entry by entry. */
function gram({ data, shape }: Sample, n: number): number[] {
  const [, C, H, W] = shape as [number, number, number, number];
  const at = (c: number, p: number) => data[(n * C + c) * H * W + p] as number;
  return Array.from({ length: C * C }, (_, k) => {
    let sum = 0;
    for (let p = 0; p < H * W; p++) sum += at(Math.floor(k / C), p) * at(k % C, p);
    return sum / (C * H * W);
  });
}

describeLoss<FeatureOptions>(withLengths(styleLoss, { H: 2, W: 3 }), {
  reference: ([x, y], { weights }) =>
    Array.from({ length: (x as Sample).shape[0] as number }, (_, n) => {
      const [a, b] = [gram(x as Sample, n), gram(y as Sample, n)];
      const squares = a.reduce((sum, g, k) => sum + (g - (b[k] as number)) ** 2, 0);
      return (weights ? ((weights as number[])[0] as number) : 1) * squares;
    }),
  options: [{}, { weights: [2.5] }],
  accuracy: { float32: 4e-6, float64: 2e-14, floor: 1e-2 },
  gradientAccuracy: { float32: 2e-5, float64: 1e-13 },
});

testFeatureLists(styleLoss);

it("styleLoss: does not see where things are", () => {
  const map = (data: number[]) => ({ data: Float64Array.from(data), shape: [1, 2, 1, 3] });
  expect(styleLoss(map([1, 2, 3, 4, 5, 6]), map([3, 1, 2, 6, 4, 5]))).toBeCloseTo(0, 28);
});

it("styleLoss: nearly equal maps keep their digits in float32", () => {
  const shape = [1, 4, 5, 10];
  const x = Float32Array.from({ length: 200 }, (_, i) => 1 + Math.sin(i));
  const y = x.map((value, i) => value + 1e-4 * Math.cos(3 * i));
  const wide = (data: Float32Array) => ({ data: Float64Array.from(data), shape });
  expectClose([styleLoss({ data: x, shape }, { data: y, shape })], [styleLoss(wide(x), wide(y))], 1e-5);
});
