/** Structural dissimilarity of batches of images, plane by plane. */

import type { Pass, StagedInputs, StagedOptions } from "../../../contract/loss.ts";
import { after, nowhere, type Pointer } from "../../../kernel/kernels.ts";
import { viewOf } from "../../../tensor/stage.ts";
import { bytesPerElement } from "../../../tensor/tensor.ts";
import { type Images, type ImagesGrads, sizesOf } from "../pair.ts";
import {
  borderOf,
  checkSides,
  type SsimOptions,
  settingOf,
  shortestSide,
  workspaceSize,
  writeWindow,
} from "./window.ts";

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

/** Sides of the map: one number per window. */
export function mapSides(
  { height, width }: { readonly height: number; readonly width: number },
  options: Pick<StagedOptions<SsimOptions>, "window" | "padding">,
): [height: number, width: number] {
  const border = borderOf(options);
  const beyond = border.before + border.after - options.window + 1;
  return [height + beyond, width + beyond];
}

/** 1 − SSIM of every image; the gradients are those of it, times `sign`. Writes the map of SSIM where `map` is not 0. */
export function dissimilarities(
  [x, y]: StagedInputs<Images>,
  options: StagedOptions<SsimOptions>,
  pass: Pass<ImagesGrads>,
  { sign = 1, map = nowhere } = {},
): number[] {
  const { kernel, dtype, grads, scale, take, dims } = pass;
  const { count, channels, height, width } = sizesOf({ dims });
  const setting = settingOf([x, y], options);
  const { window, c1, c2 } = setting;
  const border = borderOf(options);
  const [tall, wide] = [height + border.before + border.after, width + border.before + border.after];
  const [mapHeight, mapWidth] = mapSides({ height, width }, options);
  const windows = mapHeight * mapWidth;
  const weights = take(dtype, window);
  const workspace = take(dtype, workspaceSize(wide, window));
  writeWindow(weights, setting, dtype);
  const bytes = bytesPerElement(dtype);
  const at = (pointer: Pointer, index: number, size: number) => after(pointer, index * size * bytes);
  const { mask } = options;
  const keep = mask ? take(dtype, windows) : nowhere;
  const mirrors = tall > height;
  const room = (needed: boolean, size: number) => (needed ? take(dtype, size) : nowhere);
  const [kept, extended, gradient] = [
    [0, 1].map(() => room(mask !== undefined, height * width)),
    [0, 1].map(() => room(mirrors, tall * wide)),
    [grads.predictions, grads.targets].map((wanted) => room(mirrors && wanted !== 0, tall * wide)),
  ] as [Pointer[], Pointer[], Pointer[]];

  /** An image's plane without what is left out, and with its border. */
  const prepare = (pointer: Pointer, image: number, side: number) => {
    let plane = pointer;
    if (mask) {
      const to = kept[side] as Pointer;
      kernel.keepPixels(plane, at(mask.pointer, image, height * width), height * width, to);
      plane = to;
    }
    if (!mirrors) return plane;
    const to = extended[side] as Pointer;
    kernel.extendPlane(plane, height, width, border.before, border.after, to);
    return to;
  };
  const lossOf = (image: number, plane: number, factor: number) => {
    const own = (pointer: Pointer) => at(pointer, plane, height * width);
    const wanted = [own(grads.predictions), own(grads.targets)] as const;
    const [dx, dy] = mirrors ? (gradient as [Pointer, Pointer]) : wanted;
    const sum = kernel.ssimPlane(
      prepare(own(x.pointer), image, 0),
      prepare(own(y.pointer), image, 1),
      tall,
      wide,
      weights,
      window,
      c1,
      c2,
      1,
      keep,
      at(map, plane, windows),
      dx,
      dy,
      factor,
      workspace,
    );
    if (mirrors)
      for (const [side, pointer] of wanted.entries())
        if (pointer)
          kernel.gatherBorder(gradient[side] as Pointer, height, width, border.before, border.after, pointer);
    return sum;
  };
  return Array.from({ length: count }, (_, n) => {
    const windowsKept = mask
      ? markWindows(
          viewOf(at(mask.pointer, n, height * width), height * width, dtype),
          height,
          width,
          options,
          keep,
          pass,
        )
      : windows;
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
  height: number,
  width: number,
  options: StagedOptions<SsimOptions>,
  keep: Pointer,
  { dtype }: Pick<Pass, "dtype">,
): number {
  const { window } = options;
  const { before } = borderOf(options);
  const [rows, columns] = mapSides({ height, width }, options);
  const mirrored = (i: number, n: number) => (i < 0 ? -i : i < n ? i : 2 * n - 2 - i);
  // Pixels left out, counted along each row of the images and then down each column of the map.
  const across = new Int32Array(height * columns);
  for (let r = 0; r < height; r++)
    for (let c = 0; c < columns; c++) {
      let missing = 0;
      for (let k = 0; k < window; k++) missing += Number(mask[r * width + mirrored(c + k - before, width)] === 0);
      across[r * columns + c] = missing;
    }
  const marks = viewOf(keep, rows * columns, dtype);
  let count = 0;
  for (let r = 0; r < rows; r++)
    for (let c = 0; c < columns; c++) {
      let missing = 0;
      for (let k = 0; k < window; k++) missing += across[mirrored(r + k - before, height) * columns + c] as number;
      marks[r * columns + c] = Number(missing === 0);
      count += Number(missing === 0);
    }
  return count;
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
