/** Points with masses: those that have one, and how much of the whole it is. */
import { take } from "../../kernel/arena.ts";
import type { Pointer } from "../../kernel/kernels.ts";
import { type Operand, viewOf } from "../../tensor/stage.ts";
import type { Dtype } from "../../tensor/tensor.ts";

/** The points of one side that have a mass. */
export interface Side {
  readonly points: Pointer;
  readonly index: Int32Array;
  readonly weights: Float64Array | undefined;
}

/** A side without the points of weight 0, which take no part. */
export function sideOf({ pointer, shape }: Operand, weights: Operand | undefined, dtype: Dtype): Side {
  const [n, d] = shape as [number, number];
  const all = Int32Array.from({ length: n }, (_, i) => i);
  if (!weights) return { points: pointer, index: all, weights: undefined };
  const given = Float64Array.from(viewOf(weights.pointer, n, dtype));
  const index = all.filter((i) => given[i] !== 0);
  if (index.length === n) return { points: pointer, index, weights: given };
  const points = take(dtype, index.length * d);
  const [source, target] = [viewOf(pointer, n * d, dtype), viewOf(points, index.length * d, dtype)];
  for (let k = 0; k < index.length; k++) {
    const i = index[k] as number;
    target.set(source.subarray(i * d, (i + 1) * d), k * d);
  }
  return { points, index, weights: Float64Array.from(index, (i) => given[i] as number) };
}

/** Weights divided by their sum; `equal` for each point where there are none. */
export function sharesOf({ weights, index }: Side, equal: number): Float64Array {
  if (!weights) return new Float64Array(index.length).fill(equal);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}

/** The points of a cloud that have a mass, where they stood, and their shares of the whole, if masses differ. */
export function massed(cloud: Operand, weights: Operand | undefined, dtype: Dtype) {
  const side = sideOf(cloud, weights, dtype);
  const [n, d] = [side.index.length, cloud.shape[1] as number];
  const points: Operand = { ...cloud, pointer: side.points, shape: [n, d], size: n * d };
  return { points, index: side.index, shares: side.weights && sharesOf(side, 0) };
}
