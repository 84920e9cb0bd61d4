/**
 * Resizing of pixels as PIL's `Image.resize` does it: a separable filter, the horizontal pass first. Of the result only
 * what is cropped from it is computed.
 *
 * The filter is stretched by the scale when an image shrinks (antialiasing); without that the result is that of
 * PyTorch's `interpolate(mode="bilinear", align_corners=False)`. Pixels of 8 bits are rounded and clipped after each pass,
 * in PIL's fixed-point arithmetic: the result is PIL's to the bit. Otherwise sums are f64, stored as f32, as in PIL's
 * mode "F".
 */

import type { Pixels } from "./image.ts";

export type Filter = "bilinear" | "bicubic";

export interface ResizeOptions {
  readonly filter: Filter;
  /** Stretch the filter when the image shrinks. */
  readonly antialias: boolean;
  /** Round and clip to 0…255 after each pass. */
  readonly round: boolean;
}

const triangle = (x: number) => Math.max(0, 1 - Math.abs(x));

/** Keys' cubic with a = −1/2. */
function cubic(x: number): number {
  const t = Math.abs(x);
  if (t < 1) return (1.5 * t - 2.5) * t * t + 1;
  return t < 2 ? ((-0.5 * t + 2.5) * t - 4) * t + 2 : 0;
}

const filters = {
  bilinear: { reach: 1, weigh: triangle },
  bicubic: { reach: 2, weigh: cubic },
} as const;

/** Positions of the result that are kept. */
export interface Window {
  readonly top: number;
  readonly left: number;
  readonly height: number;
  readonly width: number;
}

/** For each output position: where its inputs start, and their weights, which sum to 1. */
interface Taps {
  readonly starts: Int32Array;
  readonly counts: Int32Array;
  /** `width` weights a position; those behind its count are 0. */
  readonly weights: Float64Array;
  readonly width: number;
}

/** Taps of `length` positions from `first` on, of the `to` positions that `from` become. */
function tapsOf(from: number, to: number, first: number, length: number, options: ResizeOptions): Taps {
  const { reach, weigh } = filters[options.filter];
  const scale = from / to;
  const stretch = options.antialias ? Math.max(scale, 1) : 1;
  const support = reach * stretch;
  const width = Math.ceil(support) * 2 + 1;
  const starts = new Int32Array(length);
  const counts = new Int32Array(length);
  const weights = new Float64Array(length * width);
  for (let i = 0; i < length; i++) {
    const centre = (first + i + 0.5) * scale;
    const start = Math.max(0, Math.trunc(centre - support + 0.5));
    const count = Math.min(from, Math.trunc(centre + support + 0.5)) - start;
    const own = weights.subarray(i * width, i * width + count);
    let sum = 0;
    for (let k = 0; k < count; k++) sum += own[k] = weigh((start + k - centre + 0.5) / stretch);
    for (let k = 0; k < count; k++) own[k] = toFixed((own[k] as number) / sum, options.round);
    starts[i] = start;
    counts[i] = count;
  }
  return { starts, counts, weights, width };
}

/** Taps that take every position as it is. */
function copyOf(first: number, length: number, { round }: ResizeOptions): Taps {
  return {
    starts: Int32Array.from({ length }, (_, i) => first + i),
    counts: new Int32Array(length).fill(1),
    weights: new Float64Array(length).fill(toFixed(1, round)),
    width: 1,
  };
}

/** Fractional bits of a weight in 8-bit arithmetic: 32, less 8 for the pixel and 2 for overshoot and sign. */
const BITS = 22;
const HALF = 2 ** (BITS - 1);

const toFixed = (weight: number, round: boolean) =>
  round ? Math.trunc(weight * 2 ** BITS + (weight < 0 ? -0.5 : 0.5)) : weight;

const toByte = (sum: number): number => {
  const value = sum >> BITS;
  return Math.max(0, Math.min(255, value));
};

type Line = Uint8Array | Float32Array;

/** Filters along the rows `first` up to `end`; of three colours at once, since they share their weights. */
function horizontal(pixels: Pixels, first: number, end: number, taps: Taps, output: Line, round: boolean): void {
  const { data, width: from, channels, colours } = pixels;
  const { starts, counts, weights, width } = taps;
  const start = round ? HALF : 0;
  // Of one colour all three sums are the same.
  const green = colours === 3 ? 1 : 0;
  const blue = green * 2;
  let to = 0;
  for (let y = first; y < end; y++)
    for (let i = 0; i < starts.length; i++, to += colours) {
      let r = start;
      let g = start;
      let b = start;
      let at = (y * from + (starts[i] as number)) * channels;
      const last = i * width + (counts[i] as number);
      for (let k = i * width; k < last; k++, at += channels) {
        const weight = weights[k] as number;
        r += (data[at] as number) * weight;
        g += (data[at + green] as number) * weight;
        b += (data[at + blue] as number) * weight;
      }
      output[to] = round ? toByte(r) : r;
      output[to + green] = round ? toByte(g) : g;
      output[to + blue] = round ? toByte(b) : b;
    }
}

/** Filters down the columns of rows of `length` numbers, of which the first is row `first` of the taps' input. */
function vertical(input: Line, length: number, first: number, taps: Taps, output: Line, round: boolean): void {
  const { starts, counts, weights, width } = taps;
  const start = round ? HALF : 0;
  for (let i = 0, to = 0; i < starts.length; i++) {
    const top = ((starts[i] as number) - first) * length;
    const last = i * width + (counts[i] as number);
    for (let x = 0; x < length; x++, to++) {
      let sum = start;
      for (let k = i * width, at = top + x; k < last; k++, at += length)
        sum += (input[at] as number) * (weights[k] as number);
      output[to] = round ? toByte(sum) : sum;
    }
  }
}

/**
 * Resizes pixels to `to`, [height, width], and returns what lies in the window, row by row, with as many numbers a pixel
 * as there are colours: bytes where they are rounded, else floats.
 */
export function resizePixels(
  pixels: Pixels,
  to: readonly [height: number, width: number],
  { top, left, height, width }: Window,
  options: ResizeOptions,
): Line {
  const taps = (from: number, into: number, first: number, length: number) =>
    from === into ? copyOf(first, length, options) : tapsOf(from, into, first, length, options);
  const rows = taps(pixels.height, to[0], top, height);
  const first = rows.starts[0] as number;
  const end = (rows.starts[height - 1] as number) + (rows.counts[height - 1] as number);
  const line = width * pixels.colours;
  const make = (count: number) => (options.round ? new Uint8Array(count * line) : new Float32Array(count * line));
  const across = make(end - first);
  horizontal(pixels, first, end, taps(pixels.width, to[1], left, width), across, options.round);
  if (pixels.height === to[0]) return across;
  const output = make(height);
  vertical(across, line, first, rows, output, options.round);
  return output;
}
