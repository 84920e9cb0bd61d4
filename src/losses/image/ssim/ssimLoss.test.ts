import { describe, expect, it } from "vitest";
import { withLengths } from "../../../../test/harness/calls.ts";
import { describeLoss, squares } from "../../../../test/harness/describeLoss.ts";
import { centralDifference } from "../../../../test/harness/differences.ts";
import { expectClose } from "../../../../test/harness/expectClose.ts";
import { seeded } from "../../../../test/harness/random.ts";
import type { Sample } from "../../../../test/harness/samples.ts";
import { extended, mirrored, referenceSsim } from "../../../../test/image/reference.ts";
import { seededRandom } from "../../../random.ts";
import { msSsim } from "./msSsim.ts";
import { msSsimLoss } from "./msSsimLoss.ts";
import { ssim } from "./ssim.ts";
import { ssimLoss } from "./ssimLoss.ts";
import type { SsimOptions } from "./window.ts";

const options: SsimOptions[] = [
  { window: 3, dataRange: 2 },
  { window: 2, dataRange: 1, sigma: 0.7 },
  { window: 1, dataRange: 3, k1: 0.1, k2: 0.2 },
  { window: 3, dataRange: 1, sigma: Number.POSITIVE_INFINITY },
];

for (const lengths of [
  { "...": "", C: 1, H: 3, W: 5 },
  { "...": "", C: 1, H: 4, W: 8 },
  { "...": 3, C: 1, H: 4, W: 3 },
] as const)
  describeLoss<SsimOptions>(withLengths(ssimLoss, lengths) as typeof ssimLoss, {
    extreme: squares,
    reference: ([x, y], given) => {
      const { data, shape } = referenceSsim(x as Sample, y as Sample, given);
      const size = data.length / (shape[0] as number);
      return Array.from({ length: shape[0] as number }, (_, n) => {
        const lost = data.slice(n * size, (n + 1) * size).map((s) => 1 - s);
        return lost.reduce((sum, s) => sum + s, 0) / size;
      });
    },
    options,
    accuracy: { float32: 2e-5, float64: 1e-12 },
    gradientAccuracy: { float32: 1e-3, float64: 1e-11 },
  });

/** Pixels of a smooth scene in [0, 1] with texture, and the same with noise. */
function scene(shape: readonly number[], seed: number, offset = 0): [Sample, Sample] {
  const random = seeded(seed);
  const size = shape.reduce((product, length) => product * length, 1);
  const width = shape[3] as number;
  const x = Array.from({ length: size }, (_, i) => {
    const [r, c] = [Math.floor(i / width), i % width];
    return Math.fround(offset + 0.5 + 0.3 * Math.sin(r / 5) * Math.cos(c / 7) + 0.1 * random.uniform());
  });
  const y = x.map((value) => Math.fround(value + 0.05 * random.normal()));
  return [
    { data: x, shape },
    { data: y, shape },
  ];
}

const input = ({ data, shape }: Sample, dtype: "float32" | "float64") => ({
  data: dtype === "float32" ? Float32Array.from(data) : Float64Array.from(data),
  shape,
});

const meanOf = ({ data }: Sample) => data.reduce((sum, s) => sum + s, 0) / data.length;

