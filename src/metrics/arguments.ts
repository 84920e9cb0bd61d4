/** The arguments of a score that is not a loss: read, checked, and widened to f64. */
import { LossaryRangeError, LossaryTypeError } from "../lossaryError.ts";
import { readInput } from "../tensor/read.ts";
import { Bindings, bindArgument } from "../tensor/shapes.ts";
import { position } from "../tensor/stage.ts";
import type { Dtype, Shape } from "../tensor/tensor.ts";

export interface Numbers {
  readonly data: Float64Array;
  readonly shape: Shape;
  /** The type the numbers came in; null for integers. */
  readonly dtype: Dtype | null;
}

/** Reads the arguments of one call in order; equal letters of their symbolic shapes must have equal lengths. */
export function argumentReader(name: string): (argument: string, shape: string, value: unknown) => Numbers {
  const bindings = new Bindings();
  const bound: { name: string; shape: Shape }[] = [];
  return (argument, symbolic, value) => {
    if (value === undefined) throw new LossaryTypeError(`${name}: ${argument}`, `is missing`);
    const { data, shape, dtype, resident } = readInput(`${name}: ${argument}`, value);
    bindArgument(name, bindings, { name: argument, shape: symbolic }, shape, bound);
    bound.push({ name: argument, shape });
    const numbers = resident ? resident.data : data;
    if (numbers instanceof BigInt64Array || numbers instanceof BigUint64Array)
      return { data: Float64Array.from(numbers as BigInt64Array, Number), shape, dtype };
    return { data: numbers instanceof Float64Array ? numbers : Float64Array.from(numbers), shape, dtype };
  };
}

/** Throws at the first number that is not one of those allowed. */
export function checkEach(what: string, { data, shape }: Numbers, allowed: (x: number) => boolean, text: string): void {
  const index = data.findIndex((x) => !allowed(x));
  if (index >= 0) throw new LossaryRangeError(`${what}${position(index, shape)}`, `is ${data[index]}, ${text}`);
}

export const seedOption = {
  type: "number",
  default: 0,
  range: "[0, 4294967295]",
  integer: true,
  doc: "Seed of the drawing.",
} as const;

/** Mean and standard deviation (ddof 0) of a few numbers. */
export function meanAndStd(values: readonly number[]): { mean: number; std: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return { mean, std: Math.sqrt(variance) };
}
