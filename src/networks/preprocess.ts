/** Checks what is to be done to an image before a network sees it, and does it. */

import { isOptions, readOptions } from "../contract/options.ts";
import type { OptionSpec, ValueOption } from "../contract/spec.ts";
import { LossaryRangeError, LossaryTypeError } from "../lossaryError.ts";
import { describe } from "../tensor/read.ts";
import { type Image, pixelsOf } from "./image.ts";
import type { Preprocessing } from "./preprocessing.ts";
import { type PresetName, presets } from "./presets.ts";
import { resizePixels } from "./resize.ts";

/** [height, width] of an image. */
export type Size = readonly [height: number, width: number];
export type ResolvedPreprocessing = Required<Omit<Preprocessing, "resize" | "crop">> & {
  readonly resize: number | Size | null;
  readonly crop: Size | null;
};

const MAX_SIDE = 16384;
const isSide = (value: unknown) => Number.isInteger(value) && (value as number) >= 1 && (value as number) <= MAX_SIDE;
const isSize = (value: unknown) => Array.isArray(value) && value.length === 2 && value.every(isSide);
// Holes are no numbers, so the entries are spread.
const isTriple = (value: unknown) => Array.isArray(value) && value.length === 3 && [...value].every(Number.isFinite);

const show = (value: unknown) => (Array.isArray(value) ? `[${value.join(", ")}]` : describe(value));

/** A step that is not a plain number, choice or flag. */
const step = <T>(initial: T, accepts: (value: unknown) => boolean, expected: string, doc: string): ValueOption => ({
  type: "value",
  default: initial,
  expected,
  check(where, value) {
    if (!accepts(value)) throw new LossaryRangeError(where, `is ${show(value)}, expected ${expected}`);
  },
  doc,
});

/** What each step accepts, and what it is unless given. */
const steps = {
  resize: step(
    null,
    (value) => value === null || isSide(value) || isSize(value),
    `the shorter side or [height, width] in 1…${MAX_SIDE}`,
    "Target size.",
  ),
  filter: {
    type: "choice",
    default: "bilinear",
    choices: ["bilinear", "bicubic"],
    doc: "How pixels are interpolated.",
  },
  antialias: { type: "boolean", default: true, doc: "Whether the filter is stretched when an image shrinks." },
  round: { type: "boolean", default: true, doc: "Whether resized pixels are rounded to 8 bits." },
  clip: { type: "boolean", default: false, doc: "Whether resized pixels that are not rounded are clipped to 0…255." },
  crop: step(
    null,
    (value) => value === null || isSize(value),
    `[height, width] in 1…${MAX_SIDE}`,
    "Middle part that is kept.",
  ),
  divide: step(
    255,
    (value) => Number.isFinite(value) && value !== 0,
    "a number other than 0",
    "What pixels of 0…255 are divided by.",
  ),
  mean: step([0, 0, 0], isTriple, "three numbers", "Subtracted from each channel after the division."),
  std: step(
    [1, 1, 1],
    (value) => isTriple(value) && !(value as number[]).includes(0),
    "three numbers other than 0",
    "What each channel is divided by at last.",
  ),
  layout: { type: "choice", default: "NCHW", choices: ["NCHW", "NHWC"], doc: "Axes of the network's input." },
} as const satisfies Readonly<Record<keyof Preprocessing, OptionSpec | ValueOption>>;

/** The steps of a preset, or of a description with its defaults filled in. `what` names it in errors. */
export function resolvePreprocessing(what: string, given: Preprocessing | PresetName): ResolvedPreprocessing {
  if (typeof given === "string") {
    const names = Object.keys(presets);
    if (!names.includes(given)) throw new LossaryRangeError(what, `is "${given}", expected one of ${names.join(", ")}`);
    return readOptions(what, presets[given], steps);
  }
  if (!isOptions(given))
    throw new LossaryTypeError(what, `is ${describe(given)}, expected a preset's name or an object`);
  return readOptions(what, given, steps);
}

