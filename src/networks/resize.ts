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
  /** `width` weights per position; those beyond its count are 0. */
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

/** Rows `first` up to `end` of an image, to be filtered along. */
interface Strip {
  readonly pixels: Pixels;
  readonly first: number;
  readonly end: number;
}

// Each pass is written once for bytes and once for floats: a loop that meets both kinds of arrays is several times slower.

/** Filters bytes along the rows, of three colours at once, since they share their weights. */
function horizontalBytes({ pixels, first, end }: Strip, taps: Taps, output: Uint8Array): void {
  const { data, width: from, channels, colours } = pixels;
  const { starts, counts, width } = taps;
  const weights = Int32Array.from(taps.weights);
  // Of one colour all three sums are the same.
  const green = colours === 3 ? 1 : 0;
  const blue = green * 2;
  let to = 0;
  for (let y = first; y < end; y++)
    for (let i = 0; i < starts.length; i++, to += colours) {
      let r = HALF;
      let g = HALF;
      let b = HALF;
      let at = (y * from + (starts[i] as number)) * channels;
      const last = i * width + (counts[i] as number);
      for (let k = i * width; k < last; k++, at += channels) {
        const weight = weights[k] as number;
        r = (r + (data[at] as number) * weight) | 0;
        g = (g + (data[at + green] as number) * weight) | 0;
        b = (b + (data[at + blue] as number) * weight) | 0;
      }
      output[to] = toByte(r);
      output[to + green] = toByte(g);
      output[to + blue] = toByte(b);
    }
}

function horizontalFloats({ pixels, first, end }: Strip, taps: Taps, output: Float32Array): void {
  const { data, width: from, channels, colours } = pixels;
  const { starts, counts, weights, width } = taps;
  const green = colours === 3 ? 1 : 0;
  const blue = green * 2;
  let to = 0;
  for (let y = first; y < end; y++)
    for (let i = 0; i < starts.length; i++, to += colours) {
      let [r, g, b] = [0, 0, 0];
      let at = (y * from + (starts[i] as number)) * channels;
      const last = i * width + (counts[i] as number);
      for (let k = i * width; k < last; k++, at += channels) {
        const weight = weights[k] as number;
        r += (data[at] as number) * weight;
        g += (data[at + green] as number) * weight;
        b += (data[at + blue] as number) * weight;
      }
      output[to] = r;
      output[to + green] = g;
      output[to + blue] = b;
    }
}

/** Filters down the columns of rows of `length` numbers, of which the first is row `first` of the taps' input. */
function verticalBytes(input: Uint8Array, length: number, first: number, taps: Taps, output: Uint8Array): void {
  const { starts, counts, width } = taps;
  const weights = Int32Array.from(taps.weights);
  const sums = new Int32Array(length);
  for (let i = 0, to = 0; i < starts.length; i++, to += length) {
    sums.fill(HALF);
    let at = ((starts[i] as number) - first) * length;
    const last = i * width + (counts[i] as number);
    for (let k = i * width; k < last; k++, at += length) {
      const weight = weights[k] as number;
      for (let x = 0; x < length; x++) sums[x] = ((sums[x] as number) + (input[at + x] as number) * weight) | 0;
    }
    for (let x = 0; x < length; x++) output[to + x] = toByte(sums[x] as number);
  }
}

function verticalFloats(input: Float32Array, length: number, first: number, taps: Taps, output: Float32Array): void {
  const { starts, counts, weights, width } = taps;
  const sums = new Float64Array(length);
  for (let i = 0, to = 0; i < starts.length; i++, to += length) {
    sums.fill(0);
    let at = ((starts[i] as number) - first) * length;
    const last = i * width + (counts[i] as number);
    for (let k = i * width; k < last; k++, at += length) {
      const weight = weights[k] as number;
      for (let x = 0; x < length; x++) sums[x] = (sums[x] as number) + (input[at + x] as number) * weight;
    }
    output.set(sums, to);
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
  const columns = taps(pixels.width, to[1], left, width);
  const strip = { pixels, first, end };
  const same = pixels.height === to[0];
  if (options.round) {
    const across = new Uint8Array((end - first) * line);
    horizontalBytes(strip, columns, across);
    if (same) return across;
    const output = new Uint8Array(height * line);
    verticalBytes(across, line, first, rows, output);
    return output;
  }
  const across = new Float32Array((end - first) * line);
  horizontalFloats(strip, columns, across);
  if (same) return across;
  const output = new Float32Array(height * line);
  verticalFloats(across, line, first, rows, output);
  return output;
}
