/** Solves a transport problem between points: what both the distance and the plan are made of. */

import { take } from "../../../kernel/arena.ts";
import { after, type Kernels, type Pointer, TransportCost } from "../../../kernel/kernels.ts";
import { type Operand, viewOf } from "../../../tensor/stage.ts";
import type { Dtype } from "../../../tensor/tensor.ts";
import { sharesOf, sideOf } from "../masses.ts";

/** What moving a unit of mass costs. */
export type Cost = "euclidean" | "squared" | "manhattan";

export const costNames = ["euclidean", "squared", "manhattan"] as const satisfies readonly Cost[];

/** What the kernels know a cost by. */
export const kindOfCost = (cost: Cost): TransportCost => TransportCost[cost];

export interface Problem {
  readonly x: Operand;
  readonly y: Operand;
  readonly cost: Cost;
  readonly xWeights: Operand | undefined;
  readonly yWeights: Operand | undefined;
}

/** An optimal plan as a list of pairs, in kernel memory; all masses together are `mass`. */
export interface Coupling {
  /** i32 [pairs]. */
  readonly from: Pointer;
  /** i32 [pairs]. */
  readonly to: Pointer;
  /** f64 [pairs]. */
  readonly masses: Pointer;
  readonly pairs: number;
  readonly mass: number;
}

/** Solves the problem exactly; null where a cost is not finite. Only inside `withScratch`. */
export function couple({ x, y, cost, xWeights, yWeights }: Problem, kernel: Kernels, dtype: Dtype): Coupling | null {
  const [rows, columns] = [sideOf(x, xWeights, dtype), sideOf(y, yWeights, dtype)];
  const [n, m] = [rows.index.length, columns.index.length];
  const d = x.shape[1] as number;
  const costs = take("float64", n * m);
  if (!Number.isFinite(kernel.costs(rows.points, columns.points, n, m, d, kindOfCost(cost), costs))) return null;
  const [from, to] = [take("int32", n + m), take("int32", n + m)];
  const masses = take("float64", n + m);
  const weighted = rows.weights !== undefined || columns.weights !== undefined;
  const supply = take("float64", n + m);
  // Equal masses are whole numbers, which ship without a rounding.
  const [row, column] = n === m ? [1, 1] : [m, n];
  const [rowShares, columnShares] = [
    sharesOf(rows, weighted ? 1 / n : row),
    sharesOf(columns, weighted ? 1 / m : column),
  ];
  viewOf(supply, n, "float64").set(rowShares);
  viewOf(after(supply, 8 * n), m, "float64").set(columnShares);
  const workspace = take("bytes", kernel.networkSimplexWorkspace(n, m));
  const pairs = kernel.networkSimplex(costs, supply, n, m, from, to, masses, workspace);
  for (const [pointer, { index }] of [
    [from, rows],
    [to, columns],
  ] as const) {
    const list = viewOf(pointer, pairs, "int32");
    for (let k = 0; k < pairs; k++) list[k] = index[list[k] as number] as number;
  }
  return { from, to, masses, pairs, mass: weighted ? 1 : n * row };
}
