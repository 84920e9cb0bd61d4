import { LossaryRangeError, LossaryTypeError } from "../lossaryError.ts";
import { describe } from "../tensor/read.ts";

/** Pixels row by row, channels interleaved: grey, grey and alpha, RGB or RGBA, 8 bits each. `ImageData` is one. */
export interface Image {
  readonly data: Uint8Array | Uint8ClampedArray;
  readonly width: number;
  readonly height: number;
}

/** Pixels row by row, of which the first channels count: one is grey, three are red, green and blue. */
export interface Pixels {
  readonly data: Uint8Array | Float32Array;
  readonly width: number;
  readonly height: number;
  /** Numbers a pixel takes. */
  readonly channels: number;
  readonly colours: 1 | 3;
}

/** An image's pixels, checked. Alpha is dropped without blending, as PIL's `convert("RGB")` does. */
export function pixelsOf(what: string, image: Image): Pixels {
  const { data, width, height } = image;
  if (!(data instanceof Uint8Array || data instanceof Uint8ClampedArray))
    throw new LossaryTypeError(`${what}: data`, `is ${describe(data)}, expected a Uint8Array or Uint8ClampedArray`);
  for (const [name, value] of Object.entries({ width, height }))
    if (!Number.isInteger(value) || value < 1)
      throw new LossaryRangeError(`${what}: ${name}`, `is ${describe(value)}, expected a whole number ≥ 1`);
  const channels = data.length / (width * height);
  if (!(Number.isInteger(channels) && channels <= 4))
    throw new LossaryRangeError(
      what,
      `has ${data.length} bytes, expected 1 to 4 for each of its ${width}x${height} pixels`,
    );
  // Buffers and clamped arrays as plain bytes: loops over several kinds of arrays are slow.
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.length);
  return { data: bytes, width, height, channels, colours: channels < 3 ? 1 : 3 };
}
