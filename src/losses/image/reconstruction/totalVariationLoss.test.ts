import { expect, it } from "vitest";
import { withLengths } from "../../../../test/harness/calls.ts";
import { describeLoss } from "../../../../test/harness/describeLoss.ts";
import type { Sample } from "../../../../test/harness/samples.ts";
import { totalVariationLoss } from "./totalVariationLoss.ts";

/** Steps of every pixel to its right and lower neighbours, in index arithmetic. */
function steps({ data, shape }: Sample): { across: number[]; down: number[] }[] {
  const [N, C, H, W] = shape as [number, number, number, number];
  return Array.from({ length: N }, (_, n) => {
    const result = { across: [] as number[], down: [] as number[] };
    for (let i = n * C * H * W; i < (n + 1) * C * H * W; i++) {
      if (i % W < W - 1) result.across.push((data[i + 1] as number) - (data[i] as number));
      if (Math.floor(i / W) % H < H - 1) result.down.push((data[i + W] as number) - (data[i] as number));
    }
    return result;
  });
}

describeLoss<object>(withLengths(totalVariationLoss, { C: 2, H: 2 }), {
  reference: ([x]) => {
    const [, C, H, W] = (x as Sample).shape as [number, number, number, number];
    return steps(x as Sample).map(
      ({ across, down }) => [...across, ...down].reduce((sum, step) => sum + Math.abs(step), 0) / (C * H * W),
    );
  },
  options: [{}],
  accuracy: { float32: 4e-7, float64: 2e-15 },
});

it("totalVariationLoss: a stair of one step costs its height times its length, wherever it lies", () => {
  const image = (edge: number) => ({
    data: Float64Array.from({ length: 60 }, (_, i) => (i % 10 < edge ? 0 : 2)),
    shape: [1, 1, 6, 10],
  });
  for (const edge of [1, 4, 9]) expect(totalVariationLoss(image(edge))).toBeCloseTo((2 * 6) / 60, 14);
});

it("totalVariationLoss: constant images give 0 with gradient 0", () => {
  const { value, grads } = totalVariationLoss.valueAndGrad({ data: new Float32Array(30).fill(3), shape: [1, 1, 5, 6] });
  expect([value, ...grads.images.data].every((x) => x === 0)).toBe(true);
});
