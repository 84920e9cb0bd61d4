/**
 * Denoising by a loss's gradient alone: the picture itself is what learns.
 *
 *     minimise   loss(picture, noisy) + λ · total variation(picture)
 *
 * λ is not chosen by eye and not by the clean image: it is steered until the picture lies as far from the noisy one as the
 * noise does from nothing (root mean square), so that every loss takes away equally much, and only what it takes away differs.
 */
import { psnr, type ResidentTensor, resident, ssim, totalVariationLoss } from "../../index.ts";
import { adam } from "../model/adam.ts";
import { partsOf } from "./terms.ts";

export interface Scores {
  readonly step: number;
  readonly psnr: number;
  readonly ssim: number;
}

export interface Result {
  readonly name: string;
  readonly picture: Float32Array;
  /** The weight of the total variation at the end. */
  readonly smoothing: number;
  /** Root mean square of picture − noisy. */
  readonly distance: number;
  readonly curve: readonly Scores[];
}

export interface Task {
  readonly clean: Float32Array;
  readonly noisy: Float32Array;
  readonly shape: readonly number[];
  /** Standard deviation of the noise, of pixels in [0, 1]. */
  readonly noise: number;
  readonly steps: number;
}

const STEER_EVERY = 5;
const SCORE_EVERY = 10;
const FIRST_RATE = 0.02;

/** Yields after every step. */
export function* denoise(name: string, task: Task): Generator<undefined, Result> {
  const { clean, noisy, shape, noise, steps } = task;
  const tensors = [clean, noisy, noisy, noisy, noisy].map((data) => {
    const tensor = resident(shape);
    tensor.data.set(data);
    return tensor;
  });
  const [truth, target, x, slope, roughness] = tensors as [Image, Image, Image, Image, Image];
  try {
    const picture = noisy.slice();
    const gradient = new Float32Array(picture.length);
    const step = adam(picture, gradient);
    const parts = partsOf(name);
    const curve: Scores[] = [scoresOf(x, truth, 0)];
    let smoothing = 0.1;
    for (let t = 1; t <= steps; t++) {
      x.data.set(picture);
      totalVariationLoss.valueAndGrad(x, { out: { images: roughness } });
      const rough = roughness.data;
      for (let i = 0; i < gradient.length; i++) gradient[i] = smoothing * (rough[i] as number);
      for (const part of parts) {
        part(x, target, slope);
        const pull = slope.data;
        for (let i = 0; i < gradient.length; i++) gradient[i] = (gradient[i] as number) + (pull[i] as number);
      }
      // Falls to zero along a cosine, so that the picture comes to rest.
      step(FIRST_RATE * 0.5 * (1 + Math.cos((Math.PI * t) / (steps + 1))));
      if (t % STEER_EVERY === 0) smoothing *= steering(noise, distanceOf(picture, noisy));
      if (t % SCORE_EVERY === 0 || t === steps) {
        x.data.set(picture);
        curve.push(scoresOf(x, truth, t));
      }
      yield;
    }
    return { name, picture, smoothing, distance: distanceOf(picture, noisy), curve };
  } finally {
    for (const tensor of tensors) tensor.dispose();
  }
}

type Image = ResidentTensor<"float32">;

/** More smoothing where the picture is too near the noisy one, less where it is too far; at most a quarter at once. */
const steering = (wanted: number, got: number): number => Math.min(1.25, Math.max(0.8, wanted / got));

function distanceOf(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += ((a[i] as number) - (b[i] as number)) ** 2;
  return Math.sqrt(sum / a.length);
}

const scoresOf = (picture: Image, truth: Image, step: number): Scores => ({
  step,
  psnr: psnr(picture, truth, { dataRange: 1 }),
  ssim: ssim(picture, truth, { dataRange: 1 }),
});
