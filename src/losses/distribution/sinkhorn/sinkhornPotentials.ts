import type { CommonOptions } from "../../../contract/loss.ts";
import { type FunctionSpecOf, frozen, withoutGradients } from "../../../contract/spec.ts";
import { withPass } from "../../../contract/withPass.ts";
import type { FloatInput, Tensor } from "../../../tensor/tensor.ts";
import { massed } from "../masses.ts";
import { checkMass } from "../wasserstein/weights.ts";
import { anneal } from "./annealing.ts";
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

type Inputs = [x: FloatInput, y: FloatInput];

const spec = frozen<FunctionSpecOf<Inputs, SinkhornOptions>>({
  name: "sinkhornPotentials",
  family: "distribution",
  title: { en: "Sinkhorn potentials", zh: "Sinkhorn 势函数" },
  summary: "What more mass at each point would cost, and how far the iterations have converged.",
  arguments: withoutGradients(sinkhornDivergence.spec.arguments),
  options: sinkhornDivergence.spec.options,
});

/**
 * What is behind sinkhornDivergence: its potentials, and how far the iterations have converged.
 *
 * Shapes     As sinkhornDivergence. Potentials: [N] and [M], f64.
 * Errors     As sinkhornDivergence.
 * Edges      NaN or an infinite coordinate gives NaN everywhere, after 0 iterations.
 * Relation   A marginalError above 0.01 says that value and gradient are still moving: raise `scaling` or `maxIterations`.
 */
export function sinkhornPotentials(
  x: FloatInput,
  y: FloatInput,
  options?: SinkhornOptions & CommonOptions,
): SinkhornResult;
export function sinkhornPotentials(...args: unknown[]): SinkhornResult {
  return withPass<Inputs, SinkhornOptions, SinkhornResult>(spec, args, ([x, y], options, pass) => {
    const { xWeights, yWeights, ...settings } = options;
    const { dims, dtype } = pass;
    for (const weights of [xWeights, yWeights]) if (weights) checkMass(weights, dtype);
    const [first, second] = [massed(x, xWeights, dtype), massed(y, yWeights, dtype)];
    const solution = anneal(first, second, settings, pass);
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
        x: tensor(solution?.x, first.index, dims.N),
        y: tensor(solution?.y, second.index, dims.M),
      },
      iterations: solution?.iterations ?? 0,
      marginalError: solution?.marginalError ?? Number.NaN,
    };
  });
}
sinkhornPotentials.spec = spec;
