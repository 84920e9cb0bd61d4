/** Pictures beside each other: as they are, their middle twice as large, and what was taken away. */
import type { Image } from "../files/image.ts";

/** Pixels in [0, 1] as bytes. */
export const toBytes = (pixels: Float32Array, shape: Image["shape"]): Image => ({
  data: Uint8Array.from(pixels, (value) => Math.round(255 * Math.min(1, Math.max(0, value)))),
  shape,
});

/** The middle half of an image, every pixel as a square of four: in the size of the image. */
export function middle({ data, shape }: Image): Image {
  const [, channels, height, width] = shape;
  const [top, left] = [height >> 2, width >> 2];
  const result = new Uint8Array(data.length);
  for (let c = 0; c < channels; c++)
    for (let r = 0; r < height; r++)
      for (let k = 0; k < width; k++)
        result[(c * height + r) * width + k] = data[(c * height + top + (r >> 1)) * width + left + (k >> 1)] as number;
  return { data: result, shape };
}

/** What lies between two pictures, three times as strong, around grey. */
export const difference = (a: Float32Array, b: Float32Array, shape: Image["shape"]): Image =>
  toBytes(
    a.map((value, i) => 0.5 + 3 * (value - (b[i] as number))),
    shape,
  );

const GAP = 8;

/** Rows of pictures of one size, in a grid on white. */
export function grid(rows: readonly (readonly Image[])[]): Image {
  const [[first]] = rows as [[Image]];
  const [, channels, height, width] = first.shape;
  const columns = Math.max(...rows.map(({ length }) => length));
  const [fullHeight, fullWidth] = [rows.length * (height + GAP) - GAP, columns * (width + GAP) - GAP];
  const data = new Uint8Array(channels * fullHeight * fullWidth).fill(255);
  for (const [i, row] of rows.entries())
    for (const [j, { data: pixels }] of row.entries())
      for (let c = 0; c < channels; c++)
        for (let r = 0; r < height; r++) {
          const from = (c * height + r) * width;
          const to = (c * fullHeight + i * (height + GAP) + r) * fullWidth + j * (width + GAP);
          data.set(pixels.subarray(from, from + width), to);
        }
  return { data, shape: [1, channels, fullHeight, fullWidth] };
}
