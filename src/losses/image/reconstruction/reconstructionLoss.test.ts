import { describe, expect, it } from "vitest";
import { withLengths } from "../../../../test/harness/calls.ts";
import { beyondSquares, describeLoss } from "../../../../test/harness/describeLoss.ts";
import { centralDifference } from "../../../../test/harness/differences.ts";
import { expectClose } from "../../../../test/harness/expectClose.ts";
import { seeded } from "../../../../test/harness/random.ts";
import type { Sample } from "../../../../test/harness/samples.ts";
import { l1Loss } from "../../regression/l1/l1Loss.ts";
import { type ReconstructionOptions, reconstructionLoss } from "./reconstructionLoss.ts";

const meanSize = (values: readonly number[]) =>
  values.length === 0 ? 0 : values.reduce((sum, value) => sum + Math.abs(value), 0) / values.length;

function reference(
  [x, y]: readonly Sample[],
  { mask, maskWeight, edgeWeight }: Required<ReconstructionOptions>,
): number[] {
  const { data, shape } = x as Sample;
  const [, C, H, W] = shape as [number, number, number, number];
  const d = data.map((a, i) => a - ((y as Sample).data[i] as number));
  const m = (mask as { data: ArrayLike<number> } | undefined)?.data;
  const masked = m ? d.map((e, i) => e * (m[Math.floor(i / (C * H * W)) * H * W + (i % (H * W))] as number)) : [];
  const across = d.flatMap((e, i) => (i % W < W - 1 ? [(d[i + 1] as number) - e] : []));
  const down = d.flatMap((e, i) => (Math.floor(i / W) % H < H - 1 ? [(d[i + W] as number) - e] : []));
  return [meanSize(d) + maskWeight * meanSize(masked) + edgeWeight * (meanSize(across) + meanSize(down))];
}

describeLoss<ReconstructionOptions>(withLengths(reconstructionLoss, { C: 2, H: 2 }), {
  extreme: beyondSquares,
  reference,
  options: [{}, { edgeWeight: 0.7 }],
  accuracy: { float32: 4e-7, float64: 2e-15 },
});

describe("reconstructionLoss with a mask", () => {
  const random = seeded(4);
  const draw = (shape: readonly number[]) => ({
    data: Float64Array.from({ length: shape.reduce((a, b) => a * b) }, () => Math.fround(random.normal())),
    shape,
  });
  const given = { maskWeight: 3, edgeWeight: 0.5 };

  it("agrees with the reference and with central differences, at widths of every tail", () => {
    for (const width of [1, 2, 3, 4, 5, 6, 7, 8, 9, 13]) {
      const shape = [2, 3, 4, width];
      const [x, y] = [draw(shape), draw(shape)];
      const mask = draw([2, 1, 4, width]);
      const { value, grads } = reconstructionLoss.valueAndGrad(x, y, { ...given, mask });
      const samples = [x, y].map(({ data }) => ({ data: [...data], shape }));
      expectClose([value], reference(samples, { ...given, mask }), 2e-15);
      for (let i = 0; i < x.data.length; i += 5) {
        const moved = (data: number[]) =>
          reconstructionLoss({ data: Float64Array.from(data), shape }, y, { ...given, mask });
        const wanted = centralDifference(moved, [...x.data], i);
        if (wanted !== null) expect(grads.predictions.data[i]).toBeCloseTo(wanted, 8);
      }
      expect([...grads.targets.data]).toEqual([...grads.predictions.data].map((g) => -g));
    }
  });

  it("the mask is the same for all channels, and shapes that do not fit are refused", () => {
    const [x, y] = [draw([1, 2, 2, 2]), draw([1, 2, 2, 2])];
    expect(() => reconstructionLoss(x, y, { mask: draw([1, 2, 2, 2]) })).toThrow(
      "reconstructionLoss: mask is [1, 2, 2, 2], expected [1, 1, 2, 2]",
    );
    const mask = { data: Float64Array.of(0, 0, 1, 0), shape: [1, 1, 2, 2] };
    const d = (i: number) => Math.abs((x.data[i] as number) - (y.data[i] as number));
    const flat = { ...mask, shape: [1, 2, 2] };
    expect(reconstructionLoss(x, y, { mask: flat })).toBe(reconstructionLoss(x, y, { mask }));
    expect(reconstructionLoss(x, y, { mask, maskWeight: 8 })).toBeCloseTo(l1Loss(x, y) + d(2) + d(6), 14);
  });

  it("is l1Loss without options", () => {
    const [x, y] = [draw([2, 1, 3, 5]), draw([2, 1, 3, 5])];
    expect(reconstructionLoss(x, y)).toBeCloseTo(l1Loss(x, y), 15);
  });
});
