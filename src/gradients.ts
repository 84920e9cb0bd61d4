/** What a call is asked of gradients: for which arguments, with which cotangents, into which buffers. */
import { type Argument, isListOfTensors } from "./arguments.ts";
import { checkNames } from "./options.ts";
import type { LossSpec, Reduction } from "./spec.ts";
import { checkDistinct, type Gradient, prepareGradient } from "./tensor/gradients.ts";
import { describe, readInput } from "./tensor/read.ts";
import { type Operand, stageFloats } from "./tensor/stage.ts";
import { type Dtype, type Shape, showShape } from "./tensor/tensor.ts";

const differentiable = ({ arguments: specs }: LossSpec) =>
  specs.filter((spec) => "differentiable" in spec && spec.differentiable).map((spec) => spec.name);

export function readWrt(spec: LossSpec, wrt: unknown): readonly string[] {
  const known = differentiable(spec);
  if (wrt === undefined) return known;
  const unknown = Array.isArray(wrt) ? wrt.find((entry) => !known.includes(entry)) : wrt;
  if (unknown !== undefined || !Array.isArray(wrt))
    throw new TypeError(
      `${spec.name}: wrt has ${describe(unknown)}, expected names among ${known.map((n) => `"${n}"`).join(", ")}`,
    );
  return wrt;
}

export function readUpstream(
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

export interface ArgumentGradient {
  readonly name: string;
  readonly shape: string;
  readonly list: boolean;
  readonly parts: readonly Gradient[];
}

export function prepareGradients(
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
  const gradients = inputs
    .filter(({ spec: { name } }) => wrt.includes(name))
    .map(({ spec: { name, shape, kind }, views, value }) => {
      const list = kind === "list" && isListOfTensors(value);
      const parts = views.map((view, i) => {
        const buffer = list ? (buffers[name] as unknown[] | undefined)?.[i] : buffers[name];
        return prepareGradient(`${spec.name}: out.${name}${list ? `[${i}]` : ""}`, view.shape, dtype, buffer, all);
      });
      return { name, shape, list, parts };
    });
  checkDistinct(`${spec.name}: out`, Object.values(buffers).flat());
  return gradients;
}

/** Where each gradient goes, by argument; 0 for those that are not wanted. */
export function pointersOf(spec: LossSpec, gradients: readonly ArgumentGradient[]): Record<string, number | number[]> {
  const pointers: Record<string, number | number[]> = {};
  for (const name of differentiable(spec)) pointers[name] = 0;
  for (const { name, list, parts } of gradients)
    pointers[name] = list ? parts.map(({ pointer }) => pointer) : (parts[0] as Gradient).pointer;
  return pointers;
}
