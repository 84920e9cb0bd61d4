/** The arguments of a call: read, bound to their symbolic shapes, brought into kernel memory. */

import { LossaryRangeError } from "../lossaryError.ts";
import { readInput, readState, type View } from "../tensor/read.ts";
import { type Bindings, bindArgument } from "../tensor/shapes.ts";
import { checkFinite, checkKind, stageFloats, stageIndices } from "../tensor/stage.ts";
import type { Dtype, Shape } from "../tensor/tensor.ts";
import type { ArgumentSpec, ListArgument, LossSpec } from "./spec.ts";

/** An argument that was read: its views (several for a list), or its value as it came. */
export interface Argument {
  readonly spec: ArgumentSpec;
  readonly views: readonly View[];
  readonly value: unknown;
  /** A state with nothing of it in kernel memory. */
  readonly state: unknown;
}

export function readArguments(specification: LossSpec, args: readonly unknown[], bindings: Bindings): Argument[] {
  const { name, arguments: specs } = specification;
  const bound: { name: string; shape: Shape }[] = [];
  const done: Argument[] = [];
  for (const [i, spec] of specs.entries()) {
    const value = args[i];
    const views: View[] = [];
    const entries = spec.kind === "state" ? [] : spec.kind === "list" ? entriesOf(value) : [value];
    const list = done.find((argument) => argument.spec.kind === "list");
    if (spec.kind === "list" && list) checkCount(name, spec, entries.length, list.spec, list.views.length);
    for (const [j, entry] of entries.entries()) {
      const label = labelOf(spec, value, j);
      const view = readInput(`${name}: ${label}`, entry);
      const shape = spec.kind === "list" ? entryShape(specification, spec, j) : spec.shape;
      bindArgument(name, bindings, { ...spec, name: label, shape }, view.shape, bound);
      bound.push({ name: label, shape: view.shape });
      views.push(view);
    }
    done.push({ spec, views, value, state: spec.kind === "state" ? readState(value) : undefined });
  }
  return done;
}

/** The entries of a list, or the one tensor that came in its place. */
const entriesOf = (value: unknown): readonly unknown[] => (isListOfTensors(value) ? value : [value]);

/** Throws unless a list has as many entries as the first of its call. */
export function checkCount(
  name: string,
  own: ArgumentSpec,
  count: number,
  first: ArgumentSpec,
  expected: number,
): void {
  if (count !== expected)
    throw new LossaryRangeError(
      `${name}: ${own.name}`,
      `has ${counted(count)}, expected ${expected} (one for each of ${first.name})`,
    );
}

/**
 * The symbolic shape of entry j. Symbols of the unreduced value ("N") have one length in all entries of all lists; any
 * other ("C" becomes "C1") is the entry's own, and entry j of every list shares it.
 */
export function entryShape({ unreduced }: LossSpec, { shape }: ListArgument, j: number): string {
  const common = new Set(unreduced?.shape.split(" "));
  return shape.replace(/[A-Z]\w*/g, (symbol) => (common.has(symbol) ? symbol : symbol + j));
}

const counted = (entries: number) => (entries === 1 ? "1 entry" : `${entries} entries`);

/** "predictions[1]", or "predictions" where one tensor came in the list's place. */
export const labelOf = (spec: ArgumentSpec, value: unknown, j: number): string =>
  spec.kind === "list" && isListOfTensors(value) ? `${spec.name}[${j}]` : spec.name;

export const isListOfTensors = (value: unknown): value is unknown[] =>
  Array.isArray(value) && typeof value[0] === "object" && !Array.isArray(value[0]);

export function stage(
  { name }: LossSpec,
  { spec, views, value, state }: Argument,
  dtype: Dtype,
  finite: boolean,
): unknown {
  if (spec.kind === "state") return state;
  if (spec.kind === "index") return stageIndices(`${name}: ${spec.name}`, views[0] as View);
  const operands = views.map((view, i) => {
    const operand = stageFloats(`${name}: ${labelOf(spec, value, i)}`, view, dtype);
    const checked = spec.kind === "list" ? operand : checkKind(operand, view, spec.kind, dtype);
    if (finite) checkFinite(checked, dtype);
    return checked;
  });
  return spec.kind === "list" ? operands : operands[0];
}
