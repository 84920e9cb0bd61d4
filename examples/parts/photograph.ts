/** A photograph to be found again from what a network sees of it. */
import { join } from "node:path";
import { psnr, ssim } from "lossary";
import sharp from "sharp";
import { seeded } from "./random.ts";

/** Length of its side. */
export const SIZE = 64;

const PIXELS = SIZE * SIZE;
const { min, max, round } = Math;

/** The photographer's head and camera: grey levels from 0 to 1, row by row. */
export async function loadPhotograph(): Promise<Float32Array> {
  const bytes = await sharp(join(import.meta.dirname, "../../data/camera.png"))
    .extract({ left: 150, top: 60, width: 192, height: 192 })
    .resize(SIZE, SIZE)
    .greyscale()
    .raw()
    .toBuffer();
  return Float32Array.from(bytes, (grey) => grey / 255);
}

export function noise(): Float32Array {
  const random = seeded(5);
  return Float32Array.from({ length: PIXELS }, () => random());
}

export interface Likeness {
  readonly ssim: number;
  readonly psnr: number;
}

/** How like the photograph a picture is, pixel by pixel; the network knows of neither measure. */
export function likeness(picture: Float32Array, photograph: Float32Array): Likeness {
  const image = (data: Float32Array) => ({ data: data.map((grey) => min(1, max(0, grey))), shape: [1, 1, SIZE, SIZE] });
  const pair = [image(picture), image(photograph)] as const;
  return { ssim: ssim(...pair, { dataRange: 1 }), psnr: psnr(...pair, { dataRange: 1 }) };
}

export interface Reconstruction {
  readonly steps: number;
  readonly losses: { readonly before: number; readonly after: number };
  readonly before: Likeness;
  readonly after: Likeness;
}

export const sayReconstruction = ({ steps, losses, before, after }: Reconstruction): string[] => [
  `a photograph found again from what a network sees of it, from noise, in ${steps} steps`,
  `perceptual loss ${losses.before.toPrecision(3)} before, ${losses.after.toPrecision(3)} after`,
  `SSIM ${hundredths(before.ssim)} before, ${hundredths(after.ssim)} after; ` +
    `PSNR ${before.psnr.toFixed(1)} dB before, ${after.psnr.toFixed(1)} dB after`,
];

/** Two decimals, without the sign of a zero. */
const hundredths = (x: number) => x.toFixed(2).replace("-0.00", "0.00");

/** Writes pictures side by side, four times as large. */
export async function writePictures(path: string, ...pictures: readonly Float32Array[]): Promise<void> {
  const width = pictures.length * SIZE;
  const bytes = new Uint8Array(width * SIZE);
  for (const [k, picture] of pictures.entries())
    for (const [i, grey] of picture.entries())
      bytes[Math.floor(i / SIZE) * width + k * SIZE + (i % SIZE)] = round(255 * min(1, max(0, grey)));
  await sharp(bytes, { raw: { width, height: SIZE, channels: 1 } })
    .resize(4 * width, 4 * SIZE, { kernel: "nearest" })
    .toFile(path);
}
