/** A call that was read, in kernel memory; and calls of what is not a loss, but computes there. */

import { kernels, take, withScratch } from "../kernel/arena.ts";
import { nowhere, type Pointer } from "../kernel/kernels.ts";
import type { View } from "../tensor/read.ts";
import { type Shape, sizeOf } from "../tensor/tensor.ts";
import { dtypeOf, stage, stageOptions } from "./arguments.ts";
import type { Pass, StagedInputs, StagedOptions } from "./body.ts";
import { type Call, plain, readCall } from "./call.ts";
import { type FunctionSpec, isLossSpec, type Reduction } from "./spec.ts";
import { stageWeights } from "./weights.ts";

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** What a body takes. */
export interface StagedCall {
  readonly operands: readonly unknown[];
  readonly options: Readonly<Record<string, unknown>>;
  /** One that wants no gradients yet. */
  readonly pass: Writable<Pass>;
  /** Shape of the unreduced values. */
  readonly unreduced: Shape;
}

/** Brings a call into kernel memory. Of its weights only the ratios count where they are `relative`. */
export function stageCall(spec: FunctionSpec, call: Call<View>, relative = false): StagedCall {
  const { inputs, options, tensors, common, bindings } = call;
  const dtype = dtypeOf(inputs);
  const unreduced = bindings.resolve(call.unreduced);
  const values = call.reduction === "none" ? take(dtype, sizeOf(unreduced)) : nowhere;
  const operands = inputs.map((input) => stage(spec, input, dtype, common.checkFinite === true));
  const staged = stageOptions(spec, options, tensors, dtype);
  const weights = tensors.get("sampleWeight");
  const pass: Writable<Pass> = {
    kernel: kernels[dtype],
    dtype,
    dims: bindings.dims,
    values,
    grads: nothing(spec),
    scale: 1,
    upstream: nowhere,
    weights: weights ? stageWeights(spec.name, weights, unreduced, dtype, relative) : null,
    take,
  };
  return { operands, options: staged, pass, unreduced };
}

/** Nowhere to write the gradient of any argument. */
const nothing = ({ arguments: specs }: FunctionSpec): Record<string, Pointer> => {
  const pointers: Record<string, Pointer> = {};
  for (const { name } of specs) pointers[name] = nowhere;
  return pointers;
};

/** Reads a call, brings it into kernel memory, and gives what `use` makes of it. */
export function withPass<A extends readonly unknown[], O, R, G extends string = string>(
  spec: FunctionSpec,
  args: readonly unknown[],
  use: (inputs: StagedInputs<A>, options: StagedOptions<O>, pass: Pass<G>, reduction: Reduction) => R,
): R {
  const call = readCall(spec, args, plain, isLossSpec(spec) ? [] : ["checkFinite"]);
  return withScratch(() => {
    const { operands, options, pass } = stageCall(spec, call);
    return use(operands as never, options as never, pass as Pass<G>, call.reduction);
  });
}
