/** A set of features made ready for its covariance: rows x = (features − mean) / (unit √(count − 1)), so Σ = unit² XᵀX. */
import type { Pointer } from "../../kernel/kernels.ts";
import type { Machine } from "../../linear/matrix.ts";
import { gramOf, strided } from "../../linear/strided.ts";
import { type Operand, viewOf } from "../../tensor/stage.ts";
import type { Dtype } from "../../tensor/tensor.ts";

export interface Centered {
  readonly rows: Pointer;
  readonly count: number;
  readonly dimension: number;
  readonly mean: Float64Array;
  /** The largest deviation from the mean, so that no product of rows overflows or vanishes; 1 where there is none. */
  readonly unit: number;
  /** Trace of the covariance. */
  readonly trace: number;
}

export function center(machine: Machine, { pointer, size, shape }: Operand, dtype: Dtype): Centered {
  const [count, dimension] = shape as [number, number];
  const rows = machine.take("float64", size);
  const [from, to] = [viewOf(pointer, size, dtype), viewOf(rows, size, "float64")];
  const mean = new Float64Array(dimension);
  for (let at = 0; at < size; at += dimension)
    for (let k = 0; k < dimension; k++) mean[k] = (mean[k] as number) + (from[at + k] as number) / count;
  let most = 0;
  for (let at = 0; at < size; at += dimension)
    for (let k = 0; k < dimension; k++) {
      const x = (from[at + k] as number) - (mean[k] as number);
      to[at + k] = x;
      most = Math.max(most, Math.abs(x));
    }
  const unit = most === 0 ? 1 : most;
  const divisor = unit * Math.sqrt(count - 1);
  let squares = 0;
  for (let i = 0; i < size; i++) {
    to[i] = (to[i] as number) / divisor;
    squares += (to[i] as number) ** 2;
  }
  return { rows, count, dimension, mean, unit, trace: unit * unit * squares };
}

/** XᵀX, [D, D], in kernel memory. */
export function comomentOf(
  machine: Machine,
  { rows, count, dimension }: Pick<Centered, "rows" | "count" | "dimension">,
): Pointer {
  const sums = machine.take("float64", dimension * dimension);
  gramOf(machine)(strided(rows, count, dimension).transpose(), sums);
  return sums;
}
