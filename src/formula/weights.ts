/** Sample weights on an engine's arrays: what weighs nothing leaves no trace in value or gradient, not even NaN. */
import type { ArgumentSpec, LossSpec } from "../contract/spec.ts";
import { alignedAxes } from "../tensor/shapes.ts";
import { type Shape, sizeOf } from "../tensor/tensor.ts";
import type { Maths } from "./maths.ts";

/** The unreduced values of a call. */
interface Unreduced {
  /** Their symbolic shape. */
  readonly unreduced: string;
  readonly unreducedShape: Shape;
}

/** The weights in the shape of the unreduced values, constants; one that is negative or not finite is NaN. */
export function weightsOf<X>(maths: Maths<X>, { unreducedShape }: Unreduced, given: X): X {
  const { add, and, constant, less, lessEqual, reshape, shapeOf, stop, where } = maths;
  const seen = stop(given);
  const sound = where(and(lessEqual(0, seen), less(seen, Number.POSITIVE_INFINITY)), seen, Number.NaN);
  const leading = shapeOf(given).length;
  if (leading === unreducedShape.length) return sound;
  const places = unreducedShape.map((length, axis) => (axis < leading ? length : 1));
  return add(reshape(sound, places), constant(new Float64Array(sizeOf(unreducedShape)), unreducedShape));
}

/** Numbers times weights. */
export const weighed = <X>(maths: Maths<X>, numbers: X, weights: X): X =>
  maths.where(maths.equal(weights, 0), 0, maths.mul(numbers, weights));

/** What stands for a number that only weightless values read: one that no formula stumbles over. */
const harmless: Readonly<Record<string, number>> = { probability: 0.5, sign: 1 };

/** The arguments with harmless numbers where a value of weight 0 is all that reads them. */
export function withoutMasked<X>(
  spec: LossSpec,
  maths: Maths<X>,
  { unreduced, unreducedShape }: Unreduced,
  inputs: readonly unknown[],
  weights: X,
): never {
  if (spec.unreduced?.acrossRows) return inputs as never;
  const masked = maths.equal(weights, 0);
  const clean = ({ shape, kind }: ArgumentSpec, x: X): X => {
    const axes = alignedAxes(shape, unreduced, maths.shapeOf(x).length);
    if (axes === null) return x;
    // Along an axis the argument has not, all values must weigh nothing.
    const missing = unreducedShape.flatMap((_, axis) => (axes.includes(axis) ? [] : [axis]));
    const here = missing.length > 0 ? maths.equal(maths.sum(weights, missing, true), 0) : masked;
    const own = maths.shapeOf(x).map((_, i) => (axes[i] === undefined ? 1 : (unreducedShape[axes[i]] as number)));
    const instead = kind === "index" ? maths.range(1) : (harmless[kind] ?? 0);
    return maths.where(maths.reshape(here, own), instead, x);
  };
  return spec.arguments.map((argument, k) => {
    const given = inputs[k];
    if (argument.kind === "state") return given;
    return Array.isArray(given) ? given.map((x) => clean(argument, x)) : clean(argument, given as X);
  }) as never;
}
