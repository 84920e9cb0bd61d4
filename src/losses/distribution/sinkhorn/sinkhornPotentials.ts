import { readOptions } from "../../../contract/options.ts";
import { kernels, take, withScratch } from "../../../kernel/arena.ts";
import type { FloatInput, Tensor } from "../../../tensor/tensor.ts";
import { readClouds } from "../clouds.ts";
import { anneal, type SinkhornSettings } from "./annealing.ts";
import { type SinkhornOptions, sinkhornDivergence } from "./sinkhornDivergence.ts";

export interface SinkhornResult {
  /** sinkhornDivergence. */
  readonly value: number;
  /** Debiased dual potentials, [N] and [M]: what more mass at a point would cost. Their means add up to the value. */
  readonly potentials: { readonly x: Tensor; readonly y: Tensor };
  readonly iterations: number;
  /** How far a plan's marginals are from the masses: the sum of absolute differences, the largest of the three plans. */
  readonly marginalError: number;
}

/**
 * What is behind sinkhornDivergence: its potentials, and how far the iterations have converged.
 *
 * Shapes     As sinkhornDivergence. Potentials: [N] and [M], f64.
 * Errors     As sinkhornDivergence.
 * Edges      NaN or an infinite coordinate gives NaN everywhere, after 0 iterations.
 * Relation   A marginalError above 0.01 says that value and gradient are still moving: raise `scaling` or `maxIterations`.
 */
export function sinkhornPotentials(x: FloatInput, y: FloatInput, options: SinkhornOptions = {}): SinkhornResult {
  const name = "sinkhornPotentials";
  const settings = readOptions<SinkhornSettings>(name, options, sinkhornDivergence.spec.options);
  const clouds = readClouds(name, x, y);
  const { dtype } = clouds;
  return withScratch(() => {
    const staged = clouds.stage();
    const solution = anneal(staged.x, staged.y, settings, {
      kernel: kernels[dtype],
      dtype,
      take,
    });
    const tensor = (data: Float64Array | undefined, n: number): Tensor => ({
      data: data ?? new Float64Array(n).fill(Number.NaN),
      shape: [n],
    });
    return {
      value: solution?.value ?? Number.NaN,
      potentials: {
        x: tensor(solution?.x, staged.x.shape[0] as number),
        y: tensor(solution?.y, staged.y.shape[0] as number),
      },
      iterations: solution?.iterations ?? 0,
      marginalError: solution?.marginalError ?? Number.NaN,
    };
  });
}
