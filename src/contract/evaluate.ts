/** One call of a loss, from the caller's arguments to the caller's results. */

import { kernels, take, withScratch } from "../kernel/arena.ts";
import { type Gradient, scaleGradient } from "../tensor/gradients.ts";
import { describe, readInput, type View } from "../tensor/read.ts";
import { Bindings, bindArgument } from "../tensor/shapes.ts";
import { checkInterval, commonDtype, stageOption, viewOf } from "../tensor/stage.ts";
import { type Dtype, largest, sizeOf, type Tensor } from "../tensor/tensor.ts";
import { readArguments, stage } from "./arguments.ts";
import { pointersOf, prepareGradients, readUpstream, readWrt } from "./gradients.ts";
import type { Body, Pass } from "./loss.ts";
import { namedOptions, resolveOptions } from "./options.ts";
import { type LossSpec, type Reduction, type TensorOption, unreducedShape } from "./spec.ts";

type AnyBody = Body<readonly unknown[], Record<string, unknown>, string>;
type Options = Readonly<Record<string, unknown>>;

const none: Options = {};

const reductions: readonly Reduction[] = ["none", "sum", "mean"];

export function evaluate(
  spec: LossSpec,
  body: AnyBody,
  args: readonly unknown[],
  withGrads: boolean,
): { value: number | Tensor; grads: Record<string, Tensor | Tensor[]> } {
  const options = splitOptions(spec, args, withGrads);
  const { name } = spec;
  const bindings = new Bindings();
  const inputs = readArguments(spec, args, bindings);
  const resolved = resolveOptions(name, options, spec.options);
  const reduction = spec.unreduced ? readReduction(name, options.reduction) : "sum";
  const shape = spec.unreduced ? unreducedShape(spec.unreduced, resolved) : "";
  const dtype = commonDtype(inputs.flatMap(({ spec: { kind }, views }) => (kind === "index" ? [] : views)));
  const wrt = withGrads ? readWrt(spec, options.wrt) : [];

  return withScratch(() => {
    const unreduced = reduction === "none" ? bindings.resolve(shape) : [];
    const values = reduction === "none" ? take(dtype, sizeOf(unreduced)) : 0;
    const operands = inputs.map((input) => stage(spec, input, dtype, options.checkFinite === true));
    const tensors = readTensorOptions(spec, resolved, bindings);
    const staged = stageOptions(spec, resolved, tensors, dtype);
    const gradients = prepareGradients(spec, wrt, inputs, tensors, options.out, dtype);
    const upstream = withGrads ? readUpstream(name, options.upstream, reduction, unreduced, dtype, options.out) : 1;
    const rows = typeof upstream === "number" ? 0 : upstream.pointer;
    const pass = {
      kernel: kernels[dtype],
      dtype,
      dims: bindings.dims,
      values,
      grads: pointersOf(spec, gradients),
      upstream: body.appliesUpstream ? rows : 0,
      take,
      // Known once `divisor` has told what the mean divides by.
      scale: 0,
    };
    const counted = body.divisor(operands as never, staged as never, pass as unknown as Pass);
    const divisor = reduction === "mean" ? counted : 1;
    const factor = typeof upstream === "number" ? upstream : 1;
    pass.scale = divisor === 0 ? 0 : factor / divisor;
    const sum = body.run(operands as never, staged as never, pass as unknown as Pass);
    if (typeof upstream !== "number" && !body.appliesUpstream)
      for (const { parts, shape: own } of gradients)
        for (const part of parts) scaleGradient(part, upstream, bindings.commonSize(shape, own), dtype);
    return {
      value: values
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

function splitOptions(spec: LossSpec, args: readonly unknown[], withGrads: boolean): Options {
  const { name, arguments: specs } = spec;
  const usage = () => `${name}(${specs.map((argument) => argument.name).join(", ")}, options?)`;
  const missing = specs.find((_, i) => args[i] === undefined);
  if (missing) throw new TypeError(`${name}: ${missing.name} is missing; expected ${usage()}`);
  if (args.length > specs.length + 1)
    throw new TypeError(`${name}: got ${args.length} arguments, expected ${usage()}; options go into one object`);
  const given = args[specs.length];
  if (given === undefined) return none;
  const common = [
    ...(spec.unreduced ? ["reduction"] : []),
    "checkFinite",
    ...(withGrads ? ["upstream", "wrt", "out"] : []),
  ];
  const options = namedOptions(name, given, [...Object.keys(spec.options), ...common]);
  const { checkFinite } = options;
  if (checkFinite !== undefined && typeof checkFinite !== "boolean")
    throw new TypeError(`${name}: checkFinite is ${describe(checkFinite)}, expected true or false`);
  return options;
}

/** The options that came as arrays. */
function readTensorOptions(
  { name, options: specs }: LossSpec,
  resolved: Options,
  bindings: Bindings,
): ReadonlyMap<string, View> {
  const tensors = new Map<string, View>();
  for (const [key, spec] of Object.entries(specs)) {
    const value = resolved[key];
    if (spec.type !== "tensor" || value === null || value === undefined || typeof value === "number") continue;
    const view = readInput(`${name}: ${key}`, value);
    bindArgument(name, bindings, { name: key, shape: spec.shape }, view.shape, []);
    tensors.set(key, view);
  }
  return tensors;
}

/** The options as a body takes them: arrays in kernel memory, and numbers that the computation's type holds. */
function stageOptions(
  { name, options: specs }: LossSpec,
  resolved: Options,
  tensors: ReadonlyMap<string, View>,
  dtype: Dtype,
): Options {
  const staged: Record<string, unknown> = { ...resolved };
  for (const key in staged) {
    const value = staged[key];
    // Beyond float32 a number would become infinite there, and infinity times 0 is NaN.
    if (typeof value === "number" && Number.isFinite(value)) staged[key] = Math.min(value, largest[dtype]);
  }
  for (const [key, view] of tensors) {
    const operand = stageOption(`${name}: ${key}`, view, dtype);
    checkInterval(operand, (specs[key] as TensorOption).range, dtype);
    staged[key] = operand;
  }
  return staged;
}

function readReduction(name: string, reduction: unknown): Reduction {
  if (reduction === undefined) return "mean";
  if (reductions.includes(reduction as Reduction)) return reduction as Reduction;
  throw new RangeError(`${name}: reduction is ${describe(reduction)}, expected "none", "sum" or "mean"`);
}
