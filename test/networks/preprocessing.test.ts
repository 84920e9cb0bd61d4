/** Resizing and presets against PIL, PyTorch and torchvision. */
import { describe, expect, it } from "vitest";
import { decode } from "../../src/cli/files/image.ts";
import { type PresetName, preprocess } from "../../src/networks/index.ts";
import type { Preprocessing } from "../../src/networks/preprocessing.ts";
import { type Filter, type ResizeOptions, resizePixels } from "../../src/networks/resize.ts";
import golden from "./networks.json" with { type: "json" };
import { noise } from "./noise.ts";

type Size = [number, number];

/** Resizes a plane of noise. */
function resizeNoise(seed: number, [height, width]: Size, to: Size, options: ResizeOptions) {
  const pixels = { data: noise(height * width, seed), width, height, channels: 1, colours: 1 } as const;
  return resizePixels(pixels, to, { top: 0, left: 0, height: to[0], width: to[1] }, options);
}

function largestError(ours: ArrayLike<number>, theirs: readonly number[]): number {
  expect(ours.length).toBe(theirs.length);
  return Math.max(...theirs.map((value, i) => Math.abs((ours[i] as number) - value)));
}

describe.each(golden.resized)("$filter $from → $to", ({ from, to, seed, filter, ...results }) => {
  const resize = (antialias: boolean, round: boolean) =>
    resizeNoise(seed, from as Size, to as Size, { filter: filter as Filter, antialias, round });

  it("is PIL's to the bit in 8 bits", () => {
    expect([...resize(true, true)]).toEqual(results.rounded);
  });
  it("is PIL's mode F within 4e-5 of 255", () => {
    expect(largestError(resize(true, false), results.floats)).toBeLessThan(4e-5);
  });
});

it.each(golden.resized.filter(({ plain }) => plain))(
  "bilinear $from → $to without antialiasing is PyTorch's interpolate within 4e-5 of 255",
  ({ from, to, seed, plain }) => {
    const options = { filter: "bilinear", antialias: false, round: false } as const;
    expect(largestError(resizeNoise(seed, from as Size, to as Size, options), plain as number[])).toBeLessThan(4e-5);
  },
);

it.each(golden.prepared)(
  "prepares $size for $preset as the original within 2e-6",
  ({ preset, size, seed, shape, sample }) => {
    const [height, width] = size as Size;
    const image = { data: noise(height * width * 3, seed), width, height };
    const ours = preprocess(image, preset as PresetName);
    expect(ours.shape).toEqual(shape);
    expect(
      largestError(
        ours.data.filter((_, i) => i % golden.step === 0),
        sample,
      ),
    ).toBeLessThan(2e-6);
  },
);

describe.each(golden.drawn)("the drawing $name", ({ name, file, ...results }) => {
  const open = () => decode(`${name}.png`, Buffer.from(file, "base64"));

  it("is prepared as clean-fid does within 2e-6, its overshoot clipped", async () => {
    const { data } = preprocess(await open(), "clean-fid");
    const sample = data.filter((_, i) => i % golden.step === 0);
    expect(largestError(sample, results.cleanFid)).toBeLessThan(2e-6);
    expect(Math.max(...sample)).toBe(127 / 128);
  });

  it("is clipped within 4e-5 of 255 where a step asks for it, and not otherwise", async () => {
    const steps = { resize: [30, 40], filter: "bicubic", round: false, divide: 1 } as const;
    const image = await open();
    expect(largestError(preprocess(image, { ...steps, clip: true }).data, results.clipped)).toBeLessThan(4e-5);
    expect(largestError(preprocess(image, steps).data, results.floats)).toBeLessThan(4e-5);
  });
});

it("takes grey for three equal channels and drops alpha", () => {
  const steps = { divide: 1 };
  const at = { width: 2, height: 1 };
  const channels = (...bytes: number[]) => [...preprocess({ ...at, data: Uint8Array.from(bytes) }, steps).data];
  expect(channels(7, 9)).toEqual([7, 9, 7, 9, 7, 9]);
  expect(channels(7, 128, 9, 0)).toEqual([7, 9, 7, 9, 7, 9]);
  expect(channels(1, 2, 3, 4, 5, 6)).toEqual([1, 4, 2, 5, 3, 6]);
  expect(channels(1, 2, 3, 0, 4, 5, 6, 255)).toEqual([1, 4, 2, 5, 3, 6]);
});

it("lays channels behind each other or beside each other", () => {
  const image = { width: 2, height: 1, data: Uint8Array.of(1, 2, 3, 4, 5, 6) };
  const steps = { divide: 2, mean: [1, 0, -1], std: [1, 2, 4] } as const;
  expect(preprocess(image, steps)).toEqual({ shape: [3, 1, 2], data: Float32Array.of(-0.5, 1, 0.5, 1.25, 0.625, 1) });
  expect(preprocess(image, { ...steps, layout: "NHWC" })).toEqual({
    shape: [1, 2, 3],
    data: Float32Array.of(-0.5, 0.5, 0.625, 1, 1.25, 1),
  });
});

it("crops the middle, and from a half pixel on to the even side", () => {
  const image = { width: 6, height: 1, data: Uint8Array.of(0, 1, 2, 3, 4, 5) };
  const crop = (width: number) => [...preprocess(image, { crop: [1, width], divide: 1 }).data.subarray(0, width)];
  expect(crop(2)).toEqual([2, 3]);
  expect(crop(5)).toEqual([0, 1, 2, 3, 4]);
  expect(crop(3)).toEqual([2, 3, 4]);
});

const image = { width: 2, height: 2, data: new Uint8Array(12) };
it.each<[unknown, unknown, RegExp]>([
  [image, "vgg", /^preprocess: preprocessing is "vgg", expected one of fid-inception, clean-fid/],
  [image, { sise: 3 }, /unknown option "sise"/],
  [image, { crops: [1, 1] }, /unknown option "crops"; did you mean "crop"\?/],
  [image, { resize: 0 }, /resize is the number 0, expected the shorter side or \[height, width\] in 1…16384/],
  [image, { resize: [1e9, 4] }, /resize is \[1000000000, 4\]/],
  [image, { std: [1, 0, 1] }, /std is \[1, 0, 1\], expected three numbers other than 0/],
  [image, { mean: Object.assign([0, 0], { length: 3 }) }, /mean is \[0, 0, \], expected three numbers/],
  [image, { clip: 255 }, /clip is the number 255, expected true or false/],
  [image, { filter: "lanczos" }, /filter is "lanczos", expected "bilinear" or "bicubic"/],
  [image, { crop: [3, 2] }, /^preprocess: image is 2x2 where 2x3 is cropped from it/],
  [{ ...image, width: 5 }, {}, /image has 12 bytes, expected 1 to 4 for each of its 5x2 pixels/],
  [{ ...image, height: 1.5 }, {}, /height is the number 1.5, expected a whole number/],
  [{ ...image, data: [1] }, {}, /data is an object of type Array, expected a Uint8Array/],
])("refuses %o with %o", (given, steps, message) => {
  expect(() => preprocess(given as typeof image, steps as Preprocessing)).toThrow(message);
});
