/** Calls of what is not a loss but computes in kernel memory, and second outputs of losses. */

import { kernels, take, withScratch } from "../kernel/arena.ts";
import { nowhere } from "../kernel/kernels.ts";
import { dtypeOf, stage, stageOptions } from "./arguments.ts";
import type { Pass, StagedInputs, StagedOptions } from "./body.ts";
import { plain, readCall } from "./call.ts";
import { type FunctionSpec, isLossSpec, type Reduction, unreducedShape } from "./spec.ts";
import { readWeights, stageWeights } from "./weights.ts";

/** A pass that wants no gradient, and what of the call is left to whoever runs it. */
export interface PlainPass<G extends string = string> extends Pass<G> {
  readonly reduction: Reduction;
}

/** Reads a call, brings it into kernel memory, and gives what `use` makes of it. */
export function withPass<A extends readonly unknown[], O, R, G extends string = string>(
  spec: FunctionSpec,
  args: readonly unknown[],
  use: (inputs: StagedInputs<A>, options: StagedOptions<O>, pass: PlainPass<G>) => R,
): R {
  const { inputs, options, tensors, common, reduction, bindings } = readCall(spec, args, plain, ["checkFinite"]);
  const dtype = dtypeOf(inputs);
  return withScratch(() => {
    const operands = inputs.map((input) => stage(spec, input, dtype, common.checkFinite === true));
    const staged = stageOptions(spec, options, tensors, dtype);
    const unreduced =
      isLossSpec(spec) && spec.unreduced ? bindings.resolve(unreducedShape(spec.unreduced, options)) : [];
    const given = common.sampleWeight;
    const weights = given === undefined ? null : readWeights(spec.name, given, unreduced);
    const pass: Omit<PlainPass<G>, "grads"> & { readonly grads: object } = {
      kernel: kernels[dtype],
      dtype,
      dims: bindings.dims,
      reduction,
      values: nowhere,
      grads: Object.fromEntries(spec.arguments.map(({ name }) => [name, nowhere])),
      upstream: nowhere,
      weights: weights && stageWeights(spec.name, weights, unreduced, dtype),
      take,
      scale: 1,
    };
    return use(operands as never, staged as never, pass as PlainPass<G>);
  });
}
