/** Structural dissimilarity of batches of images, plane by plane. */

import type { Pass, StagedInputs, StagedOptions } from "../../../contract/loss.ts";
import { after, nowhere, type Pointer } from "../../../kernel/kernels.ts";
import { viewOf } from "../../../tensor/stage.ts";
import { bytesPerElement } from "../../../tensor/tensor.ts";
import { type Images, type ImagesGrads, sizesOf } from "../pair.ts";
import { borderOf, checkSides, deepOf, type SsimOptions, settingOf, shortestSide, writeWindow } from "./window.ts";

/** Checks a call's sizes and range; returns the number of images. */
export function checkImages(
  inputs: StagedInputs<Images>,
  options: StagedOptions<SsimOptions>,
  pass: Pick<Pass, "dims">,
): number {
  settingOf(inputs, options);
  checkSides(inputs[0], ...shortestSide(options));
  return sizesOf(pass).count;
}

type Sides = readonly [depth: number, height: number, width: number];

/** Sides of the map of images or volumes of these sides: one number per window. */
export const mapSides = (
  [depth, height, width]: Sides,
  deep: number,
  options: Pick<StagedOptions<SsimOptions>, "window" | "padding">,
): Sides => {
  const { before, after } = borderOf(options);
  const beyond = before + after - options.window + 1;
  return [deep > 1 ? depth + beyond : depth, height + beyond, width + beyond];
};

const product = ([depth, height, width]: Sides) => depth * height * width;

/** 1 − SSIM of every image; the gradients are those of it, times `sign`. Writes the map of SSIM where `map` is not 0. */
export function dissimilarities(
  [x, y]: StagedInputs<Images>,
  options: StagedOptions<SsimOptions>,
  pass: Pass<ImagesGrads>,
  { sign = 1, map = nowhere } = {},
): number[] {
  const { kernel, dtype, grads, scale, take } = pass;
  const { count, channels, depth, height, width } = sizesOf(pass);
  const setting = settingOf([x, y], options);
  const { window, c1, c2 } = setting;
  const deep = deepOf(x, window);
  const border = borderOf(options);
  const sides: Sides = [depth, height, width];
  const mapped = mapSides(sides, deep, options);
  const [size, windows] = [product(sides), product(mapped)];
  // The sides that windows fill.
  const [long, tall, wide] = [mapped[0] + deep - 1, mapped[1] + window - 1, mapped[2] + window - 1];
  const weights = take(dtype, window);
  const workspace = take("bytes", kernel.ssimWorkspace(tall, wide, deep, window));
  writeWindow(weights, setting, dtype);
  const at = (pointer: Pointer, index: number, length: number) =>
    after(pointer, index * length * bytesPerElement(dtype));
  const { mask } = options;
  const keep = mask ? take(dtype, windows) : nowhere;
  const mirrors = tall > height;
  const room = (needed: boolean, length: number) => (needed ? take(dtype, length) : nowhere);
  const [kept, extended, gradient] = [
    [0, 1].map(() => room(mask !== undefined, size)),
    [0, 1].map(() => room(mirrors, long * tall * wide)),
    [grads.predictions, grads.targets].map((wanted) => room(mirrors && wanted !== 0, long * tall * wide)),
  ] as [Pointer[], Pointer[], Pointer[]];

  /** One channel of an image without what is left out, and with its border. */
  const prepare = (pointer: Pointer, image: number, side: number) => {
    let plane = pointer;
    if (mask) {
      const to = kept[side] as Pointer;
      kernel.keepPixels(plane, at(mask.pointer, image, size), size, to);
      plane = to;
    }
    if (!mirrors) return plane;
    const to = extended[side] as Pointer;
    kernel.extendVolume(plane, depth, height, width, deep > 1, border.before, border.after, to);
    return to;
  };
  const lossOf = (image: number, plane: number, factor: number) => {
    const own = (pointer: Pointer) => at(pointer, plane, size);
    const wanted = [own(grads.predictions), own(grads.targets)] as const;
    const [dx, dy] = mirrors ? (gradient as [Pointer, Pointer]) : wanted;
    const sum = kernel.ssimVolume(
      prepare(own(x.pointer), image, 0),
      prepare(own(y.pointer), image, 1),
      keep,
      long,
      tall,
      wide,
      deep,
      weights,
      window,
      c1,
      c2,
      1,
      at(map, plane, windows),
      dx,
      dy,
      factor,
      workspace,
    );
    if (mirrors)
      for (const [side, pointer] of wanted.entries())
        if (pointer)
          kernel.gatherBorder(
            gradient[side] as Pointer,
            depth,
            height,
            width,
            deep > 1,
            border.before,
            border.after,
            pointer,
          );
    return sum;
  };
  return Array.from({ length: count }, (_, n) => {
    const marks = mask && viewOf(at(mask.pointer, n, size), size, dtype);
    const windowsKept = marks ? markWindows(marks, sides, deep, options, viewOf(keep, windows, dtype)) : windows;
    let sum = 0;
    for (let c = 0; c < channels; c++) {
      const plane = n * channels + c;
      sum += lossOf(n, plane, windowsKept && (sign * scale) / (channels * windowsKept));
      if (map && mask) dropFromMap(at(map, plane, windows), keep, windows, pass);
    }
    return windowsKept && sum / (channels * windowsKept);
  });
}

/** Marks the windows that lie over pixels of the mask alone, and counts them. */
function markWindows(
  mask: ArrayLike<number>,
  sides: Sides,
  deep: number,
  options: StagedOptions<SsimOptions>,
  marks: Float32Array | Float64Array,
): number {
  const before = borderOf(options).before;
  const mapped = mapSides(sides, deep, options);
  // Pixels left out under a window, counted along one axis after the other.
  let missing: ArrayLike<number> = Int32Array.from(mask, (m) => Number(m === 0));
  for (const axis of [2, 1, 0] as const) {
    if (axis === 0 && deep === 1) continue;
    const length = sides[axis];
    const inner = mapped.slice(axis + 1).reduce((size, side) => size * side, 1);
    missing = countAlong(missing, length, inner, mapped[axis], options.window, before);
  }
  let count = 0;
  for (let i = 0; i < marks.length; i++) count += marks[i] = Number(missing[i] === 0);
  return count;
}

/** Sums over windows along an axis, which mirrors at its ends. */
function countAlong(
  counts: ArrayLike<number>,
  length: number,
  inner: number,
  places: number,
  window: number,
  before: number,
): Int32Array {
  const sums = new Int32Array((counts.length / length) * places);
  for (let i = 0; i < sums.length; i++) {
    const [outer, place, at] = [Math.floor(i / inner / places), Math.floor(i / inner) % places, i % inner];
    let sum = 0;
    for (let k = place - before; k < place - before + window; k++) {
      const mirrored = k < 0 ? -k : k < length ? k : 2 * length - 2 - k;
      sum += counts[(outer * length + mirrored) * inner + at] as number;
    }
    sums[i] = sum;
  }
  return sums;
}

/** A window that is left out has no similarity. */
function dropFromMap(map: Pointer, keep: Pointer, windows: number, { dtype }: Pick<Pass, "dtype">): void {
  const [values, marks] = [viewOf(map, windows, dtype), viewOf(keep, windows, dtype)];
  for (let i = 0; i < windows; i++) if (marks[i] === 0) values[i] = Number.NaN;
}

/** Hands over the unreduced values and returns their sum. */
export function deliver(values: readonly number[], pass: Pick<Pass, "values" | "dtype">): number {
  if (pass.values) viewOf(pass.values, values.length, pass.dtype).set(values);
  return values.reduce((sum, value) => sum + value, 0);
}