describe("ssimLoss on larger images", () => {
  const sizes = Array.from({ length: 20 }, (_, i) => [11 + (i % 3), 11 + i] as const);

  it("float32 to 3e-6, float64 to 1e-13, at every width from 11 to 30 and at others that need many blocks", () => {
    for (const [height, width] of [...sizes, [23, 131], [40, 70]] as const) {
      const [x, y] = scene([1, 1, height, width], height * width);
      const wanted = 1 - meanOf(referenceSsim(x, y, { dataRange: 1 }));
      for (const [dtype, accuracy] of [
        ["float32", 3e-6],
        ["float64", 1e-13],
      ] as const)
        expectClose([ssimLoss(input(x, dtype), input(y, dtype), { dataRange: 1 })], [wanted], accuracy);
    }
  });

  it("gradients agree with central differences: float64 to 1e-8, float32 to 1e-4 of the largest", () => {
    for (const [height, width, window] of [
      [12, 17, 11],
      [16, 13, 8],
      [14, 21, 5],
    ] as const) {
      const [x, y] = scene([1, 2, height, width], 3);
      const given = { dataRange: 1, window };
      const { grads } = ssimLoss.valueAndGrad(input(x, "float64"), input(y, "float64"), given);
      const single = ssimLoss.valueAndGrad(input(x, "float32"), input(y, "float32"), given).grads;
      expectClose(single.predictions.data, grads.predictions.data, 1e-4, 1);
      expectClose(single.targets.data, grads.targets.data, 1e-4, 1);
      for (let i = 0; i < x.data.length; i += 13) {
        const moved = (other: Sample) => (data: number[]) =>
          other === x
            ? ssimLoss(input({ ...x, data }, "float64"), input(y, "float64"), given)
            : ssimLoss(input(x, "float64"), input({ ...y, data }, "float64"), given);
        expect(grads.predictions.data[i]).toBeCloseTo(centralDifference(moved(x), x.data, i) as number, 8);
        expect(grads.targets.data[i]).toBeCloseTo(centralDifference(moved(y), y.data, i) as number, 8);
      }
    }
  });

  it("keeps its digits in float32 far from 0: pixels around 10000 with contrast 1", () => {
    const [x, y] = scene([1, 1, 30, 40], 4, 10000);
    const wanted = 1 - meanOf(referenceSsim(x, y, { dataRange: 1 }));
    expectClose([ssimLoss(input(x, "float32"), input(y, "float32"), { dataRange: 1 })], [wanted], 3e-6);
  });

  it("keeps its digits for images that are nearly equal", () => {
    const [x] = scene([1, 1, 30, 40], 5);
    const y = { ...x, data: x.data.map((value, i) => value + 1e-7 * Math.sin(i)) };
    const wanted = ssimLoss(
      input(x, "float64"),
      input({ ...x, data: x.data.map((v, i) => v + 1e-5 * Math.sin(i)) }, "float64"),
      { dataRange: 1 },
    );
    expect(ssimLoss(input(x, "float64"), input(y, "float64"), { dataRange: 1 }) / wanted).toBeCloseTo(1e-4, 9);
  });

  it("gives 0 with gradient 0 for equal images, and is symmetric", () => {
    const [x, y] = scene([2, 1, 15, 15], 6);
    const same = ssimLoss.valueAndGrad(input(x, "float32"), input(x, "float32"), { dataRange: 1 });
    expect(same.value).toBe(0);
    expect(same.grads.predictions.data.every((g) => g === 0)).toBe(true);
    expect(ssimLoss(input(x, "float64"), input(y, "float64"), { dataRange: 1 })).toBe(
      ssimLoss(input(y, "float64"), input(x, "float64"), { dataRange: 1 }),
    );
  });

  it("does not change when pixels and range are scaled together", () => {
    const [x, y] = scene([1, 1, 15, 20], 7);
    const times = (sample: Sample) => input({ ...sample, data: sample.data.map((v) => 256 * v) }, "float64");
    expectClose(
      [ssimLoss(times(x), times(y), { dataRange: 256 })],
      [ssimLoss(input(x, "float64"), input(y, "float64"), { dataRange: 1 })],
      1e-13,
    );
  });

  it("weights each image by its upstream", () => {
    const [x, y] = scene([2, 1, 12, 12], 8);
    const given = { dataRange: 1, reduction: "none" } as const;
    const plain = ssimLoss.valueAndGrad(input(x, "float64"), input(y, "float64"), given).grads.predictions.data;
    const weighted = ssimLoss.valueAndGrad(input(x, "float64"), input(y, "float64"), { ...given, upstream: [2, -3] });
    expectClose(
      weighted.grads.predictions.data,
      plain.map((g, i) => (i < 144 ? 2 : -3) * g),
      1e-14,
    );
  });
});

it("ssimLoss: refuses images smaller than the window, naming both", () => {
  const image = { data: new Float32Array(10 * 40), shape: [1, 1, 10, 40] };
  expect(() => ssimLoss(image, image, { dataRange: 1 })).toThrow(
    new RangeError("ssimLoss: predictions is 10 × 40 pixels, expected sides of at least 11 (the window)"),
  );
});

