import { describe, expect, it } from "vitest";
import { centralDifference } from "../../../../test/harness/differences.ts";
import { expectClose } from "../../../../test/harness/expectClose.ts";
import { extended, referenceSsim } from "../../../../test/image/reference.ts";
import { msSsim } from "./msSsim.ts";
import { msSsimLoss } from "./msSsimLoss.ts";
import { ssim } from "./ssim.ts";
import { ssimLoss } from "./ssimLoss.ts";

type Floats = typeof Float32Array | typeof Float64Array;

const texture = (i: number) => (((i * 37) % 251) / 250) * 0.4 + 0.3 * (1 + Math.sin(i / 17));

/** Volumes or images of a shape. */
function pairOf(shape: readonly number[], type: Floats = Float64Array) {
  const size = shape.reduce((product, length) => product * length, 1);
  const x = type.from(Array.from({ length: size }, (_, i) => texture(i)));
  return [
    { data: x, shape },
    { data: x.map((value, i) => value + 0.1 * Math.sin(i / 3)), shape },
  ] as const;
}

const meanOf = ({ data }: { readonly data: ArrayLike<number> }) =>
  Array.from(data).reduce((sum, value) => sum + value, 0) / data.length;

describe("SSIM of volumes", () => {
  it("is scikit-image's structural_similarity of three axes: float64 to 1e-13, float32 to 1e-6", () => {
    // gaussian_weights=True, sigma=1.5, use_sample_covariance=False; and win_size=5, use_sample_covariance=False.
    const equal = { window: 5, sigma: Number.POSITIVE_INFINITY };
    for (const [type, within] of [
      [Float64Array, 1e-13],
      [Float32Array, 1e-6],
    ] as const) {
      const [x, y] = pairOf([1, 1, 13, 15, 14], type);
      expectClose([ssim(x, y, { dataRange: 1 })], [0.9549367759855925], within);
      expectClose([ssim(x, y, { dataRange: 1, ...equal })], [0.9480857790941949], within);
      const { map } = ssim(x, y, { dataRange: 1, full: true });
      expect(map.shape).toEqual([1, 1, 3, 5, 4]);
      expectClose(
        [map.data[(1 * 5 + 2) * 4 + 2] as number, map.data[0] as number],
        [0.9492156867282173, 0.9613435652824672],
        within,
      );
    }
  });

  it.each([
    { padding: "valid" as const, holes: false },
    { padding: "same" as const, holes: false },
    { padding: "valid" as const, holes: true },
    { padding: "same" as const, holes: true },
  ])(
    "agrees with the reference, and with central differences: padding $padding, holes $holes",
    ({ padding, holes }) => {
      const shape = [2, 2, 5, 4, 6];
      const [x, y] = pairOf(shape);
      const plain = { dataRange: 1, window: 3, padding };
      // Of the second volume a corner voxel is left out.
      const mask = { data: Float64Array.from({ length: 240 }, (_, i) => Number(i !== 120)), shape: [2, 1, 5, 4, 6] };
      const given = holes ? { ...plain, mask } : plain;
      const [a, b] = [x, y].map(({ data }) => ({ data: [...data], shape })) as [
        { data: number[]; shape: number[] },
        { data: number[]; shape: number[] },
      ];
      const all =
        padding === "same" ? referenceSsim(extended(a, 3), extended(b, 3), plain) : referenceSsim(a, b, plain);
      const [, , D, H, W] = all.shape as [number, number, number, number, number];
      // With "same" it is under the windows around itself, its neighbours, and no mirror image; with "valid" under the first.
      const reach = padding === "same" ? 2 : 1;
      const dropped = (i: number) => {
        const [n, d, h, w] = [
          Math.floor(i / (2 * D * H * W)),
          Math.floor(i / (H * W)) % D,
          Math.floor(i / W) % H,
          i % W,
        ];
        return holes && n === 1 && d < reach && h < reach && w < reach;
      };
      const kept = all.data.filter((_, i) => !dropped(i));
      const halves = [all.data.slice(0, 2 * D * H * W), kept.slice(2 * D * H * W)];
      const broken = {
        data: x.data.map((value, i) => (holes && (i === 240 || i === 360) ? Number.NaN : value)),
        shape,
      };
      const { value, map } = ssim(broken, y, { ...given, reduction: "none", full: true });
      expectClose(
        value.data,
        halves.map((data) => meanOf({ data })),
        1e-12,
      );
      expect(map.shape).toEqual(all.shape);
      for (const [i, s] of all.data.entries())
        expect(map.data[i]).toEqual(dropped(i) ? Number.NaN : expect.closeTo(s, 11));
      const { grads } = ssimLoss.valueAndGrad(broken, y, given);
      for (let i = 0; i < x.data.length; i += 17) {
        const first = (data: number[]) => ssimLoss({ data: Float64Array.from(data), shape }, y, given);
        const second = (data: number[]) => ssimLoss(x, { data: Float64Array.from(data), shape }, given);
        expect(grads.predictions.data[i]).toBeCloseTo(centralDifference(first, a.data, i) as number, 8);
        expect(grads.targets.data[i]).toBeCloseTo(centralDifference(second, b.data, i) as number, 8);
      }
    },
  );

  it("has gradients of several scales that agree with central differences, on odd sides", () => {
    const shape = [1, 2, 7, 6, 9];
    const [x, y] = pairOf(shape);
    const given = { dataRange: 1, window: 2, weights: [0.3, 0.3, 0.4] };
    const { value, grads } = msSsimLoss.valueAndGrad(x, y, given);
    expect(msSsim(x, y, given)).toBeCloseTo(1 - value, 14);
    for (let i = 0; i < x.data.length; i += 29) {
      const moved = (data: number[]) => msSsimLoss({ data: Float64Array.from(data), shape }, y, given);
      expect(grads.predictions.data[i]).toBeCloseTo(centralDifference(moved, [...x.data], i) as number, 8);
    }
  });

  it("refuses volumes smaller than the window, and more axes", () => {
    const volume = (...sides: number[]) => pairOf([1, 1, ...sides]);
    expect(() => ssim(...volume(5, 12, 40), { dataRange: 1 })).toThrow(
      "ssim: predictions is 5 × 12 × 40 voxels, expected sides of at least 11 (the window)",
    );
    expect(() => ssimLoss(...volume(3, 3, 3, 3), { dataRange: 1, window: 3 })).toThrow(
      "ssimLoss: predictions is [1, 1, 3, 3, 3, 3], expected [N, C, H, W] or [N, C, D, H, W]",
    );
  });
});

