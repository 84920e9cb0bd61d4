/** The photographs of data/ and the distortions of test/golden/image.py, in integer arithmetic. */
import { join } from "node:path";
import { type Image, readImage } from "../../src/cli/files/image.ts";

type Bytes = Image;

export const photograph = (name: string): Promise<Bytes> => readImage(join(import.meta.dirname, "../../data", name));

const like = ({ shape }: Bytes, data: Uint8Array): Bytes => ({ data, shape });

/** Adds −40…40, from a linear congruential generator over the pixels in order. */
function noise(image: Bytes): Bytes {
  let state = 12345;
  return like(
    image,
    image.data.map((pixel) => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return Math.min(255, Math.max(0, pixel + Math.floor(((state >>> 24) * 81) / 256) - 40));
    }),
  );
}

/** The rounded mean of 5 × 5 pixels; the border counts again. */
function blur(image: Bytes): Bytes {
  const [, channels, height, width] = image.shape;
  const clamp = (at: number, length: number) => Math.min(length - 1, Math.max(0, at));
  const result = new Uint8Array(image.data.length);
  for (let plane = 0; plane < channels; plane++)
    for (let r = 0; r < height; r++)
      for (let c = 0; c < width; c++) {
        let sum = 0;
        for (let i = -2; i <= 2; i++)
          for (let j = -2; j <= 2; j++)
            sum += image.data[(plane * height + clamp(r + i, height)) * width + clamp(c + j, width)] as number;
        result[(plane * height + r) * width + c] = Math.floor((2 * sum + 25) / 50);
      }
  return like(image, result);
}

/** Every pixel is pulled three quarters of the way to the mean of its 8 × 8 block. */
function blocks(image: Bytes): Bytes {
  const [, channels, height, width] = image.shape;
  const result = image.data.slice();
  for (let plane = 0; plane < channels; plane++)
    for (let top = 0; top < height; top += 8)
      for (let left = 0; left < width; left += 8) {
        const block: number[] = [];
        for (let r = top; r < Math.min(top + 8, height); r++)
          for (let c = left; c < Math.min(left + 8, width); c++) block.push((plane * height + r) * width + c);
        const mean = Math.floor(block.reduce((sum, at) => sum + (image.data[at] as number), 0) / block.length);
        for (const at of block) result[at] = Math.floor(((image.data[at] as number) + 3 * mean) / 4);
      }
  return like(image, result);
}

export const distortions: Readonly<Record<string, (image: Bytes) => Bytes>> = { noise, blur, blocks };
