/** A call's arguments and options: what was read of them, and how they get into kernel memory. */

import type { View } from "../tensor/read.ts";
import {
  checkFinite,
  checkInterval,
  checkKind,
  commonDtype,
  stageFloats,
  stageIndices,
  stageOption,
} from "../tensor/stage.ts";
import { bounded, type Dtype } from "../tensor/tensor.ts";
import type { ArgumentSpec, FunctionSpec, TensorOption, ValueArgument } from "./spec.ts";

/** An argument that was read: its arrays (several for a list), or its value as it came. */
export interface Argument<X = View> {
  readonly spec: ArgumentSpec | ValueArgument;
  readonly views: readonly X[];
  readonly value: unknown;
  /** A state with nothing of it in kernel memory. */
  readonly state: unknown;
}

/** "predictions[1]", or "predictions" where one tensor came in the list's place. */
export const labelOf = (spec: ArgumentSpec | ValueArgument, value: unknown, j: number): string =>
  spec.kind === "list" && isListOfTensors(value) ? `${spec.name}[${j}]` : spec.name;

export const isListOfTensors = (value: unknown): value is unknown[] =>
  Array.isArray(value) && typeof value[0] === "object" && !Array.isArray(value[0]);

/** The float type of a call: the widest that its arguments ask for. */
export const dtypeOf = (inputs: readonly Argument[]): Dtype =>
  commonDtype(inputs.flatMap(({ spec: { kind }, views }) => (kind === "index" ? [] : views)));

export function stage(
  { name }: FunctionSpec,
  { spec, views, value, state }: Argument,
  dtype: Dtype,
  finite: boolean,
): unknown {
  if (spec.kind === "state") return state;
  if (spec.kind === "value") return value;
  if (spec.kind === "index") return stageIndices(`${name}: ${spec.name}`, views[0] as View);
  const operands = views.map((view, i) => {
    const operand = stageFloats(`${name}: ${labelOf(spec, value, i)}`, view, dtype);
    const checked = spec.kind === "list" ? operand : checkKind(operand, view, spec.kind, dtype);
    if (finite) checkFinite(checked, dtype);
    return checked;
  });
  return spec.kind === "list" ? operands : operands[0];
}

/** The options as a body takes them: arrays in kernel memory, and numbers that the computation's type holds. */
export function stageOptions(
  { name, options: specs }: FunctionSpec,
  resolved: Readonly<Record<string, unknown>>,
  tensors: ReadonlyMap<string, View>,
  dtype: Dtype,
): Readonly<Record<string, unknown>> {
  const staged: Record<string, unknown> = { ...resolved };
  for (const key in staged) {
    const value = staged[key];
    if (typeof value === "number") staged[key] = bounded(value, dtype);
  }
  for (const [key, view] of tensors) {
    // Weights are no option of the specification.
    if (!specs[key]) continue;
    const operand = stageOption(`${name}: ${key}`, view, dtype);
    checkInterval(operand, (specs[key] as TensorOption).range, dtype);
    staged[key] = operand;
  }
  return staged;
}
