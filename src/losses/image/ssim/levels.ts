/** Multi-scale structural dissimilarity, plane by plane. */

import type { Pass, StagedInputs, StagedOptions } from "../../../contract/loss.ts";
import { after, nowhere, type Pointer } from "../../../kernel/kernels.ts";
import { bytesPerElement } from "../../../tensor/tensor.ts";
import { type Images, type ImagesGrads, sizesOf } from "../pair.ts";
import { checkSides, type SsimOptions, settingOf, workspaceSize, writeWindow } from "./window.ts";

/** Exponents of the five scales, finest first. */
export const SCALE_WEIGHTS = [0.0448, 0.2856, 0.3001, 0.2363, 0.1333];
const COARSEST = SCALE_WEIGHTS.length - 1;

/** The shortest side an image may have, and why. */
export const leastSide = (window: number): [least: number, why: string] => [
  (window - 1) * 2 ** COARSEST + 1,
  `five scales of a window of ${window}: (${window} - 1) * 16 + 1`,
];

/** Checks a call's sizes and range; returns the number of images. */
export function checkPyramid(
  inputs: StagedInputs<Images>,
  options: StagedOptions<SsimOptions>,
  pass: Pick<Pass, "dims">,
): number {
  settingOf(inputs, options);
  checkSides(inputs[0], ...leastSide(options.window));
  return sizesOf(pass).count;
}

/** One scale of a plane: images, and room for the gradients. 0 where there is none. */
interface Level {
  readonly height: number;
  readonly width: number;
  readonly x: Pointer;
  readonly y: Pointer;
  readonly dx: Pointer;
  readonly dy: Pointer;
}

/** 1 − MS-SSIM of every image, and the gradients of that, times `sign`. */
export function multiScale(
  [x, y]: StagedInputs<Images>,
  options: StagedOptions<SsimOptions>,
  pass: Pass<ImagesGrads>,
  sign = 1,
): number[] {
  const { kernel, dtype, grads, scale, take } = pass;
  const { count, channels, height, width } = sizesOf(pass);
  const setting = settingOf([x, y], options);
  const weights = take(dtype, setting.window);
  const workspace = take(dtype, workspaceSize(width, setting.window));
  writeWindow(weights, setting, dtype);
  const planeBytes = height * width * bytesPerElement(dtype);
  const coarser = coarserLevels(height, width, { dx: grads.predictions !== 0, dy: grads.targets !== 0 }, pass);
  const levelsOf = (plane: number): Level[] => {
    const at = (pointer: Pointer) => after(pointer, plane * planeBytes);
    const finest = { x: at(x.pointer), y: at(y.pointer), dx: at(grads.predictions), dy: at(grads.targets) };
    return [{ height, width, ...finest }, ...coarser];
  };

  /** Compares a plane at every scale; gradients are those of each scale's own mean. */
  const compare = (levels: readonly Level[]) =>
    levels.map((level, i) => {
      const { window, c1, c2 } = setting;
      const valid = (level.height - window + 1) * (level.width - window + 1);
      const next = levels[i + 1];
      if (next) {
        kernel.halve(level.x, level.height, level.width, next.x);
        kernel.halve(level.y, level.height, level.width, next.y);
      }
      const { x, y, dx, dy } = level;
      const luminance = i === COARSEST ? 1 : 0;
      return (
        kernel.ssimPlane(
          x,
          y,
          level.height,
          level.width,
          weights,
          window,
          c1,
          c2,
          luminance,
          nowhere,
          dx,
          dy,
          1 / valid,
          workspace,
        ) / valid
      );
    });

  /** Gathers the scales' gradients, each times its factor, in the finest. */
  const gather = (levels: readonly Level[], factors: readonly number[]) => {
    for (let i = COARSEST - 1; i >= 0; i--) {
      const [fine, coarse] = [levels[i], levels[i + 1]] as [Level, Level];
      // Coarser gradients than the coarsest have their factors already.
      const factor = i === COARSEST - 1 ? (factors[COARSEST] as number) : 1;
      for (const key of ["dx", "dy"] as const)
        if (fine[key]) kernel.halveBack(fine[key], fine.height, fine.width, coarse[key], factors[i] as number, factor);
    }
  };

  return Array.from({ length: count }, (_, n) => {
    let sum = 0;
    for (let c = 0; c < channels; c++) {
      const levels = levelsOf(n * channels + c);
      const lost = compare(levels);
      const { value, slopes } = combine(lost);
      sum += value;
      if (grads.predictions || grads.targets)
        gather(
          levels,
          slopes.map((slope) => (slope * sign * scale) / channels),
        );
    }
    return sum / channels;
  });
}

/** 1 − Π (1 − lostᵢ)^wᵢ with factors clamped at 0, and its derivatives; all of them 0 where a factor is. */
function combine(lost: readonly number[]): { value: number; slopes: number[] } {
  const log = lost.reduce((sum, d, i) => sum + (SCALE_WEIGHTS[i] as number) * Math.log1p(-Math.min(d, 1)), 0);
  const product = Math.exp(log);
  return {
    value: -Math.expm1(log),
    slopes: lost.map((d, i) => (product === 0 ? 0 : ((SCALE_WEIGHTS[i] as number) * product) / (1 - d))),
  };
}

/** Room for the coarser scales, one plane's at a time. */
function coarserLevels(
  height: number,
  width: number,
  wanted: { dx: boolean; dy: boolean },
  { dtype, take }: Pick<Pass, "dtype" | "take">,
): Level[] {
  return SCALE_WEIGHTS.slice(1).map((_, i) => {
    const side = (length: number) => Math.ceil(length / 2 ** (i + 1));
    const size = side(height) * side(width);
    return {
      height: side(height),
      width: side(width),
      x: take(dtype, size),
      y: take(dtype, size),
      dx: wanted.dx ? take(dtype, size) : nowhere,
      dy: wanted.dy ? take(dtype, size) : nowhere,
    };
  });
}
