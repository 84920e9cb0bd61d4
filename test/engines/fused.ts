/** What the fused kernel gives, in the form the engines' results have. */
import { type AnyLoss, differentiableOf, type Options } from "../harness/calls.ts";
import { convert, type Input, type Result } from "./cases.ts";

export function fused(
  loss: AnyLoss,
  inputs: readonly Input[],
  options: Options,
  dtype: "float32" | "float64" = "float64",
): Result {
  const args = inputs.map((input, i) => {
    const { kind } = loss.spec.arguments[i];
    const Type = kind === "index" ? Int32Array : dtype === "float32" ? Float32Array : Float64Array;
    return convert(input, ({ data, shape }) => ({ data: Type.from(data), shape }));
  });
  const { value, grads } = loss.valueAndGrad(...args, options);
  return {
    value,
    grads: Object.fromEntries(differentiableOf(loss).map((name) => [name, numbersOf(grads[name])])),
  };
}

interface Gradient {
  readonly data: ArrayLike<number>;
}

/** The numbers of a gradient, or of all in a list. */
const numbersOf = (gradient: Gradient | Gradient[]): number[] =>
  [gradient].flat().flatMap(({ data }) => Array.from(data));
