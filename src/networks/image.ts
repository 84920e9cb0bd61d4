import { describe } from "../tensor/read.ts";

/** Pixels row by row, channels interleaved: grey, grey and alpha, RGB or RGBA, 8 bits each. `ImageData` is one. */
export interface Image {
  readonly data: Uint8Array | Uint8ClampedArray;
  readonly width: number;
  readonly height: number;
}

/** Channels by name, so that planes can be resized one by one. */
const sourceOf: Readonly<Record<number, readonly [red: number, green: number, blue: number]>> = {
  1: [0, 0, 0],
  2: [0, 0, 0],
  3: [0, 1, 2],
  4: [0, 1, 2],
};

/**
 * An image's red, green and blue planes, one behind the other. Grey becomes three equal planes; alpha is dropped without
 * blending, as PIL's `convert("RGB")` does.
 */
export function rgbPlanes(what: string, image: Image): Float32Array {
  const { data, width, height } = image;
  if (!(data instanceof Uint8Array || data instanceof Uint8ClampedArray))
    throw new TypeError(`${what}: data is ${describe(data)}, expected a Uint8Array or Uint8ClampedArray`);
  for (const [name, value] of Object.entries({ width, height }))
    if (!Number.isInteger(value) || value < 1)
      throw new RangeError(`${what}: ${name} is ${describe(value)}, expected a whole number ≥ 1`);
  const size = width * height;
  const channels = data.length / size;
  const source = sourceOf[channels];
  if (!source)
    throw new RangeError(`${what} has ${data.length} bytes, expected 1 to 4 for each of its ${width}x${height} pixels`);
  const planes = new Float32Array(3 * size);
  for (const [plane, offset] of source.entries())
    for (let i = 0; i < size; i++) planes[plane * size + i] = data[i * channels + offset] as number;
  return planes;
}
