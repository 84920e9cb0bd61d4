/** What λ-returns and advantages share: columns of one trajectory, gone through from its end to its beginning. */

import { checkNames, isOptions } from "../../../contract/options.ts";
import { LossaryRangeError, LossaryTypeError } from "../../../lossaryError.ts";
import { describe, readInput } from "../../../tensor/read.ts";
import { Bindings, bindArgument } from "../../../tensor/shapes.ts";
import { commonDtype, position } from "../../../tensor/stage.ts";
import { type AnyNumbers, arrayTypes, type FloatInput, type Shape, type Tensor } from "../../../tensor/tensor.ts";

export interface ReturnsOptions {
  /** Discount γ of what follows, in [0, 1]. */
  discount: number;
  /** Share λ of the longer return, in [0, 1]: 0 looks one step ahead, 1 to the end. */
  lambda: number;
}

type Column = Float32Array | Float64Array;

/** One trajectory: its columns in the order they were given, and room for the result. */
export interface Trajectory<C extends readonly string[]> {
  readonly columns: { readonly [K in keyof C]: Column };
  readonly result: Column;
}

/** Reads the columns, all [T], the last of them `dones`. */
export function readTrajectory<const C extends readonly string[]>(
  name: string,
  names: C,
  inputs: { readonly [K in keyof C]: FloatInput },
  options: ReturnsOptions,
): Trajectory<C> {
  checkReturnsOptions(name, options);
  const bindings = new Bindings();
  const bound: { name: string; shape: Shape }[] = [];
  const views = names.map((key, k) => {
    const view = readInput(`${name}: ${key}`, inputs[k]);
    bindArgument(name, bindings, { name: key, shape: "T" }, view.shape, bound);
    bound.push({ name: key, shape: view.shape });
    return view;
  });
  const columns = views.map(({ data }) => floatsOf(data));
  const dones = columns.at(-1) as Column;
  const wrong = dones.findIndex((done) => done < 0 || done > 1);
  if (wrong >= 0)
    throw new LossaryRangeError(
      `${name}: dones${position(wrong, [dones.length])}`,
      `is ${dones[wrong]}, outside [0, 1]`,
    );
  return {
    columns: columns as unknown as Trajectory<C>["columns"],
    result: new arrayTypes[commonDtype(views)](dones.length),
  };
}

function floatsOf(data: AnyNumbers): Column {
  if (data instanceof Float32Array || data instanceof Float64Array) return data;
  // Conversion number by number is forty times slower: only where there is no other.
  return typeof data[0] === "bigint" ? Float64Array.from(data, Number) : new Float64Array(data as ArrayLike<number>);
}

/** factor · x, where a factor of 0 says that x has no say, be it NaN or infinite. */
export const share = (factor: number, x: number): number => (factor === 0 ? 0 : factor * x);

export const vector = (data: Column): Tensor => ({ data, shape: [data.length] });

function checkReturnsOptions(name: string, options: unknown): asserts options is ReturnsOptions {
  if (!isOptions(options))
    throw new LossaryTypeError(`${name}: options`, `is ${describe(options)}, expected { discount, lambda }`);
  checkNames(name, options, ["discount", "lambda"]);
  for (const key of ["discount", "lambda"] as const) {
    const value = options[key];
    if (typeof value !== "number")
      throw new LossaryTypeError(`${name}: ${key}`, `is ${describe(value)}, expected a number in [0, 1]`);
    if (!(value >= 0 && value <= 1)) throw new LossaryRangeError(`${name}: ${key}`, `is ${value}, outside [0, 1]`);
  }
}
