import { readOptions } from "../../../contract/options.ts";
import { kernels, take, withScratch } from "../../../kernel/arena.ts";
import type { FloatInput, Tensor } from "../../../tensor/tensor.ts";
import { readClouds, readWeights } from "../clouds.ts";
import { massed } from "../masses.ts";
import { anneal, type SinkhornSettings } from "./annealing.ts";
import { type SinkhornOptions, sinkhornDivergence } from "./sinkhornDivergence.ts";

export interface SinkhornResult {
  /** sinkhornDivergence. */
  readonly value: number;
  /**
   * Debiased dual potentials, [N] and [M]: what more mass at a point would cost. Their means,
   * weighted by the masses, add up to the value. NaN at a point of weight 0.
   */
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
    const weights = (key: "xWeights" | "yWeights", shape: string) =>
      readWeights(clouds, name, key, shape, options[key], sinkhornDivergence.spec.options[key].range);
    const { x: all, y: others } = clouds.stage();
    const [first, second] = [
      massed(all, weights("xWeights", "N"), dtype),
      massed(others, weights("yWeights", "M"), dtype),
    ];
    const solution = anneal(first, second, settings, {
      kernel: kernels[dtype],
      dtype,
      take,
    });
    const tensor = (potentials: Float64Array | undefined, index: Int32Array, n: number): Tensor => {
      const data = new Float64Array(n).fill(Number.NaN);
      potentials?.forEach((potential, k) => {
        data[index[k] as number] = potential;
      });
      return { data, shape: [n] };
    };
    return {
      value: solution?.value ?? Number.NaN,
      potentials: {
        x: tensor(solution?.x, first.index, all.shape[0] as number),
        y: tensor(solution?.y, second.index, others.shape[0] as number),
      },
      iterations: solution?.iterations ?? 0,
      marginalError: solution?.marginalError ?? Number.NaN,
    };
  });
}
