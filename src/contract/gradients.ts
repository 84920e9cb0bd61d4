/** What a call is asked of gradients: for which arguments, with which cotangents, into which buffers. */

import { LossaryRangeError, LossaryTypeError } from "../lossaryError.ts";
import { checkDistinct, type Gradient, prepareGradient, regionOfOut, type Taken } from "../tensor/gradients.ts";
import { describe, readInput, regionOfView, type View } from "../tensor/read.ts";
import { overlap, regionOf } from "../tensor/region.ts";
import { type Operand, stageFloats } from "../tensor/stage.ts";
import { type Dtype, type Shape, showShape } from "../tensor/tensor.ts";
import { isListOfTensors, labelOf } from "./arguments.ts";
import type { Call } from "./call.ts";
import { isOptions, suggest } from "./options.ts";
import type { LossSpec, Reduction } from "./spec.ts";

const differentiable = ({ arguments: specs }: LossSpec) =>
  specs.filter((spec) => "differentiable" in spec && spec.differentiable).map((spec) => spec.name);

export function readWrt(spec: LossSpec, wrt: unknown): readonly string[] {
  const known = differentiable(spec);
  if (wrt === undefined) return known;
  const names = known.map((name) => `"${name}"`);
  if (!Array.isArray(wrt))
    throw new LossaryTypeError(
      `${spec.name}: wrt`,
      `is ${describe(wrt)}, expected a list of names, such as [${names.join(", ")}]`,
    );
  const index = wrt.findIndex((entry) => !known.includes(entry));
  if (index >= 0)
    throw new LossaryTypeError(
      `${spec.name}: wrt[${index}]`,
      `is ${describe(wrt[index])}, expected ${names.join(" or ")} (what has a gradient)`,
    );
  return wrt;
}

/** The cotangents of "none", in kernel memory; a gradient that is written over them finds a copy in their place. */
export function readUpstream(
  spec: LossSpec,
  { upstream, out }: Readonly<Record<string, unknown>>,
  reduction: Reduction,
  unreduced: Shape,
  dtype: Dtype,
): number | Operand {
  if (upstream === undefined) return 1;
  if (typeof upstream === "number") return upstream;
  const what = `${spec.name}: upstream`;
  if (reduction !== "none") {
    const why = spec.unreduced ? `reduction is "${reduction}"` : "the loss is one number by nature";
    throw new LossaryTypeError(what, `is ${describe(upstream)}, expected a number (${why})`);
  }
  const view = readInput(what, upstream);
  if (showShape(view.shape) !== showShape(unreduced))
    throw new LossaryRangeError(
      what,
      `is ${showShape(view.shape)}, expected ${showShape(unreduced)}, the shape of the unreduced value`,
    );
  const own = regionOfView(view);
  return stageFloats(
    what,
    view,
    dtype,
    buffersOf(out).some((buffer) => overlap(regionOfOut(buffer), own)),
  );
}

const buffersOf = (out: unknown): unknown[] => Object.values(out ?? {}).flat();

/** The memory that a call reads and must not write to, by the names of arguments and options. */
export function takenBy({ inputs, tensors }: Pick<Call<View>, "inputs" | "tensors">): Taken[] {
  const taken: Taken[] = [];
  for (const { spec, views, value } of inputs) {
    for (const [i, view] of views.entries()) taken.push({ name: labelOf(spec, value, i), region: regionOfView(view) });
    if (spec.kind === "state")
      for (const array of arraysIn(value)) taken.push({ name: spec.name, region: regionOf(array) });
  }
  for (const [name, view] of tensors) taken.push({ name, region: regionOfView(view) });
  return taken;
}

/** The typed arrays that a state is made of. */
function arraysIn(value: unknown): ArrayBufferView[] {
  if (ArrayBuffer.isView(value)) return [value];
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? Object.values(value).flatMap(arraysIn)
    : [];
}

export interface ArgumentGradient {
  readonly name: string;
  readonly shape: string;
  readonly list: boolean;
  readonly parts: readonly Gradient[];
}

/** The buffers of `out`, by name; throws where one belongs to no gradient that is wanted. */
export function buffersIn(what: string, out: unknown, wanted: readonly string[]): Readonly<Record<string, unknown>> {
  if (out === undefined) return {};
  if (!isOptions(out)) throw new LossaryTypeError(what, `is ${describe(out)}, expected an object of buffers`);
  for (const key in out)
    if (!wanted.includes(key)) throw new LossaryTypeError(what, `has "${key}"${suggest(key, wanted)}`);
  return out;
}

export function prepareGradients(
  spec: LossSpec,
  wrt: readonly string[],
  call: Call<View>,
  out: unknown,
  dtype: Dtype,
): ArgumentGradient[] {
  const buffers = buffersIn(`${spec.name}: out`, out, wrt);
  const taken = out === undefined ? [] : takenBy(call);
  const gradients = call.inputs
    .filter(({ spec: { name } }) => wrt.includes(name))
    .map(({ spec: { name, shape, kind }, views, value }) => {
      const list = kind === "list" && isListOfTensors(value);
      if (list) checkBuffers(`${spec.name}: out.${name}`, buffers[name], views.length, name);
      const parts = views.map((view, i) => {
        const buffer = list ? (buffers[name] as unknown[] | undefined)?.[i] : buffers[name];
        return prepareGradient(`${spec.name}: out.${name}${list ? `[${i}]` : ""}`, view.shape, dtype, buffer, taken);
      });
      return { name, shape, list, parts };
    });
  checkDistinct(`${spec.name}: out`, buffersOf(out));
  return gradients;
}

/** Throws unless the buffers of a list are a list with one for each of its entries; an entry may be undefined. */
function checkBuffers(what: string, buffers: unknown, count: number, name: string): void {
  if (buffers === undefined) return;
  const expected = `one for each of ${name}`;
  if (!Array.isArray(buffers))
    throw new LossaryTypeError(what, `is ${describe(buffers)}, expected an array of ${count} buffers, ${expected}`);
  if (buffers.length !== count)
    throw new LossaryRangeError(what, `has ${buffers.length} buffers, expected ${count} (${expected})`);
}

/** What `of` makes of each gradient, by argument; of a list's the list. */
export function byArgument<T>(gradients: readonly ArgumentGradient[], of: (part: Gradient) => T, into = {}) {
  const made: Record<string, T | T[]> = into;
  for (const { name, list, parts } of gradients) made[name] = list ? parts.map(of) : of(parts[0] as Gradient);
  return made;
}
