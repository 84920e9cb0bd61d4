/** Folders of small images, and the networks that look at them. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import sharp from "sharp";
import { file, path } from "../cli/folder.ts";
import { meanColour, onnxModel } from "../networks/model.ts";
import { draws } from "../networks/noise.ts";

// The user's own cache is no test's business.
process.env.LOSSARY_CACHE = path("cache");

export async function writeImage(name: string, pixels: Uint8Array, width: number, height: number): Promise<void> {
  const channels = (pixels.length / width / height) as 1 | 2 | 3 | 4;
  mkdirSync(dirname(path(name)), { recursive: true });
  await sharp(pixels, { raw: { width, height, channels } }).png().toFile(path(name));
}

/** Images of seeded noise, called 00.png, 01.png …. */
export async function noiseImages(folder: string, count: number, seed: number, width = 6, height = 5): Promise<string> {
  const next = draws(seed);
  for (let i = 0; i < count; i++) {
    const pixels = Uint8Array.from({ length: width * height * 3 }, () => next() >>> 24);
    await writeImage(`${folder}/${String(i).padStart(2, "0")}.png`, pixels, width, height);
  }
  return path(folder);
}

/** The flags of a network whose features are the mean colour. */
export function colourFlags(): string[] {
  const model = file("colour.onnx", meanColour());
  const steps = file("steps.json", JSON.stringify({ divide: 255 }));
  return ["--model", model, "--output", "colour", "--preprocess", steps];
}

const WIDTH = 20;
const HEIGHT = 24;

/** Digits of data/digits.csv in three channels with noise, pixel for pixel those of the golden script. */
export async function digitImages(folder: string, start: number, seed: number, coarse: boolean): Promise<string> {
  const csv = readFileSync(resolve(import.meta.dirname, "../../data/digits.csv"), "utf8")
    .trim()
    .split("\n")
    .slice(1);
  const next = draws(seed);
  for (let row = start; row < start + 200; row++) {
    const digit = (csv[row] as string).split(",").map(Number);
    const pixels = new Uint8Array(WIDTH * HEIGHT * 3);
    for (let y = 0, at = 0; y < HEIGHT; y++)
      for (let x = 0; x < WIDTH; x++) {
        const ink = Math.trunc(digit[Math.floor((y * 8) / HEIGHT) * 8 + Math.floor((x * 8) / WIDTH)] as number) * 10;
        for (let c = 0; c < 3; c++) pixels[at++] = (c < 2 ? ink : 160 - ink) + (next() >>> (coarse ? 26 : 28));
      }
    await writeImage(join(folder, `${String(row).padStart(4, "0")}.png`), pixels, WIDTH, HEIGHT);
  }
  return path(folder);
}

/** The golden script's network, and what it does to an image first. */
export function digitFlags(): string[] {
  const next = draws(7);
  const weights = (...shape: number[]) => ({
    shape,
    data: Array.from({ length: shape.reduce((a, b) => a * b) }, () => (next() >>> 8) / 2 ** 24 - 0.5),
  });
  const [first, second, last] = [weights(8, 3, 3, 3), weights(12, 8, 3, 3), weights(16, 12)];
  const model = onnxModel({
    input: [null, 3, 16, 16],
    weights: { first, second, last },
    nodes: [
      { op: "Conv", inputs: ["images", "first"], output: "conv1", attributes: { strides: [2, 2] } },
      { op: "Relu", inputs: ["conv1"], output: "relu1" },
      { op: "Conv", inputs: ["relu1", "second"], output: "conv2" },
      { op: "Relu", inputs: ["conv2"], output: "relu2" },
      { op: "GlobalAveragePool", inputs: ["relu2"], output: "pooled" },
      { op: "Flatten", inputs: ["pooled"], output: "flat" },
      { op: "Gemm", inputs: ["flat", "last"], output: "features", attributes: { transB: 1 } },
    ],
    outputs: ["features"],
  });
  writeFileSync(path("digits.onnx"), model);
  const half = [0.5, 0.5, 0.5];
  const quarter = [0.25, 0.25, 0.25];
  const steps = { resize: [16, 16], filter: "bicubic", mean: half, std: quarter };
  return ["--model", path("digits.onnx"), "--preprocess", file("digits.json", JSON.stringify(steps))];
}
