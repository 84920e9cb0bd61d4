/** Multi-scale structural dissimilarity, plane by plane. */

import type { Pass, StagedInputs, StagedOptions } from "../../../contract/loss.ts";
import { after, nowhere, type Pointer } from "../../../kernel/kernels.ts";
import { LossaryRangeError } from "../../../lossaryError.ts";
import { type Operand, viewOf } from "../../../tensor/stage.ts";
import { bytesPerElement, type Dtype, type FloatInput } from "../../../tensor/tensor.ts";
import { type Images, type ImagesGrads, sizesOf } from "../pair.ts";
import { checkSides, deepOf, settingOf, type WindowOptions, windowOptions, writeWindow } from "./window.ts";

export interface MsSsimOptions extends WindowOptions {
  /** Exponent of each scale, finest first, ≥ 0; as many scales as there are. Default: the five of the paper. */
  weights?: FloatInput;
}

export const msSsimOptions = {
  ...windowOptions,
  weights: {
    type: "tensor",
    shape: "S",
    default: undefined,
    range: "[0, ∞)",
    doc: "Exponent of each scale, finest first. Default: 0.0448, 0.2856, 0.3001, 0.2363, 0.1333.",
  },
} as const;

/** Exponents of the paper's five scales, finest first. */
export const SCALE_WEIGHTS = [0.0448, 0.2856, 0.3001, 0.2363, 0.1333];

const exponentsOf = (weights: Operand | undefined, dtype: Dtype): readonly number[] =>
  weights ? [...viewOf(weights.pointer, weights.size, dtype)] : SCALE_WEIGHTS;

/** Throws where no scale counts. */
export function checkExponents(what: string, exponents: readonly number[]): void {
  if (exponents.every((exponent) => exponent === 0))
    throw new LossaryRangeError(what, "is 0 everywhere, expected some scale to count");
}

/** The shortest side an image may have, and why. */
export const leastSide = (window: number, scales: number): [least: number, why: string] => [
  (window - 1) * 2 ** (scales - 1) + 1,
  `${scales} ${scales === 1 ? "scale" : "scales"} of a window of ${window}: (${window} - 1) * ${2 ** (scales - 1)} + 1`,
];

/** Checks a call's sizes and range; returns the number of images. */
export function checkPyramid(
  inputs: StagedInputs<Images>,
  options: StagedOptions<MsSsimOptions>,
  pass: Pick<Pass, "dims" | "dtype">,
): number {
  settingOf(inputs, options);
  if (options.weights) checkExponents(options.weights.what, exponentsOf(options.weights, pass.dtype));
  checkSides(inputs[0], ...leastSide(options.window, options.weights?.size ?? SCALE_WEIGHTS.length));
  return sizesOf(pass).count;
}

/** One scale of a plane: images, and room for the gradients. 0 where there is none. */
interface Level {
  readonly depth: number;
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
  options: StagedOptions<MsSsimOptions>,
  pass: Pass<ImagesGrads>,
  sign = 1,
): number[] {
  const { kernel, dtype, grads, scale, take } = pass;
  const { count, channels, depth, height, width } = sizesOf(pass);
  const setting = settingOf([x, y], options);
  const deep = deepOf(x, setting.window);
  const exponents = exponentsOf(options.weights, dtype);
  const coarsest = exponents.length - 1;
  const weights = take(dtype, setting.window);
  const workspace = take("bytes", kernel.ssimWorkspace(height, width, deep, setting.window));
  writeWindow(weights, setting, dtype);
  const planeBytes = depth * height * width * bytesPerElement(dtype);
  const coarser = coarserLevels(
    coarsest,
    [depth, height, width],
    { dx: grads.predictions !== 0, dy: grads.targets !== 0 },
    pass,
  );
  const levelsOf = (plane: number): Level[] => {
    const at = (pointer: Pointer) => after(pointer, plane * planeBytes);
    const finest = { x: at(x.pointer), y: at(y.pointer), dx: at(grads.predictions), dy: at(grads.targets) };
    return [{ depth, height, width, ...finest }, ...coarser];
  };

  /** Compares a plane at every scale; gradients are those of each scale's own mean. */
  const compare = (levels: readonly Level[]) =>
    levels.map((level, i) => {
      const { window, c1, c2 } = setting;
      const { depth, height, width, x, y, dx, dy } = level;
      const valid = (depth - deep + 1) * (height - window + 1) * (width - window + 1);
      const next = levels[i + 1];
      if (next) {
        kernel.halve(x, depth, height, width, next.x);
        kernel.halve(y, depth, height, width, next.y);
      }
      const luminance = i === coarsest ? 1 : 0;
      return (
        kernel.ssimVolume(
          x,
          y,
          nowhere,
          depth,
          height,
          width,
          deep,
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
    const { dx, dy } = levels[0] as Level;
    if (coarsest === 0)
      for (const gradient of [dx, dy])
        if (gradient) kernel.scaleRows(gradient, depth * height, width, factors[0] as number);
    for (let i = coarsest - 1; i >= 0; i--) {
      const [fine, coarse] = [levels[i], levels[i + 1]] as [Level, Level];
      // Coarser gradients than the coarsest have their factors already.
      const factor = i === coarsest - 1 ? (factors[coarsest] as number) : 1;
      for (const key of ["dx", "dy"] as const)
        if (fine[key])
          kernel.halveBack(coarse[key], fine.depth, fine.height, fine.width, factors[i] as number, factor, fine[key]);
    }
  };

  return Array.from({ length: count }, (_, n) => {
    let sum = 0;
    for (let c = 0; c < channels; c++) {
      const levels = levelsOf(n * channels + c);
      const lost = compare(levels);
      const { value, slopes } = combine(lost, exponents);
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

/** 1 − Π (1 − lostᵢ)^wᵢ with factors clamped at 0, and its derivatives; all of them 0 where a factor is. A weight of 0 takes no part. */
function combine(lost: readonly number[], exponents: readonly number[]): { value: number; slopes: number[] } {
  const weight = (i: number) => exponents[i] as number;
  const log = lost.reduce((sum, d, i) => (weight(i) === 0 ? sum : sum + weight(i) * Math.log1p(-Math.min(d, 1))), 0);
  const product = Math.exp(log);
  return {
    value: -Math.expm1(log),
    slopes: lost.map((d, i) => (product === 0 || weight(i) === 0 ? 0 : (weight(i) * product) / (1 - d))),
  };
}

/** Room for the coarser scales, one plane's at a time. */
function coarserLevels(
  count: number,
  sides: readonly [depth: number, height: number, width: number],
  wanted: { dx: boolean; dy: boolean },
  { dtype, take }: Pick<Pass, "dtype" | "take">,
): Level[] {
  return Array.from({ length: count }, (_, i) => {
    const [depth, height, width] = sides.map((length) => Math.ceil(length / 2 ** (i + 1))) as [number, number, number];
    const size = depth * height * width;
    return {
      depth,
      height,
      width,
      x: take(dtype, size),
      y: take(dtype, size),
      dx: wanted.dx ? take(dtype, size) : nowhere,
      dy: wanted.dy ? take(dtype, size) : nowhere,
    };
  });
}
