/** One call of a loss, from the caller's arguments to the caller's results. */

import { kernels, take, withScratch } from "../kernel/arena.ts";
import { nowhere } from "../kernel/kernels.ts";
import { LossaryRangeError } from "../lossaryError.ts";
import { type Gradient, weighGradient } from "../tensor/gradients.ts";
import { describe } from "../tensor/read.ts";
import { viewOf } from "../tensor/stage.ts";
import { sizeOf, type Tensor } from "../tensor/tensor.ts";
import { dtypeOf, stage, stageOptions } from "./arguments.ts";
import type { Body, Pass } from "./body.ts";
import { plain, readCall } from "./call.ts";
import { pointersOf, prepareGradients, readUpstream, readWrt } from "./gradients.ts";
import { type LossSpec, unreducedShape } from "./spec.ts";
import { cotangents, readWeights, runWeighed, stageWeights } from "./weights.ts";

type AnyBody = Body<readonly unknown[], Record<string, unknown>, string>;
/** Options of `valueAndGrad` alone. */
const gradOptions = ["upstream", "wrt", "out"];

/** Throws what a call would throw of its arguments and options, without computing it. */
export function checkCall(spec: LossSpec, body: AnyBody, args: readonly unknown[]): void {
  const { inputs, options, tensors, common, bindings } = readCall(spec, args, plain);
  const dtype = dtypeOf(inputs);
  withScratch(() => {
    const operands = inputs.map((input) => stage(spec, input, dtype, common.checkFinite === true));
    const staged = stageOptions(spec, options, tensors, dtype);
    const pass = {
      kernel: kernels[dtype],
      dtype,
      dims: bindings.dims,
      values: nowhere,
      grads: {},
      upstream: nowhere,
      weights: null,
      take,
    };
    body.divisor(operands as never, staged as never, pass as unknown as Pass);
    if (common.sampleWeight === undefined) return;
    const unreduced = bindings.resolve(spec.unreduced ? unreducedShape(spec.unreduced, options) : "");
    stageWeights(spec.name, readWeights(spec.name, common.sampleWeight, unreduced), unreduced, dtype);
  });
}

export function evaluate(
  spec: LossSpec,
  body: AnyBody,
  args: readonly unknown[],
  withGrads: boolean,
): { value: number | Tensor; grads: Record<string, Tensor | Tensor[]> } {
  const { name } = spec;
  const call = readCall(spec, args, plain, withGrads ? gradOptions : []);
  const { inputs, options: resolved, tensors, common: options, bindings } = call;
  const reduction = spec.unreduced ? call.reduction : "sum";
  const shape = spec.unreduced ? unreducedShape(spec.unreduced, resolved) : "";
  if (reduction === "none" && shape === "")
    throw new LossaryRangeError(`${name}: reduction`, `is "none", but ${optionsOfOne(spec)} gives one number`);
  const dtype = dtypeOf(inputs);
  const wrt = withGrads ? readWrt(spec, options.wrt) : [];
  const given = options.sampleWeight;

  return withScratch(() => {
    const unreduced = reduction === "none" || given !== undefined ? bindings.resolve(shape) : [];
    let values = reduction === "none" ? take(dtype, sizeOf(unreduced)) : nowhere;
    const operands = inputs.map((input) => stage(spec, input, dtype, options.checkFinite === true));
    const staged = stageOptions(spec, resolved, tensors, dtype);
    const weightView = given === undefined ? null : readWeights(name, given, unreduced);
    const weights =
      weightView && stageWeights(name, weightView, unreduced, dtype, reduction === "mean" && !body.countsWeights);
    const taken = weightView ? new Map(tensors).set("sampleWeight", weightView) : tensors;
    const gradients = prepareGradients(spec, wrt, inputs, taken, options.out, dtype);
    const upstream = withGrads ? readUpstream(name, options.upstream, reduction, unreduced, dtype, options.out) : 1;
    const rows = typeof upstream === "number" ? nowhere : upstream.pointer;
    // What weighs values needs them, unless the kernel does that itself.
    if (weights && !values && body.appliesUpstream !== "sum") values = take(dtype, weights.size);
    // The weight of a loss that is one number is a factor like any other.
    const single = weights && shape === "" ? weights.total : 1;
    const factors = shape === "" ? nowhere : weights ? cotangents(weights, rows, dtype) : rows;
    const pass = {
      kernel: kernels[dtype],
      dtype,
      dims: bindings.dims,
      values,
      grads: pointersOf(spec, gradients),
      upstream: body.appliesUpstream ? factors : nowhere,
      weights,
      take,
      // Known once `divisor` has told what the mean divides by.
      scale: 0,
    };
    const counted = body.divisor(operands as never, staged as never, pass as unknown as Pass);
    const divisor = reduction !== "mean" ? 1 : weights && !body.countsWeights ? weights.total : counted;
    const factor = (typeof upstream === "number" ? upstream : 1) * single;
    pass.scale = divisor === 0 ? 0 : factor / divisor;
    const call = { spec, body, operands, options: staged, pass: pass as unknown as Pass, gradients, bindings, shape };
    const sum = weights
      ? runWeighed({ ...call, weights, factors })
      : body.run(operands as never, staged as never, pass as unknown as Pass);
    if (!weights && typeof upstream !== "number" && !body.appliesUpstream)
      for (const { parts, shape: own } of gradients)
        for (const { pointer, shape: of } of parts)
          weighGradient({ pointer, size: sizeOf(of) }, upstream, bindings.commonSize(shape, own), dtype);
    return {
      value:
        reduction === "none"
          ? { data: viewOf(values, sizeOf(unreduced), dtype).slice(), shape: unreduced }
          : divisor === 0
            ? 0
            : sum / divisor,
      grads: Object.fromEntries(
        gradients.map(({ name, list, parts }) => [
          name,
          list ? parts.map((part) => part.deliver()) : (parts[0] as Gradient).deliver(),
        ]),
      ),
    };
  });
}

/** The option under which a loss is one number: 'pooling "batch"'. */
function optionsOfOne({ unreduced }: LossSpec): string {
  const { option, is } = unreduced?.when ?? { option: "this option", is: true };
  return `${option} ${describe(is)}`;
}
