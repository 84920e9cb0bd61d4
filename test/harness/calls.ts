/** Calls a loss of any signature with samples. */
import { toInputs as inputsFor } from "../../src/checking/subject.ts";
import { type LossSpec, type Reduction, unreducedShape } from "../../src/contract/spec.ts";
import type { Dtype, Tensor } from "../../src/tensor/tensor.ts";
import type { Sample } from "./samples.ts";

/** Any loss, with its signature forgotten. */
export interface AnyLoss {
  // biome-ignore lint/suspicious/noExplicitAny: a loss of any signature is called with arguments made at run time
  (...args: any[]): any;
  // biome-ignore lint/suspicious/noExplicitAny: as above
  valueAndGrad(...args: any[]): any;
  // biome-ignore lint/suspicious/noExplicitAny: specifications differ in their tuples of arguments
  readonly spec: any;
}

export type Options = Readonly<Record<string, unknown>>;

export const specOf = (loss: AnyLoss): LossSpec => loss.spec as LossSpec;

/** Options as the specification fills them in: references take defaults from nowhere else. */
export const filledIn = <O extends object>(loss: AnyLoss, given: O): Required<O> => ({
  ...(Object.fromEntries(
    Object.entries(specOf(loss).options).map(([key, option]) => [key, option.default]),
  ) as Required<O>),
  ...given,
});

/** Symbolic shape of the unreduced value; "" for a loss of one number. */
export const shapeUnder = ({ unreduced }: LossSpec, options: Options): string =>
  unreduced ? unreducedShape(unreduced, options) : "";

export const differentiableOf = (loss: AnyLoss): string[] =>
  specOf(loss).arguments.flatMap((argument) =>
    "differentiable" in argument && argument.differentiable ? [argument.name] : [],
  );

/** The loss with some symbols of its shapes fixed, for options that must fit them (one quantile a column); "..." may be "" for no axis. */
export function withLengths(loss: AnyLoss, lengths: Readonly<Record<string, number | "">>): AnyLoss {
  const spec = specOf(loss);
  const fix = <S extends { readonly shape: string }>(shaped: S): S => ({
    ...shaped,
    shape: shaped.shape.replace(/\w+|\.{3}/g, (symbol) => String(lengths[symbol] ?? symbol)),
  });
  const { unreduced } = spec;
  const fixed = {
    ...spec,
    arguments: spec.arguments.map(fix),
    options: Object.fromEntries(
      Object.entries(spec.options).map(([key, option]) => [key, "shape" in option ? fix(option) : option]),
    ),
    unreduced: unreduced && { ...fix(unreduced), ...(unreduced.when && { when: fix(unreduced.when) }) },
  };
  return Object.assign((...args: unknown[]) => loss(...args), { valueAndGrad: loss.valueAndGrad, spec: fixed });
}

/** The samples as `{ data, shape }` in a float type; indices as Int32Array. */
export function toInputs(
  loss: AnyLoss,
  samples: readonly Sample[],
  dtype: Dtype,
): { data: Float32Array | Float64Array | Int32Array; shape: readonly number[] }[] {
  return inputsFor(specOf(loss).arguments, samples, dtype);
}

export function valueWith(loss: AnyLoss, samples: readonly Sample[], options: Options, dtype: Dtype): number {
  return loss(...toInputs(loss, samples, dtype), options) as number;
}

/** The unreduced values. */
export function valuesOf(loss: AnyLoss, samples: readonly Sample[], options: Options, dtype: Dtype): number[] {
  return [...(loss(...toInputs(loss, samples, dtype), { ...options, reduction: "none" }) as Tensor).data];
}

export function gradsOf(
  loss: AnyLoss,
  samples: readonly Sample[],
  options: Options & { reduction?: Reduction },
  dtype: Dtype,
): Record<string, number[]> {
  const { grads } = loss.valueAndGrad(...toInputs(loss, samples, dtype), options) as { grads: Record<string, Tensor> };
  return Object.fromEntries(Object.entries(grads).map(([name, tensor]) => [name, [...tensor.data]]));
}
