/** Structural dissimilarity of batches of images, plane by plane. */

import type { Pass, StagedInputs, StagedOptions } from "../../../contract/loss.ts";
import { after, nowhere, type Pointer } from "../../../kernel/kernels.ts";
import { viewOf } from "../../../tensor/stage.ts";
import { bytesPerElement } from "../../../tensor/tensor.ts";
import { type Images, type ImagesGrads, sizesOf } from "../pair.ts";
import { checkSides, type SsimOptions, settingOf, workspaceSize, writeWindow } from "./window.ts";

/** Checks a call's sizes and range; returns the number of images. */
export function checkImages(
  inputs: StagedInputs<Images>,
  options: StagedOptions<SsimOptions>,
  pass: Pick<Pass, "dims">,
): number {
  settingOf(inputs, options);
  checkSides(inputs[0], options.window, "the window");
  return sizesOf(pass).count;
}

/** 1 − SSIM of every image; the gradients are those of it, times `sign`. Writes the map of SSIM where `map` is not 0. */
export function dissimilarities(
  [x, y]: StagedInputs<Images>,
  options: StagedOptions<SsimOptions>,
  { kernel, dtype, grads, scale, take, dims }: Pass<ImagesGrads>,
  { sign = 1, map = nowhere } = {},
): number[] {
  const { count, channels, height, width } = sizesOf({ dims });
  const setting = settingOf([x, y], options);
  const { window, c1, c2 } = setting;
  const valid = (height - window + 1) * (width - window + 1);
  const weights = take(dtype, window);
  const workspace = take(dtype, workspaceSize(width, window));
  writeWindow(weights, setting, dtype);
  const bytes = bytesPerElement(dtype);
  const factor = (sign * scale) / (channels * valid);
  const at = (pointer: Pointer, plane: number, size: number) => after(pointer, plane * size * bytes);
  const lossOf = (plane: number) =>
    kernel.ssimPlane(
      at(x.pointer, plane, height * width),
      at(y.pointer, plane, height * width),
      height,
      width,
      weights,
      window,
      c1,
      c2,
      1,
      at(map, plane, valid),
      at(grads.predictions, plane, height * width),
      at(grads.targets, plane, height * width),
      factor,
      workspace,
    );
  return Array.from({ length: count }, (_, n) => {
    let sum = 0;
    for (let c = 0; c < channels; c++) sum += lossOf(n * channels + c);
    return sum / (channels * valid);
  });
}

/** Hands over the unreduced values and returns their sum. */
export function deliver(values: readonly number[], pass: Pick<Pass, "values" | "dtype">): number {
  if (pass.values) viewOf(pass.values, values.length, pass.dtype).set(values);
  return values.reduce((sum, value) => sum + value, 0);
}
