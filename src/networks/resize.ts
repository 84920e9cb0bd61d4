/**
 * Resizing of one plane of pixels as PIL's `Image.resize` does it: a separable filter, the horizontal pass first.
 *
 * The filter is stretched by the scale when an image shrinks (antialiasing); without that the result is that of
 * PyTorch's `interpolate(mode="bilinear", align_corners=False)`. Pixels of 8 bits are rounded and clipped after each pass,
 * in PIL's fixed-point arithmetic: the result is PIL's to the bit. Otherwise sums are f64, stored as f32, as in PIL's
 * mode "F".
 */

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

/** For each output position: where its inputs start, and their weights, which sum to 1. */
interface Taps {
  readonly starts: Int32Array;
  readonly counts: Int32Array;
  /** `width` weights a position; those behind its count are 0. */
  readonly weights: Float64Array;
  readonly width: number;
}

function tapsOf(from: number, to: number, { filter, antialias }: ResizeOptions): Taps {
  const { reach, weigh } = filters[filter];
  const scale = from / to;
  const stretch = antialias ? Math.max(scale, 1) : 1;
  const support = reach * stretch;
  const width = Math.ceil(support) * 2 + 1;
  const starts = new Int32Array(to);
  const counts = new Int32Array(to);
  const weights = new Float64Array(to * width);
  for (let i = 0; i < to; i++) {
    const centre = (i + 0.5) * scale;
    const start = Math.max(0, Math.trunc(centre - support + 0.5));
    const count = Math.min(from, Math.trunc(centre + support + 0.5)) - start;
    const own = weights.subarray(i * width, i * width + count);
    let sum = 0;
    for (let k = 0; k < count; k++) sum += own[k] = weigh((start + k - centre + 0.5) / stretch);
    if (sum !== 0) for (let k = 0; k < count; k++) own[k] = (own[k] as number) / sum;
    starts[i] = start;
    counts[i] = count;
  }
  return { starts, counts, weights, width };
}

/** Fractional bits of a weight in 8-bit arithmetic: 32, less 8 for the pixel and 2 for overshoot and sign. */
const BITS = 22;

const toFixed = (weight: number) => Math.trunc(weight * 2 ** BITS + (weight < 0 ? -0.5 : 0.5));

/**
 * Filters `lines` lines of `from` pixels to `to`. `step` leads from pixel to pixel within a line, `stride` from line to
 * line, in the input and in the output.
 */
function pass(
  input: Float32Array,
  output: Float32Array,
  { starts, counts, weights, width }: Taps,
  lines: number,
  steps: { readonly in: number; readonly out: number },
  strides: { readonly in: number; readonly out: number },
  round: boolean,
): void {
  const factors = round ? weights.map(toFixed) : weights;
  const first = round ? 2 ** (BITS - 1) : 0;
  for (let i = 0; i < starts.length; i++) {
    const start = (starts[i] as number) * steps.in;
    const count = counts[i] as number;
    for (let line = 0; line < lines; line++) {
      let sum = first;
      let at = start + line * strides.in;
      for (let k = 0; k < count; k++, at += steps.in) sum += (input[at] as number) * (factors[i * width + k] as number);
      output[i * steps.out + line * strides.out] = round ? Math.min(255, Math.max(0, sum >> BITS)) : sum;
    }
  }
}

/** Resizes a plane of `width` x `height` pixels. */
export function resizePlane(
  plane: Float32Array,
  [height, width]: readonly [number, number],
  [toHeight, toWidth]: readonly [number, number],
  options: ResizeOptions,
): Float32Array {
  let current = plane;
  if (toWidth !== width) {
    const output = new Float32Array(toWidth * height);
    const strides = { in: width, out: toWidth };
    pass(current, output, tapsOf(width, toWidth, options), height, { in: 1, out: 1 }, strides, options.round);
    current = output;
  }
  if (toHeight !== height) {
    const output = new Float32Array(toWidth * toHeight);
    const steps = { in: toWidth, out: toWidth };
    pass(current, output, tapsOf(height, toHeight, options), toWidth, steps, { in: 1, out: 1 }, options.round);
    current = output;
  }
  return current;
}
