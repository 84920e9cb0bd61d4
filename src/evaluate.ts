/** One call of a loss, from the caller's arguments to the caller's results. */
import { kernels, scratch, withScratch } from "./kernel/arena.ts";
import type { Body, Pass } from "./loss.ts";
import { checkNames, resolveOptions } from "./options.ts";
import type { ArgumentSpec, LossSpec, Reduction } from "./spec.ts";
import { type Gradient, prepareGradient, scaleGradient } from "./tensor/gradients.ts";
import { describe, readInput, type View } from "./tensor/read.ts";
import { Bindings, bindArgument } from "./tensor/shapes.ts";
import {
  checkFinite,
  checkInterval,
  checkKind,
  commonDtype,
  type Operand,
  stageFloats,
  stageIndices,
  viewOf,
} from "./tensor/stage.ts";
import { bytesPerElement, type Dtype, type Shape, showShape, sizeOf, type Tensor } from "./tensor/tensor.ts";

type AnyBody = Body<readonly unknown[], Record<string, unknown>, string>;
type Options = Readonly<Record<string, unknown>>;

/** An argument that was read: its views (several for a list), or its value as it came. */
interface Argument {
  readonly spec: ArgumentSpec;
  readonly views: readonly View[];
  readonly value: unknown;
}

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
  const dtype = commonDtype(inputs.flatMap(({ spec: { kind }, views }) => (kind === "index" ? [] : views)));
  const wrt = withGrads ? readWrt(spec, options.wrt) : [];

  return withScratch(() => {
    const unreduced = reduction === "none" ? bindings.resolve(spec.unreduced?.shape ?? "") : [];
    const values = reduction === "none" ? scratch(sizeOf(unreduced) * bytesPerElement(dtype)) : 0;
    const operands = inputs.map((input) => stage(spec, input, dtype, options.checkFinite === true));
    const staged = stageOptions(spec, resolved, bindings, dtype);
    const upstream = withGrads ? readUpstream(name, options.upstream, reduction, unreduced, dtype) : 1;
    const gradients = prepareGradients(spec, wrt, inputs, options.out, dtype);
    const rows = typeof upstream === "number" ? 0 : upstream.pointer;
    const pass = {
      kernel: kernels[dtype],
      dtype,
      dims: bindings.dims,
      values,
      grads: pointersOf(spec, gradients),
      upstream: body.weighsRows ? rows : 0,
      scratch: (count: number) => scratch(count * bytesPerElement(dtype)),
      // Known once `count` has told what the mean divides by.
      scale: 0,
    };
    const count = body.count(operands as never, staged as never, pass as unknown as Pass);
    const divisor = reduction === "mean" ? count : 1;
    const factor = typeof upstream === "number" ? upstream : 1;
    pass.scale = divisor === 0 ? 0 : factor / divisor;
    const sum = body.run(operands as never, staged as never, pass as unknown as Pass);
    if (typeof upstream !== "number" && !body.weighsRows)
      for (const { parts, shape } of gradients)
        for (const part of parts)
          scaleGradient(part, upstream, bindings.commonSize(spec.unreduced?.shape ?? "", shape), dtype);
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
    throw new TypeError(`${name}: ${args.length} arguments came, expected ${usage()}; options go into one object`);
  const options = args[specs.length];
  if (options === undefined) return none;
  if (typeof options !== "object" || options === null || Array.isArray(options) || ArrayBuffer.isView(options))
    throw new TypeError(`${name}: options is ${describe(options)}, expected an object`);
  const common = [
    ...(spec.unreduced ? ["reduction"] : []),
    "checkFinite",
    ...(withGrads ? ["upstream", "wrt", "out"] : []),
  ];
  checkNames(name, options as Options, [...Object.keys(spec.options), ...common]);
  const { checkFinite } = options as Options;
  if (checkFinite !== undefined && typeof checkFinite !== "boolean")
    throw new TypeError(`${name}: checkFinite is ${describe(checkFinite)}, expected true or false`);
  return options as Options;
}

function readArguments({ name, arguments: specs }: LossSpec, args: readonly unknown[], bindings: Bindings): Argument[] {
  const bound: { name: string; shape: Shape }[] = [];
  return specs.map((spec, i) => {
    const value = args[i];
    if (spec.kind === "state") return { spec, views: [], value };
    const what = `${name}: ${spec.name}`;
    if (spec.kind === "list") {
      const list = isListOfTensors(value) ? value : [value];
      return { spec, views: list.map((entry, j) => readInput(`${what}[${j}]`, entry)), value };
    }
    const view = readInput(what, value);
    bindArgument(name, bindings, spec, view.shape, bound);
    bound.push({ name: spec.name, shape: view.shape });
    return { spec, views: [view], value };
  });
}

const isListOfTensors = (value: unknown): value is unknown[] =>
  Array.isArray(value) && typeof value[0] === "object" && !Array.isArray(value[0]);

function stage({ name }: LossSpec, { spec, views, value }: Argument, dtype: Dtype, finite: boolean): unknown {
  if (spec.kind === "state") return value;
  const what = `${name}: ${spec.name}`;
  if (spec.kind === "index") return stageIndices(what, views[0] as View);
  const operands = views.map((view, i) => stageFloats(spec.kind === "list" ? `${what}[${i}]` : what, view, dtype));
  for (const operand of operands) {
    if (spec.kind !== "list") checkKind(operand, spec.kind, dtype);
    if (finite) checkFinite(operand, dtype);
  }
  return spec.kind === "list" ? operands : operands[0];
}

function stageOptions(
  { name, options: specs }: LossSpec,
  resolved: Options,
  bindings: Bindings,
  dtype: Dtype,
): Options {
  const staged: Record<string, unknown> = { ...resolved };
  for (const [key, spec] of Object.entries(specs)) {
    const value = resolved[key];
    if (spec.type !== "tensor" || value === null || value === undefined || typeof value === "number") continue;
    const view = readInput(`${name}: ${key}`, value);
    bindArgument(name, bindings, { name: key, shape: spec.shape }, view.shape, []);
    const operand = stageFloats(`${name}: ${key}`, view, dtype);
    checkInterval(operand, spec.range, dtype);
    staged[key] = operand;
  }
  return staged;
}

function readReduction(name: string, reduction: unknown): Reduction {
  if (reduction === undefined) return "mean";
  if (reductions.includes(reduction as Reduction)) return reduction as Reduction;
  throw new RangeError(`${name}: reduction is ${describe(reduction)}, expected "none", "sum" or "mean"`);
}

const differentiable = ({ arguments: specs }: LossSpec) =>
  specs.filter((spec) => "differentiable" in spec && spec.differentiable).map((spec) => spec.name);

function readWrt(spec: LossSpec, wrt: unknown): readonly string[] {
  const known = differentiable(spec);
  if (wrt === undefined) return known;
  const unknown = Array.isArray(wrt) ? wrt.find((entry) => !known.includes(entry)) : wrt;
  if (unknown !== undefined || !Array.isArray(wrt))
    throw new TypeError(
      `${spec.name}: wrt has ${describe(unknown)}, expected names among ${known.map((n) => `"${n}"`).join(", ")}`,
    );
  return wrt;
}

function readUpstream(
  name: string,
  upstream: unknown,
  reduction: Reduction,
  unreduced: Shape,
  dtype: Dtype,
): number | Operand {
  if (upstream === undefined) return 1;
  if (typeof upstream === "number") return upstream;
  const what = `${name}: upstream`;
  if (reduction !== "none")
    throw new TypeError(`${what} is ${describe(upstream)}, expected a number (reduction is "${reduction}")`);
  const view = readInput(what, upstream);
  if (showShape(view.shape) !== showShape(unreduced))
    throw new RangeError(
      `${what} is ${showShape(view.shape)}, expected ${showShape(unreduced)}, the shape of the unreduced value`,
    );
  return stageFloats(what, view, dtype);
}

interface ArgumentGradient {
  readonly name: string;
  readonly shape: string;
  readonly list: boolean;
  readonly parts: readonly Gradient[];
}

function prepareGradients(
  spec: LossSpec,
  wrt: readonly string[],
  inputs: readonly Argument[],
  out: unknown,
  dtype: Dtype,
): ArgumentGradient[] {
  const buffers = (out ?? {}) as Record<string, unknown>;
  if (typeof buffers !== "object")
    throw new TypeError(`${spec.name}: out is ${describe(out)}, expected an object of buffers`);
  checkNames(`${spec.name}: out`, buffers, wrt);
  const all = inputs.flatMap(({ views }) => views);
  return inputs
    .filter(({ spec: { name } }) => wrt.includes(name))
    .map(({ spec: { name, shape, kind }, views, value }) => {
      const list = kind === "list" && isListOfTensors(value);
      const parts = views.map((view, i) => {
        const buffer = list ? (buffers[name] as unknown[] | undefined)?.[i] : buffers[name];
        return prepareGradient(`${spec.name}: out.${name}${list ? `[${i}]` : ""}`, view.shape, dtype, buffer, all);
      });
      return { name, shape, list, parts };
    });
}

/** Where each gradient goes, by argument; 0 for those that are not wanted. */
function pointersOf(spec: LossSpec, gradients: readonly ArgumentGradient[]): Record<string, number | number[]> {
  const pointers: Record<string, number | number[]> = {};
  for (const name of differentiable(spec)) pointers[name] = 0;
  for (const { name, list, parts } of gradients)
    pointers[name] = list ? parts.map(({ pointer }) => pointer) : (parts[0] as Gradient).pointer;
  return pointers;
}
