/** The window of SSIM, its constants, and the options that set them. */

import type { StagedOptions } from "../../../contract/loss.ts";
import { memory } from "../../../kernel/arena.ts";
import { LossaryRangeError } from "../../../lossaryError.ts";
import type { Operand } from "../../../tensor/stage.ts";
import { arrayTypes, type Dtype } from "../../../tensor/tensor.ts";
import { dataRangeOption, type Ranged, type RangeOptions, rangeOf } from "../pair.ts";

export interface SsimOptions extends RangeOptions {
  /** Side of the window in pixels; ≥ 1. Default 11. */
  window?: number;
  /** Standard deviation of the window's Gaussian in pixels; in (0, ∞], Infinity for equal weights. Default 1.5. */
  sigma?: number;
  /** C1 = (k1 · dataRange)² steadies the luminance term; > 0. Default 0.01. */
  k1?: number;
  /** C2 = (k2 · dataRange)² steadies the contrast term; > 0. Default 0.03. */
  k2?: number;
}

export const ssimOptions = {
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

/** What every plane of a call is compared with. */
export interface Setting {
  readonly window: number;
  readonly sigma: number;
  readonly c1: number;
  readonly c2: number;
}

export function settingOf(
  inputs: readonly [Ranged, Ranged],
  { dataRange, window, sigma, k1, k2 }: StagedOptions<SsimOptions>,
): Setting {
  const range = rangeOf(inputs, dataRange);
  return { window, sigma, c1: (k1 * range) ** 2, c2: (k2 * range) ** 2 };
}

/** Throws where an image has a side shorter than `least`; `why` tells where that comes from. */
export function checkSides({ what, shape }: Pick<Operand, "what" | "shape">, least: number, why: string): void {
  const [height, width] = shape.slice(2) as [number, number];
  if (Math.min(height, width) < least)
    throw new LossaryRangeError(what, `is ${height} × ${width} pixels, expected sides of at least ${least} (${why})`);
}

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

/** Elements of the workspace that ssimPlane asks for. */
export const workspaceSize = (width: number, window: number): number =>
  4 * (3 + 4 * window) * ((width + window + 31) & ~15);