/** [height, width] of what the steps make of an image. */
export function outputSize({ resize, crop }: ResolvedPreprocessing, image: Size): Size {
  return crop ?? resizedSize(resize, image);
}

function resizedSize(resize: ResolvedPreprocessing["resize"], [height, width]: Size): Size {
  if (resize === null) return [height, width];
  if (typeof resize !== "number") return resize;
  return height < width
    ? [resize, Math.trunc((resize * width) / height)]
    : [Math.trunc((resize * height) / width), resize];
}

/** Half of a difference, a half rounded to the even neighbour, as Python's round does. */
function halfOf(difference: number): number {
  const half = Math.floor(difference / 2);
  return difference % 2 === 1 && half % 2 === 1 ? half + 1 : half;
}

/** Applies the steps to one image and writes the result, of `outputSize`, to `target`. */
export function preprocessInto(what: string, target: Float32Array, image: Image, steps: ResolvedPreprocessing): void {
  const pixels = pixelsOf(what, image);
  const from: Size = [image.height, image.width];
  const resized = resizedSize(steps.resize, from);
  const [height, width] = outputSize(steps, from);
  if (height > resized[0] || width > resized[1])
    throw new LossaryRangeError(what, `is ${resized[1]}x${resized[0]} where ${width}x${height} is cropped from it`);
  const window = { top: halfOf(resized[0] - height), left: halfOf(resized[1] - width), height, width };
  // Bytes that are only copied need no rounding, and are the faster for staying bytes.
  const round = steps.round || (resized[0] === from[0] && resized[1] === from[1]);
  const values = resizePixels(pixels, resized, window, { ...steps, round });
  if (steps.clip && !round) clipToBytes(values);
  for (let channel = 0; channel < 3; channel++) normalise(values, pixels.colours, target, channel, steps);
}

function clipToBytes(values: Uint8Array | Float32Array): void {
  for (let i = 0; i < values.length; i++) values[i] = Math.min(255, Math.max(0, values[i] as number));
}

/** Writes one channel of the network's input: (pixel / divide − mean) / std. */
function normalise(
  values: Uint8Array | Float32Array,
  colours: 1 | 3,
  target: Float32Array,
  channel: number,
  { divide, mean, std, layout }: ResolvedPreprocessing,
): void {
  const [shift, scale] = [mean[channel] as number, std[channel] as number];
  const count = values.length / colours;
  const step = layout === "NHWC" ? 3 : 1;
  let from = colours === 3 ? channel : 0;
  let to = layout === "NHWC" ? channel : channel * count;
  if (values instanceof Uint8Array) {
    const table = Float32Array.from({ length: 256 }, (_, byte) => (byte / divide - shift) / scale);
    for (let i = 0; i < count; i++, from += colours, to += step) target[to] = table[values[from] as number] as number;
  } else
    for (let i = 0; i < count; i++, from += colours, to += step)
      target[to] = ((values[from] as number) / divide - shift) / scale;
}

/**
 * Prepares one image for a network: resize, clip, crop, (pixel / divide − mean) / std, layout.
 *
 * @param image Pixels of 8 bits: grey, grey and alpha, RGB or RGBA (`ImageData` too). Alpha is dropped without blending.
 * @param preprocessing A preset's name, or the steps.
 * @returns The network's input without its batch axis: `{ data, shape }`, f32.
 * @throws RangeError where a step is out of its range, or more is cropped than there is.
 */
export function preprocess(
  image: Image,
  preprocessing: Preprocessing | PresetName,
): { data: Float32Array; shape: readonly number[] } {
  const steps = resolvePreprocessing("preprocess: preprocessing", preprocessing);
  pixelsOf("preprocess: image", { ...image });
  const [height, width] = outputSize(steps, [image.height, image.width]);
  const data = new Float32Array(3 * height * width);
  preprocessInto("preprocess: image", data, image, steps);
  return { data, shape: steps.layout === "NHWC" ? [height, width, 3] : [3, height, width] };
}
