/** The arguments of a call: read, bound to their symbolic shapes, brought into kernel memory. */
import type { ArgumentSpec, LossSpec } from "./spec.ts";
import { readInput, type View } from "./tensor/read.ts";
import { type Bindings, bindArgument } from "./tensor/shapes.ts";
import { checkFinite, checkKind, stageFloats, stageIndices } from "./tensor/stage.ts";
import type { Dtype, Shape } from "./tensor/tensor.ts";

/** An argument that was read: its views (several for a list), or its value as it came. */
export interface Argument {
  readonly spec: ArgumentSpec;
  readonly views: readonly View[];
  readonly value: unknown;
}

export function readArguments(
  { name, arguments: specs }: LossSpec,
  args: readonly unknown[],
  bindings: Bindings,
): Argument[] {
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

export const isListOfTensors = (value: unknown): value is unknown[] =>
  Array.isArray(value) && typeof value[0] === "object" && !Array.isArray(value[0]);

export function stage({ name }: LossSpec, { spec, views, value }: Argument, dtype: Dtype, finite: boolean): unknown {
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
