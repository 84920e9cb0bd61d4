import { expect, it } from "vitest";
import { withLengths } from "../../../../test/harness/calls.ts";
import { beyondSquares, describeLoss } from "../../../../test/harness/describeLoss.ts";
import type { Sample } from "../../../../test/harness/samples.ts";
import type { RangeOptions } from "../pair.ts";
import { psnr } from "./psnr.ts";

describeLoss<RangeOptions>(
  withLengths(psnr, {
    H: 2,
  }) as typeof psnr,
  {
    extreme: beyondSquares,
    reference: ([x, y], { dataRange }) => {
      const { data, shape } = x as Sample;
      const size = data.length / (shape[0] as number);
      return Array.from({ length: shape[0] as number }, (_, n) => {
        const errors = data
          .slice(n * size, (n + 1) * size)
          .map((a, i) => a - ((y as Sample).data[n * size + i] as number));
        return 10 * Math.log10(dataRange ** 2 / (Math.hypot(...errors) ** 2 / size));
      });
    },
    options: [{ dataRange: 1 }, { dataRange: 255 }],
    accuracy: { float32: 4e-7, float64: 4e-15, least: 1 },
    gradientAccuracy: { float32: 2e-6, float64: 4e-15 },
  },
);

it("psnr: an error of a tenth of the range is 20 dB; equal images are infinitely good, with gradient 0", () => {
  expect(psnr([[[[0.1, 0.9]]]], [[[[0, 1]]]], { dataRange: 1 })).toBeCloseTo(20, 12);
  const { value, grads } = psnr.valueAndGrad([[[[0.5, 1]]]], [[[[0.5, 1]]]], { dataRange: 1 });
  expect([value, ...grads.predictions.data]).toEqual([Number.POSITIVE_INFINITY, 0, 0]);
});

it("psnr: bytes have a range of 255 and do not wrap around; floats need one", () => {
  const image = (...data: number[]) => ({ data: Uint8Array.from(data), shape: [1, 1, 1, 2] });
  expect(psnr(image(0, 255), image(255, 0))).toBe(0);
  // @ts-expect-error: no range
  expect(() => psnr([[[[1]]]], [[[[0]]]])).toThrow(/^psnr: dataRange is missing/);
});

it("psnr: of a volume it is that of its pixels in any arrangement", () => {
  const shape = [2, 1, 3, 4, 5];
  const [x, y] = [0, 1].map((seed) => Float64Array.from({ length: 120 }, (_, i) => Math.sin(3 * i + seed)));
  const volumes = [x, y].map((data) => ({ data, shape })) as [Volume, Volume];
  const flat = [x, y].map((data) => ({ data, shape: [2, 1, 12, 5] })) as [Volume, Volume];
  const given = { dataRange: 2, reduction: "none" } as const;
  const [volume, image] = [psnr.valueAndGrad(...volumes, given), psnr.valueAndGrad(...flat, given)];
  expect(volume.value.data).toEqual(image.value.data);
  expect(volume.grads.predictions).toEqual({ data: image.grads.predictions.data, shape });
});

interface Volume {
  data: Float64Array;
  shape: number[];
}
