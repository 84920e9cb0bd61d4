/** Arguments and options of a loss in words, for `show` and for the help of `eval`. */
import type { ArgumentSpec, LossSpec, OptionSpec, ValueArgument, ValueOption } from "../contract/spec.ts";
import { showSymbolic } from "../tensor/shapes.ts";

type AnyArgument = ArgumentSpec | ValueArgument;

const kinds: Record<AnyArgument["kind"], string> = {
  float: "floats",
  probability: "probabilities in [0, 1]",
  sign: "signs, -1 or 1",
  box: "boxes",
  index: "whole numbers",
  list: "a list of float tensors",
  state: "state made by the library",
  value: "a plain value",
};

export const isDifferentiable = (argument: AnyArgument): boolean =>
  "differentiable" in argument && argument.differentiable;

/** The arguments a loss has gradients for. */
export const differentiable = (spec: LossSpec): string[] =>
  spec.arguments.filter(isDifferentiable).map(({ name }) => name);

/** "[N, C], floats" */
export function describeArgument({ shape, kind }: AnyArgument): string {
  return kind === "state" || kind === "value" ? kinds[kind] : `${showSymbolic(shape)}, ${kinds[kind]}`;
}

/** A value as flags take it: the library's null is "none" on the command line. */
const showDefault = (value: unknown): string => (value === null ? "none" : String(value));

/** "number in (0, ∞) or none, default 1" */
export function describeOption(option: OptionSpec | ValueOption): string {
  const parts: string[] = [];
  if (option.type === "number") parts.push(`${option.integer ? "whole number" : "number"} in ${option.range}`);
  else if (option.type === "choice") parts.push(option.choices.map((choice) => showDefault(choice)).join(" or "));
  else if (option.type === "boolean") parts.push("true or false");
  else if (option.type === "value") parts.push(option.expected);
  else {
    const shapes = [option.shape, option.otherShape].filter((shape) => shape !== undefined).map(showSymbolic);
    parts.push(`${option.scalar ? "number or " : ""}tensor ${shapes.join(" or ")} in ${option.range}`);
  }
  if ("nullable" in option && option.nullable) parts[0] += ` or ${showDefault(null)}`;
  if (option.default !== undefined) parts.push(`default ${showDefault(option.default)}`);
  else parts.push(option.required ? "required" : "no default");
  return parts.join(", ");
}

/** "posWeight" as a flag: "--pos-weight". */
export const flagOf = (name: string): string => `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
