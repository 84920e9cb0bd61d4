import { readOptions } from "../../../contract/options.ts";
import { kernels, withScratch } from "../../../kernel/arena.ts";
import { viewOf } from "../../../tensor/stage.ts";
import { arrayTypes, type FloatInput, type Tensor } from "../../../tensor/tensor.ts";
import { readClouds, readWeights } from "../clouds.ts";
import { type Cost, couple } from "./coupling.ts";
import { type EarthMoverOptions, earthMoverDistance } from "./earthMoverDistance.ts";

/**
 * The plan behind earthMoverDistance: how much of each x goes to each y.
 *
 * Shapes     As earthMoverDistance. Result: [N, M]; rows sum to the masses of x, columns to those of y, all to 1.
 * Errors     As earthMoverDistance.
 * Edges      NaN or an infinite cost gives NaN everywhere.
 * Relation   Σ plan · cost is earthMoverDistance.
 */
export function transportPlan(x: FloatInput, y: FloatInput, options: EarthMoverOptions = {}): Tensor {
  const name = "transportPlan";
  const specs = earthMoverDistance.spec.options;
  const { cost } = readOptions<{ cost: Cost }>(name, options, specs);
  const clouds = readClouds(name, x, y);
  const { dtype } = clouds;
  return withScratch(() => {
    const weights = (key: "xWeights" | "yWeights", shape: string) =>
      readWeights(clouds, name, key, shape, options[key], specs[key].range);
    const { x: from, y: to } = clouds.stage();
    const masses = { xWeights: weights("xWeights", "N"), yWeights: weights("yWeights", "M") };
    const found = couple({ x: from, y: to, cost, ...masses }, kernels[dtype], dtype);
    const [n, m] = [from.shape[0] as number, to.shape[0] as number];
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