it("ssimLoss: dataRange is required for floats, and 255 for bytes", () => {
  const bytes = { data: Uint8Array.from({ length: 400 }, (_, i) => (i * 37) % 256), shape: [1, 1, 20, 20] };
  const others = { data: Uint8ClampedArray.from({ length: 400 }, (_, i) => (i * 41) % 256), shape: [1, 1, 20, 20] };
  const floats = { data: Float64Array.from(bytes.data), shape: bytes.shape };
  expect(ssimLoss(bytes, others)).toBe(ssimLoss(floats, others, { dataRange: 255 }));
  // @ts-expect-error: no range
  expect(() => ssimLoss(floats, others)).toThrow(TypeError);
  // @ts-expect-error: no range
  expect(() => ssimLoss(floats, others)).toThrow(/^ssimLoss: dataRange is missing/);
  expect(() => ssimLoss(floats, floats, { dataRange: 0 })).toThrow(/dataRange is 0, outside/);
});

it("ssim, ssimLoss, msSsimLoss: images of any range are those of range 1, their gradients over the range", () => {
  const random = seededRandom(5);
  const pair = (side: number): Sample[] => {
    const first = Array.from({ length: side * side }, () => random.uniform());
    const shape = [1, 1, side, side];
    return [first, first.map((v) => 0.7 * v + 0.3 * random.uniform())].map((data) => ({ data, shape }));
  };
  const [small, large] = [pair(16), pair(33)];
  const cases = [
    { loss: ssim, images: small, options: {} },
    { loss: ssimLoss, images: small, options: {} },
    { loss: msSsim, images: large, options: { window: 3, sigma: 9 } },
    { loss: msSsimLoss, images: large, options: { window: 3, sigma: 9 } },
  ];
  for (const { loss, images, options } of cases)
    for (const [type, ranges, digits] of [
      [Float32Array, [1e-30, 1e-20, 1e20, 1e30], 1e-4],
      [Float64Array, [1e-300, 1e-100, 1e100, 1e300], 1e-10],
    ] as const)
      for (const dataRange of ranges) {
        const at = (range: number) =>
          images.map(({ data, shape }) => ({ data: type.of(...data.map((v) => v * range)), shape })) as unknown as [
            Sample,
            Sample,
          ];
        // All of them take what ssimLoss takes here.
        const { valueAndGrad } = loss as unknown as typeof ssimLoss;
        const expected = valueAndGrad(...at(1), { ...options, dataRange: 1 });
        const { value, grads } = valueAndGrad(...at(dataRange), { ...options, dataRange });
        expect(Math.abs(value - expected.value)).toBeLessThan(digits);
        const right = [...expected.grads.targets.data];
        const most = Math.max(...right.map(Math.abs));
        const off = right.map((g, i) => Math.abs((grads.targets.data[i] as number) * dataRange - g) / most);
        expect(Math.max(...off)).toBeLessThan(digits);
      }
});

/** Which windows, one per pixel for "same", lie over pixels of the mask [H, W] alone. */
function windowsOver(mask: readonly number[], H: number, W: number, window: number, same: boolean): boolean[] {
  const before = same ? Math.floor((window - 1) / 2) : 0;
  const [rows, columns] = same ? [H, W] : [H - window + 1, W - window + 1];
  return Array.from({ length: rows * columns }, (_, i) => {
    const [r, c] = [Math.floor(i / columns) - before, (i % columns) - before];
    return Array.from({ length: window * window }, (_, t) => [r + Math.floor(t / window), c + (t % window)]).every(
      ([row, column]) => mask[mirrored(row as number, H) * W + mirrored(column as number, W)] !== 0,
    );
  });
}

