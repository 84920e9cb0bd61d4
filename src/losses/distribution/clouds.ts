/** Two clouds of points as arguments of a function that is not a loss. */
import { readInput, type View } from "../../tensor/read.ts";
import { Bindings, bindArgument } from "../../tensor/shapes.ts";
import { commonDtype, type Operand, stageFloats } from "../../tensor/stage.ts";
import type { Dtype, Shape } from "../../tensor/tensor.ts";

export interface Clouds {
  readonly dtype: Dtype;
  /** Reads one more array, whose shape must fit. */
  read(argument: string, shape: string, value: unknown): View;
  /** Brings both into kernel memory; only inside `withScratch`. */
  stage(): { readonly x: Operand; readonly y: Operand };
}

/** Reads x: [N, D] and y: [M, D] of the function `name`. */
export function readClouds(name: string, x: unknown, y: unknown): Clouds {
  const bindings = new Bindings();
  const bound: { name: string; shape: Shape }[] = [];
  const read = (argument: string, shape: string, value: unknown): View => {
    const view = readInput(`${name}: ${argument}`, value);
    bindArgument(name, bindings, { name: argument, shape }, view.shape, bound);
    bound.push({ name: argument, shape: view.shape });
    return view;
  };
  const views = { x: read("x", "N D", x), y: read("y", "M D", y) };
  const dtype = commonDtype([views.x, views.y]);
  return {
    dtype,
    read,
    stage: () => ({ x: stageFloats(`${name}: x`, views.x, dtype), y: stageFloats(`${name}: y`, views.y, dtype) }),
  };
}
