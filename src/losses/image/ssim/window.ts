/** The window of SSIM, its constants, and the options that set them. */

import type { StagedOptions } from "../../../contract/loss.ts";
import { memory } from "../../../kernel/arena.ts";
import { LossaryRangeError } from "../../../lossaryError.ts";
import type { Operand } from "../../../tensor/stage.ts";
import { arrayTypes, type Dtype, type FloatInput, showShape } from "../../../tensor/tensor.ts";
import { dataRangeOption, type Ranged, type RangeOptions, rangeOf } from "../pair.ts";

/** Options that every form of SSIM has. */
export interface WindowOptions extends RangeOptions {
  /** Side of the window in pixels; ≥ 1. Default 11. */
  window?: number;
  /** Standard deviation of the window's Gaussian in pixels; in (0, ∞], Infinity for equal weights. Default 1.5. */
  sigma?: number;
  /** C1 = (k1 · dataRange)² steadies the luminance term; > 0. Default 0.01. */
  k1?: number;
  /** C2 = (k2 · dataRange)² steadies the contrast term; > 0. Default 0.03. */
  k2?: number;
}

export interface SsimOptions extends WindowOptions {
  /** Windows wholly inside ("valid"), or one per pixel of images mirrored as NumPy's "reflect" does ("same"). Default "valid". */
  padding?: "valid" | "same";
  /** Pixels that count, [N, ..., H, W] or [N, 1, ..., H, W] of 0 and 1: a window over any other is left out of the mean. Default: all. */
  mask?: FloatInput;
}

export const windowOptions = {
  dataRange: dataRangeOption,
  window: { type: "number", default: 11, range: "[1, ∞)", integer: true, doc: "Side of the window in pixels." },
  sigma: {
    type: "number",
    default: 1.5,
    range: "(0, ∞]",
    doc: "Standard deviation of the window's Gaussian in pixels; Infinity: equal weights.",
  },
  k1: { type: "number", default: 0.01, range: "(0, ∞)", doc: "C1 = (k1 · dataRange)² steadies the luminance term." },
  k2: { type: "number", default: 0.03, range: "(0, ∞)", doc: "C2 = (k2 · dataRange)² steadies the contrast term." },
} as const;

export const ssimOptions = {
  ...windowOptions,
  padding: {
    type: "choice",
    default: "valid",
    choices: ["valid", "same"],
    doc: 'Windows wholly inside ("valid"), or one per pixel of mirrored images ("same").',
  },
  mask: {
    type: "tensor",
    shape: "N ... H W",
    otherShape: "N 1 ... H W",
    default: undefined,
    range: "{0, 1}",
    doc: "Pixels that count; a window over a 0 is left out.",
  },
} as const;

/** Pixels by which "same" extends an image before and after each row and column. */
export const borderOf = ({ window, padding }: { readonly window: number; readonly padding: "valid" | "same" }) =>
  padding === "same" ? { before: (window - 1) >> 1, after: window >> 1 } : { before: 0, after: 0 };

/** The shortest side an image may have, and why. */
export const shortestSide = (options: {
  readonly window: number;
  readonly padding: "valid" | "same";
}): [least: number, why: string] =>
  options.padding === "same"
    ? [borderOf(options).after + 1, "half the window and a pixel"]
    : [options.window, "the window"];

/** What every plane of a call is compared with. */
export interface Setting {
  readonly window: number;
  readonly sigma: number;
  readonly c1: number;
  readonly c2: number;
}

export function settingOf(
  inputs: readonly [Ranged, Ranged],
  { dataRange, window, sigma, k1, k2 }: StagedOptions<WindowOptions>,
): Setting {
  const range = rangeOf(inputs, dataRange);
  return { window, sigma, c1: (k1 * range) ** 2, c2: (k2 * range) ** 2 };
}

/** Throws where an image or volume has a side shorter than `least`; `why` tells where that comes from. */
export function checkSides({ what, shape }: Pick<Operand, "what" | "shape">, least: number, why: string): void {
  const sides = shape.slice(2);
  if (sides.length > 3)
    throw new LossaryRangeError(what, `is ${showShape(shape)}, expected [N, C, H, W] or [N, C, D, H, W]`);
  if (Math.min(...sides) < least)
    throw new LossaryRangeError(
      what,
      `is ${sides.join(" × ")} ${sides.length > 2 ? "voxels" : "pixels"}, expected sides of at least ${least} (${why})`,
    );
}

/** The window's side along the depth: 1 for images, which have none. */
export const deepOf = ({ shape }: Pick<Operand, "shape">, window: number): number => (shape.length > 4 ? window : 1);

/** A Gaussian's weights, which add up to 1. */
export function weightsOf({ window, sigma }: Pick<Setting, "window" | "sigma">): Float64Array {
  const middle = (window - 1) / 2;
  const weights = Float64Array.from({ length: window }, (_, i) => Math.exp(-(((i - middle) / sigma) ** 2) / 2));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => weight / sum);
}

export function writeWindow(pointer: number, setting: Setting, dtype: Dtype): void {
  new arrayTypes[dtype](memory.buffer, pointer, setting.window).set(weightsOf(setting));
}