describe.each([3, 4, 11])("a window of %d", (window) => {
  const [N, C, H, W] = [2, 2, 13, 15];
  const [x, y] = scene([N, C, H, W], window);
  const given = { dataRange: 1, window };
  const random = seeded(window);
  // Of the second image one corner pixel is left out.
  const mask = Array.from({ length: N * H * W }, (_, i) =>
    i < H * W ? Number(random.below(60) > 0) : Number(i > H * W),
  );

  it.each([
    { padding: "same" as const, masked: false },
    { padding: "same" as const, masked: true },
    { padding: "valid" as const, masked: true },
  ])("padding $padding, mask $masked", ({ padding, masked }) => {
    const same = padding === "same";
    const map = same ? referenceSsim(extended(x, window), extended(y, window), given) : referenceSsim(x, y, given);
    const size = map.data.length / (N * C);
    const kept = Array.from({ length: N }, (_, n) =>
      masked ? windowsOver(mask.slice(n * H * W, (n + 1) * H * W), H, W, window, same) : new Array(size).fill(true),
    );
    const wanted = kept.map((windows, n) => {
      const values = map.data.slice(n * C * size, (n + 1) * C * size).filter((_, i) => windows[i % size]);
      return values.length ? values.reduce((sum, s) => sum + 1 - s, 0) / values.length : 0;
    });
    const set = {
      ...given,
      padding,
      reduction: "none" as const,
      ...(masked && { mask: { data: mask, shape: [N, H, W] } }),
    };
    // What lies under a 0 of the mask may be anything.
    const broken = ({ data, shape }: Sample): Sample => ({
      data: data.map((v, i) => (masked && !mask[Math.floor(i / (C * H * W)) * H * W + (i % (H * W))] ? Number.NaN : v)),
      shape,
    });
    for (const [dtype, accuracy, slack] of [
      ["float64", 1e-12, 1e-12],
      ["float32", 1e-5, 1e-4],
    ] as const) {
      const [a, b] = [input(broken(x), dtype), input(broken(y), dtype)];
      const { value, grads } = ssimLoss.valueAndGrad(a, b, set);
      expectClose(value.data, wanted, accuracy);
      expectClose(
        ssim(a, b, set).data,
        wanted.map((v) => 1 - v),
        accuracy,
      );
      const exact = ssimLoss.valueAndGrad(input(x, "float64"), input(y, "float64"), set).grads;
      expectClose(grads.predictions.data, exact.predictions.data, slack, 1);
      expectClose(grads.targets.data, exact.targets.data, slack, 1);
    }
    const mean = { ...set, reduction: "mean" as const };
    const { grads } = ssimLoss.valueAndGrad(input(x, "float64"), input(y, "float64"), mean);
    for (let i = 0; i < x.data.length; i += 61) {
      const moved = (data: number[]) => ssimLoss(input({ ...x, data }, "float64"), input(y, "float64"), mean);
      expect(grads.predictions.data[i]).toBeCloseTo(centralDifference(moved, x.data, i) as number, 8);
    }
    const { map: own } = ssim(input(broken(x), "float64"), input(broken(y), "float64"), { ...mean, full: true });
    expect(own.shape).toEqual(map.shape);
    const shown = map.data.map((s, i) => (kept[Math.floor(i / (C * size))]?.[i % size] ? s : Number.NaN));
    for (const [i, s] of shown.entries())
      expect(own.data[i]).toEqual(Number.isNaN(s) ? Number.NaN : expect.closeTo(s, 11));
  });
});

it("ssimLoss: a mask is of 0 and 1, with an axis of channels or without", () => {
  const [x, y] = scene([1, 2, 8, 8], 9);
  const mask = Array.from({ length: 8 }, (_, r) => Array.from({ length: 8 }, (__, c) => Number(r > 1 || c > 2)));
  const given = { dataRange: 1, window: 3 };
  expect(ssimLoss(x, y, { ...given, mask: [[mask]] })).toBe(ssimLoss(x, y, { ...given, mask: [mask] }));
  const half = mask.map((row) => row.map((m) => m / 2));
  for (const call of [ssimLoss, ssim])
    expect(() => call(x, y, { ...given, mask: [half] })).toThrow(/mask\[0, 0, 3\] is 0\.5, outside \{0, 1\}/);
});

it('ssimLoss: padding "same" takes images of half a window, and no smaller ones', () => {
  const image = (side: number) => ({
    data: Float64Array.from({ length: side * side }, (_, i) => i % 7),
    shape: [1, 1, side, side],
  });
  const given = { dataRange: 7, padding: "same" as const };
  expect(ssimLoss(image(6), image(6), given)).toBe(0);
  expect(() => ssimLoss(image(5), image(5), given)).toThrow(
    "ssimLoss: predictions is 5 × 5 pixels, expected sides of at least 6 (half the window and a pixel)",
  );
});
