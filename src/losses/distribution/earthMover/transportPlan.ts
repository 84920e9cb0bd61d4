import type { CommonOptions } from "../../../contract/loss.ts";
import { type FunctionSpecOf, frozen, withoutGradients } from "../../../contract/spec.ts";
import { withPass } from "../../../contract/withPass.ts";
import { viewOf } from "../../../tensor/stage.ts";
import { arrayTypes, type FloatInput, type Tensor } from "../../../tensor/tensor.ts";
import { checkMass } from "../wasserstein/weights.ts";
import { couple } from "./coupling.ts";
import { type EarthMoverOptions, earthMoverDistance } from "./earthMoverDistance.ts";

type Inputs = [x: FloatInput, y: FloatInput];

const spec = frozen<FunctionSpecOf<Inputs, EarthMoverOptions>>({
  name: "transportPlan",
  family: "distribution",
  title: { en: "Transport plan", zh: "传输方案" },
  summary: "How much of each point goes to each point of the other cloud, at the least cost.",
  arguments: withoutGradients(earthMoverDistance.spec.arguments),
  options: earthMoverDistance.spec.options,
});

/**
 * The plan behind earthMoverDistance: how much of each x goes to each y.
 *
 * Shapes     As earthMoverDistance. Result: [N, M]; rows sum to the masses of x, columns to those of y, all to 1.
 * Errors     As earthMoverDistance.
 * Edges      NaN or an infinite cost gives NaN everywhere.
 * Relation   Σ plan · cost is earthMoverDistance.
 */
export function transportPlan(x: FloatInput, y: FloatInput, options?: EarthMoverOptions & CommonOptions): Tensor;
export function transportPlan(...args: unknown[]): Tensor {
  return withPass<Inputs, EarthMoverOptions, Tensor>(spec, args, ([x, y], options, { kernel, dims, dtype }) => {
    const { cost, xWeights, yWeights } = options;
    for (const weights of [xWeights, yWeights]) checkMass(weights, dtype);
    const found = couple({ x, y, cost, xWeights, yWeights }, kernel, dtype);
    const [n, m] = [dims.N, dims.M];
    const data = new arrayTypes[dtype](n * m).fill(found === null ? Number.NaN : 0);
    if (found === null) return { data, shape: [n, m] };
    const { pairs, mass } = found;
    const [rows, columns] = [viewOf(found.from, pairs, "int32"), viewOf(found.to, pairs, "int32")];
    const shipped = viewOf(found.masses, pairs, "float64");
    for (let k = 0; k < pairs; k++)
      data[(rows[k] as number) * m + (columns[k] as number)] = (shipped[k] as number) / mass;
    return { data, shape: [n, m] };
  });
}
transportPlan.spec = spec;
