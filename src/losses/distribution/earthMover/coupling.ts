/** Solves a transport problem between points: what both the distance and the plan are made of. */
import { scratch } from "../../../kernel/arena.ts";
import type { Kernels } from "../../../kernel/kernels.ts";
import { type Operand, viewOf } from "../../../tensor/stage.ts";
import type { Dtype } from "../../../tensor/tensor.ts";

export interface Problem {
  readonly x: Operand;
  readonly y: Operand;
  readonly cost: "euclidean" | "squared";
  readonly xWeights: Operand | undefined;
  readonly yWeights: Operand | undefined;
}

export interface Coupling {
  /** f64 [N, M] in kernel memory. */
  readonly cost: number;
  /** f64 [M, N] in kernel memory, of the whole mass `mass`. */
  readonly flow: number;
  readonly mass: number;
}

/** Solves the problem exactly; null where a cost is not finite. Only inside `withScratch`. */
export function couple({ x, y, cost, xWeights, yWeights }: Problem, kernel: Kernels, dtype: Dtype): Coupling | null {
  const [n, d] = x.shape as [number, number];
  const m = y.shape[0] as number;
  const costs = scratch(8 * n * m);
  const squared = cost === "squared" ? 1 : 0;
  if (!Number.isFinite(kernel.costs(x.pointer, n, y.pointer, m, d, squared, costs))) return null;
  const flow = zeros(n * m);
  const work = zeros(2 * n + 2 * m + Math.ceil((n + 4 * m) / 2));
  const [supply, demand] = [scratch(8 * n), scratch(8 * m)];
  const weighted = xWeights !== undefined || yWeights !== undefined;
  // Equal masses are whole numbers, which ship without a rounding.
  const even = n === m ? 1 : 0;
  const put = (to: number, size: number, weights: Operand | undefined, whole: number) => {
    const target = viewOf(to, size, "float64");
    if (!weighted) return target.fill(whole);
    const given = weights ? Float64Array.from(viewOf(weights.pointer, size, dtype)) : new Float64Array(size).fill(1);
    const total = given.reduce((sum, weight) => sum + weight, 0);
    return target.set(given.map((weight) => weight / total));
  };
  put(supply, n, xWeights, even || m);
  put(demand, m, yWeights, even || n);
  const mass = weighted ? 1 : even ? n : n * m;
  kernel.transport(costs, n, m, supply, demand, flow, work, weighted ? CRUMB : 0);
  return { cost: costs, flow, mass };
}

// Of a mass of 1, what is left over by rounding.
const CRUMB = 1e-15;

function zeros(count: number): number {
  const pointer = scratch(8 * count);
  viewOf(pointer, count, "float64").fill(0);
  return pointer;
}
