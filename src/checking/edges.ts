/** Calls at the edges of what numbers can be: zeros, equal, tiny, huge and infinite ones. */

import type { ArgumentSpec } from "../contract/spec.ts";
import { type Dtype, largest } from "../tensor/tensor.ts";
import { show } from "./report.ts";
import { argumentsOf, type Input, type Subject } from "./subject.ts";
import type { Trial } from "./trials.ts";

/** A call at an edge. */
export interface Edge {
  readonly trial: Trial;
  /** Where it is, in words. */
  readonly where: string;
  readonly kind: "drawn" | "zero" | "equal" | "size" | "infinite";
  /** Whether the value has to be a number. */
  readonly ordinary: boolean;
}

export const fill = (trial: Trial, change: (input: Input, k: number) => readonly number[] | null): Trial => ({
  ...trial,
  inputs: trial.inputs.map((input, k) => {
    const data = change(input, k);
    return data ? { ...input, data: [...data] } : input;
  }),
});

export const isPlainFloat = ({ kind }: ArgumentSpec) => kind === "float" || kind === "list";

/** A part of a size, nearly all of it, so that no two numbers are equal. */
const shareOf = (index: number, argument: number) => 0.9 + ((0.618 * index + 0.37 * argument) % 1) / 10;

/** Calls that lie on kinks: arguments of zeros, two that are equal, and all on a grid of halves. */
export function specialTrials(subject: Subject, trial: Trial): Pick<Edge, "trial" | "where" | "kind">[] {
  const specs = argumentsOf(subject);
  const floats = specs.flatMap((spec, k) => (isPlainFloat(spec) ? [k] : []));
  const name = (k: number) => (specs[k] as ArgumentSpec).name;
  const zeros = floats.map((k) => ({
    trial: fill(trial, ({ data }, i) => (i === k ? data.map(() => 0) : null)),
    where: `where ${name(k)} is 0`,
    kind: "zero" as const,
  }));
  const equal = floats.flatMap((k) =>
    floats
      .filter((j) => j > k && specs[j]?.shape === specs[k]?.shape)
      .map((j) => ({
        trial: fill(trial, (_, i) => (i === k ? (trial.inputs[j] as Input).data : null)),
        where: `where ${name(k)} and ${name(j)} are equal`,
        kind: "equal" as const,
      })),
  );
  const grid = fill(trial, ({ data }, i) => (floats.includes(i) ? data.map((x) => Math.round(x * 2) / 2) : null));
  return [...zeros, ...equal, { trial: grid, where: "at multiples of 1/2", kind: "equal" }];
}

export function edgesOf(subject: Subject, trial: Trial, dtype: Dtype): Edge[] {
  const specs = argumentsOf(subject);
  const most = largest[dtype];
  const sizes = [1e-30, 100, 1e4, Math.sqrt(most) / 4, 3 * Math.sqrt(most), most].map((size) => ({
    trial: fill(trial, ({ data }, k) =>
      isPlainFloat(specs[k] as ArgumentSpec) ? data.map((x, i) => Math.sign(x) * size * shareOf(i, k)) : null,
    ),
    where: `where numbers are about ±${show(size)}`,
    kind: "size" as const,
    ordinary: size <= 1e4,
  }));
  const infinite = [1, -1].flatMap((sign) =>
    specs.flatMap((spec, k) => {
      if (!isPlainFloat(spec)) return [];
      const middle = Math.floor((trial.inputs[k] as Input).data.length / 2);
      return {
        trial: fill(trial, ({ data }, i) =>
          i === k ? data.map((x, j) => (j === middle ? sign * Infinity : x)) : null,
        ),
        where: `where ${spec.name}[${middle}] is ${sign < 0 ? "−∞" : "∞"}`,
        kind: "infinite" as const,
        ordinary: false,
      };
    }),
  );
  const plain: Edge = { trial, where: "at ordinary numbers", kind: "drawn", ordinary: true };
  return [plain, ...specialTrials(subject, trial).map((edge) => ({ ...edge, ordinary: true })), ...sizes, ...infinite];
}
