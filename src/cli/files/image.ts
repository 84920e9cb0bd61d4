/**
 * Reads and writes images through sharp, which is optional: it is loaded when the first image comes.
 *
 * `readImage` is for scores of the pictures themselves: upright, without transparency, in planes. `decode` is for networks:
 * their features are comparable where the pixels are those PIL gives.
 */
import { Readable } from "node:stream";
import type sharp from "sharp";
import type { Image as RawImage } from "../../networks/image.ts";
import { dataError, MissingPackage, UserError } from "../errors.ts";
import { openFile } from "./open.ts";
import { replaceFile } from "./replace.ts";

/** Bytes in planes: [1, C, H, W], with one channel (grey) or three (red, green, blue). */
export interface Image {
  readonly data: Uint8Array;
  readonly shape: readonly [number, number, number, number];
}

export const isImage = (path: string): boolean => /\.(png|jpe?g)$/i.test(path);

/** What sharp reads without a library of the system: the images of folders, and those that are scored. */
export const isImageFile = (path: string): boolean => /\.(png|jpe?g|jpe|jfif|webp|gif|tiff?|avif)$/i.test(path);
export const IMAGE_KINDS = ".png, .jpg, .webp, .tif, .gif or .avif";

async function loadSharp(): Promise<typeof sharp> {
  try {
    return (await import("sharp")).default;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ERR_MODULE_NOT_FOUND")
      throw new MissingPackage("images need the package sharp, which is not installed: npm install sharp", 1);
    throw new MissingPackage(`images need the package sharp, which does not start (${firstLine(error)})`, 1);
  }
}

const firstLine = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).trim().split("\n")[0] as string;

/** What sharp says of a file, as a fault of it. */
function imageError(path: string, error: unknown): unknown {
  if (error instanceof UserError || (error instanceof Error && error.name !== "Error")) return error;
  return dataError(`${path}: cannot be read as an image (${firstLine(error)})`);
}

/**
 * An image of 8 bits a channel, the first of several, turned upright as its tag says. Grey stays one channel. An alpha channel is dropped
 * where it is opaque everywhere; transparent pixels have no colour of their own and are refused.
 */
export async function readImage(path: string): Promise<Image> {
  await openFile(path);
  const open = await loadSharp();
  try {
    const { space, depth, format } = await open(path).metadata();
    refuseDrawing(path, format);
    if (depth !== "uchar") throw dataError(`${path}: has more than 8 bits a channel (${depth}); convert it to 8 bits`);
    const { data, info } = await open(path)
      .autoOrient()
      .toColourspace(space === "b-w" ? "b-w" : "srgb")
      .raw()
      .toBuffer({ resolveWithObject: true });
    return toPlanes(path, data, info);
  } catch (error) {
    throw imageError(path, error);
  }
}

/**
 * The pixels as PIL reads them: not turned by EXIF, no colour profile applied, transparency kept. Two kinds differ: CMYK
 * goes through a profile, and 16 bits are scaled to 8, which PIL clips.
 */
export async function decode(path: string, bytes: Uint8Array): Promise<RawImage> {
  const open = await loadSharp();
  try {
    const image = open(bytes, { failOn: "error", ignoreIcc: true } as object);
    refuseDrawing(path, (await image.metadata()).format);
    const { data, info } = await image.raw().toBuffer({ resolveWithObject: true });
    return { data, width: info.width, height: info.height };
  } catch (error) {
    throw imageError(path, error);
  }
}

/** An SVG under another name has no pixels of its own; other readers refuse it, too. */
function refuseDrawing(path: string, format: string | undefined): void {
  if (format === "svg" || format === "pdf")
    throw dataError(`${path}: cannot be read as an image (it is a drawing, ${format})`);
}

function toPlanes(
  path: string,
  data: Uint8Array,
  { width, height, channels }: { width: number; height: number; channels: number },
): Image {
  const hasAlpha = channels % 2 === 0;
  const colours = hasAlpha ? channels - 1 : channels;
  const size = width * height;
  const planar = new Uint8Array(size * colours);
  for (let i = 0; i < size; i++) {
    const at = i * channels;
    if (hasAlpha && data[at + colours] !== 255)
      throw dataError(`${path}: has transparent pixels; flatten it onto a background first`);
    for (let c = 0; c < colours; c++) planar[c * size + i] = data[at + c] as number;
  }
  return { data: planar, shape: [1, colours, height, width] };
}

/** The bytes of a PNG. */
export async function pngOf({ data, shape: [, channels, height, width] }: Image): Promise<Buffer> {
  const open = await loadSharp();
  const size = width * height;
  const mixed = Buffer.alloc(data.length);
  for (let i = 0; i < size; i++)
    for (let c = 0; c < channels; c++) mixed[i * channels + c] = data[c * size + i] as number;
  const raw = { width, height, channels: channels as 1 | 3 };
  return open(mixed, { raw })
    .toColourspace(channels === 1 ? "b-w" : "srgb")
    .png()
    .toBuffer();
}

export async function writePng(path: string, image: Image): Promise<void> {
  await replaceFile(path, Readable.from([await pngOf(image)]));
}

/** "512 × 300, colour" */
export const describeImage = ({ shape: [, channels, height, width] }: Image): string =>
  `${width} × ${height}, ${channels === 1 ? "grey" : "colour"}`;

/** Throws unless two images can be compared pixel by pixel. */
export function checkAlike(first: string, a: Image, second: string, b: Image): void {
  if (a.shape.join() === b.shape.join()) return;
  const hint = a.shape[1] === b.shape[1] ? "" : "; grey and colour are not compared";
  throw dataError(`${first} is ${describeImage(a)}, but ${second} is ${describeImage(b)}${hint}`);
}
