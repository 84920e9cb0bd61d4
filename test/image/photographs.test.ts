/** Whole photographs, distorted: scores against scikit-image, and MS-SSIM against PyTorch. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { msSsim, psnr, ssim } from "../../src/index.ts";
import { distortions, photograph } from "./distortions.ts";

interface Stored {
  readonly photograph: string;
  readonly distortion: string;
  readonly checksum: number;
  /** scikit-image, Gaussian weights, population covariance. */
  readonly ssim: number;
  /** scikit-image with its own defaults: 7 equal weights a side, sample covariance. */
  readonly default: number;
  readonly psnr: number;
  readonly msSsim: number;
}

const stored = JSON.parse(readFileSync(join(import.meta.dirname, "photographs.json"), "utf8")) as Stored[];

describe.each(stored)("$photograph with $distortion", (wanted) => {
  it("scores as scikit-image and PyTorch do: bytes and float64 to 1e-11, float32 to 1e-6", async () => {
    const image = await photograph(wanted.photograph);
    const other = (distortions[wanted.distortion] as (typeof distortions)[string])(image);
    expect(other.data.reduce((sum, pixel) => sum + pixel, 0)).toBe(wanted.checksum);
    expect(Math.abs(ssim(other, image) - wanted.ssim)).toBeLessThan(1e-11);
    expect(Math.abs(psnr(other, image) - wanted.psnr)).toBeLessThan(1e-9);
    expect(Math.abs(msSsim(other, image) - wanted.msSsim)).toBeLessThan(1e-11);
    const preset = { window: 7, sigma: Number.POSITIVE_INFINITY, k2: 0.03 * Math.sqrt(48 / 49) };
    expect(Math.abs(ssim(other, image, preset) - wanted.default)).toBeLessThan(1e-11);
    const single = ({ data, shape }: typeof image) => ({ data: Float32Array.from(data, (x) => x / 255), shape });
    expect(Math.abs(ssim(single(other), single(image), { dataRange: 1 }) - wanted.ssim)).toBeLessThan(1e-6);
    expect(Math.abs(msSsim(single(other), single(image), { dataRange: 1 }) - wanted.msSsim)).toBeLessThan(1e-6);
  });
});
