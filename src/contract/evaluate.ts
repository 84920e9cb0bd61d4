/** One call of a loss, from the caller's arguments to the caller's results. */

import { take, withScratch } from "../kernel/arena.ts";
import { nowhere } from "../kernel/kernels.ts";
import { weighGradient } from "../tensor/gradients.ts";
import { viewOf } from "../tensor/stage.ts";
import { sizeOf, type Tensor } from "../tensor/tensor.ts";
import type { Body } from "./body.ts";
import { gradOptions, plain, readCall } from "./call.ts";
import { byArgument, prepareGradients, readUpstream, readWrt } from "./gradients.ts";
import { refuseOutputs } from "./options.ts";
import type { LossSpec } from "./spec.ts";
import { clearGradients, cotangents, runGathered, runWeighed } from "./weights.ts";
import { stageCall } from "./withPass.ts";

type AnyBody = Body<readonly unknown[], Record<string, unknown>, string>;

/** Throws what a call would throw of its arguments and options, without computing it. */
export function checkCall(spec: LossSpec, body: AnyBody, args: readonly unknown[]): void {
  const call = readCall(spec, args, plain);
  withScratch(() => {
    const { operands, options, pass } = stageCall(spec, call);
    body.divisor(operands as never, options as never, pass as never);
  });
}

export function evaluate(
  spec: LossSpec,
  body: AnyBody,
  args: readonly unknown[],
  withGrads: boolean,
): { value: number | Tensor; grads: Record<string, Tensor | Tensor[]> } {
  const call = readCall(spec, args, plain, withGrads ? gradOptions : []);
  refuseOutputs(spec, call.options);
  const { common, reduction, unreduced: shape, bindings } = call;
  const wrt = withGrads ? readWrt(spec, common.wrt) : [];

  return withScratch(() => {
    const relative = reduction === "mean" && !body.countsWeights;
    const { operands, options, pass, unreduced } = stageCall(spec, call, relative);
    const { dtype, weights } = pass;
    const gradients = prepareGradients(spec, wrt, call, common.out, dtype);
    const upstream = withGrads ? readUpstream(spec, common, reduction, unreduced, dtype) : 1;
    const rows = typeof upstream === "number" ? nowhere : upstream.pointer;
    // What weighs values needs them, unless the kernel does that itself.
    if (weights && !pass.values && body.appliesUpstream !== "sum") pass.values = take(dtype, weights.size);
    // The weight of a loss that is one number is a factor like any other.
    const single = weights && shape === "" ? weights.total : 1;
    const factors = shape === "" ? nowhere : weights ? cotangents(weights, rows, dtype) : rows;
    if (body.appliesUpstream) pass.upstream = factors;
    byArgument(gradients, ({ pointer }) => pointer, pass.grads);
    const counted = body.divisor(operands as never, options as never, pass as never);
    const divisor = reduction !== "mean" ? 1 : weights && !body.countsWeights ? weights.total : counted;
    const factor = (typeof upstream === "number" ? upstream : 1) * single;
    // A divisor that gathers may be NaN.
    pass.scale = divisor === 0 || factor === 0 ? 0 : factor / divisor;
    const run = { spec, body, operands, options, pass, gradients, bindings, shape, factors };
    const sum = weights
      ? runWeighed({ ...run, weights })
      : body.appliesUpstream === true
        ? runGathered(run, operands)
        : body.run(operands as never, options as never, pass as never);
    if (pass.scale === 0) clearGradients(gradients, dtype);
    if (!weights && typeof upstream !== "number" && !body.appliesUpstream)
      for (const { parts, shape: own } of gradients)
        for (const { pointer, shape: of } of parts)
          weighGradient({ pointer, size: sizeOf(of) }, upstream, bindings.commonSize(shape, own), dtype);
    return {
      value:
        reduction === "none"
          ? { data: viewOf(pass.values, sizeOf(unreduced), dtype).slice(), shape: unreduced }
          : divisor === 0
            ? 0
            : sum / divisor,
      grads: byArgument(gradients, (part) => part.deliver()),
    };
  });
}