describe("SSIM of wide images, which are computed in strips", () => {
  const [short, long] = [13, 1105];
  const across = [1, 1, short, long];
  const turned = <T extends Float32Array | Float64Array>({ data }: { readonly data: T }, wide = long) => ({
    data: data.map((_, i) => data[(i % (data.length / wide)) * wide + Math.floor(i / (data.length / wide))] as number),
    shape: [1, 1, wide, data.length / wide],
  });

  it.each([
    [Float64Array, 1e-12],
    [Float32Array, 1e-4],
  ] as const)("is that of the images turned, value, map and gradient: %o", (type, within) => {
    const [x, y] = pairOf(across, type);
    const mask = {
      data: type.from(Array.from({ length: short * long }, (_, i) => Number(i % 4001 > 0))),
      shape: across,
    };
    for (const given of [
      { dataRange: 1 },
      { dataRange: 1, mask },
      { dataRange: 1, window: 4, padding: "same" as const },
    ]) {
      const upright = "mask" in given ? { ...given, mask: turned(mask) } : given;
      const [wide, tall] = [ssimLoss.valueAndGrad(x, y, given), ssimLoss.valueAndGrad(turned(x), turned(y), upright)];
      expectClose([wide.value, ssimLoss(x, y, given)], [tall.value, tall.value], within);
      expectClose(turned(wide.grads.predictions).data, tall.grads.predictions.data, within, 1);
      expectClose(turned(wide.grads.targets).data, tall.grads.targets.data, within, 1);
      const [map, own] = [
        ssim(x, y, { ...given, full: true }).map,
        ssim(turned(x), turned(y), { ...upright, full: true }).map,
      ];
      const filled = (data: Float32Array | Float64Array) => data.map((s) => (Number.isNaN(s) ? 9 : s));
      expectClose(filled(turned(map as typeof x, map.shape[3]).data), filled(own.data as Float64Array), within, 1);
    }
  });
});
