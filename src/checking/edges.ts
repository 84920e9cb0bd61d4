/** Zeros, equal numbers, large and small ones, infinities and NaN: what they may make of value and gradient. */

import type { ArgumentSpec } from "../contract/spec.ts";
import { LossaryError } from "../lossaryError.ts";
import { type Dtype, largest } from "../tensor/tensor.ts";
import { type CheckName, type LossFinding, show, showOptions } from "./report.ts";
import {
  argumentsOf,
  holdsFloats,
  type Input,
  isDifferentiable,
  type Outcome,
  outcomeOf,
  type Subject,
} from "./subject.ts";
import type { Trial } from "./trials.ts";

/** A call at an edge. */
interface Edge {
  readonly trial: Trial;
  /** Where it is, in words. */
  readonly where: string;
  readonly kind: "zero" | "equal" | "size" | "infinite";
  /** Whether the value has to be a number. */
  readonly ordinary: boolean;
}

const fill = (trial: Trial, change: (input: Input, k: number) => readonly number[] | null): Trial => ({
  ...trial,
  inputs: trial.inputs.map((input, k) => {
    const data = change(input, k);
    return data ? { ...input, data: [...data] } : input;
  }),
});

const isPlainFloat = ({ kind }: ArgumentSpec) => kind === "float" || kind === "list";

/** Calls that lie on kinks: arguments of zeros, two that are equal, and all on a grid of halves. */
export function specialTrials(subject: Subject, trial: Trial): Pick<Edge, "trial" | "where" | "kind">[] {
  const specs = argumentsOf(subject, trial.inputs.length);
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

function edgesOf(subject: Subject, trial: Trial, dtype: Dtype): Edge[] {
  const specs = argumentsOf(subject, trial.inputs.length);
  const most = largest[dtype];
  const sizes = [1e-30, 100, 1e4, Math.sqrt(most) / 4, 3 * Math.sqrt(most), most].map((size) => ({
    trial: fill(trial, ({ data }, k) =>
      isPlainFloat(specs[k] as ArgumentSpec) ? data.map((x) => Math.sign(x) * size) : null,
    ),
    where: `where numbers are ±${show(size)}`,
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
  return [...specialTrials(subject, trial).map((edge) => ({ ...edge, ordinary: true })), ...sizes, ...infinite];
}

/** The outcome of a call, or null where the loss refuses its numbers. */
function outcomeWhereTaken(subject: Subject, { inputs, options }: Trial, dtype: Dtype): Outcome | null {
  try {
    return outcomeOf(subject, inputs, options, dtype);
  } catch (error) {
    if (error instanceof LossaryError) return null;
    throw error;
  }
}

interface Fault {
  /** null for the value. */
  readonly argument: string | null;
  readonly index: number;
  readonly got: number;
}

/** The first number of an outcome that should be one and is not. */
function faultIn(subject: Subject, { trial, ordinary, kind }: Edge, dtype: Dtype): Fault | null {
  const outcome = outcomeWhereTaken(subject, trial, dtype);
  if (outcome === null) return null;
  const { values, grads } = outcome;
  const nan = values.findIndex(Number.isNaN);
  if (nan >= 0) return ordinary ? { argument: null, index: nan, got: Number.NaN } : null;
  const infinite = values.findIndex((value) => !Number.isFinite(value));
  if (infinite >= 0) return dtype === "float32" && ordinary ? overflowIn(subject, trial, values) : null;
  const wrong = kind === "zero" || kind === "equal" ? (g: number) => !Number.isFinite(g) : Number.isNaN;
  for (const spec of argumentsOf(subject, trial.inputs.length)) {
    if (!isDifferentiable(spec) || !isPlainFloat(spec)) continue;
    const index = (grads[spec.name] ?? []).findIndex(wrong);
    if (index >= 0) return { argument: spec.name, index, got: grads[spec.name]?.[index] as number };
  }
  return null;
}

/** The first value that is infinite in float32 where float64 has a number that float32 would have. */
function overflowIn(subject: Subject, trial: Trial, values: readonly number[]): Fault | null {
  const wide = outcomeWhereTaken(subject, trial, "float64")?.values ?? [];
  const index = values.findIndex((value, i) => !Number.isFinite(value) && Math.abs(wide[i] as number) < 1e30);
  return index < 0 ? null : { argument: null, index, got: values[index] as number };
}

const reasons: Readonly<Record<Edge["kind"], string>> = {
  zero: "the slope of a root or of a quotient has no end at 0, also of a zero vector: choose by m.where on m.equal(x, 0), with a harmless number in the branch's place, or use m.norm, m.directions, m.cosine, which do",
  equal:
    "the slope of a root or of a quotient has no end where a difference is 0: choose by m.where on m.equal(x, 0), with a harmless number in the branch's place, or use m.abs, m.norm",
  size: "a part overflows or underflows though the value does not: take the largest out first, as m.logSumExp, m.softplus, m.sigmoid and m.norm do",
  infinite: "a part is ∞ − ∞ or 0 · ∞ though the value is finite: choose by m.where before it is computed",
};
const undefinedValue =
  "if the loss is not defined there, pass samples from where it is, or give the argument its kind (probability, sign)";

export function checkEdges(subject: Subject, trials: readonly Trial[]): LossFinding[] {
  const found = new Map<string, LossFinding>();
  const wide = new Set<string>();
  for (const dtype of ["float64", "float32"] as const)
    for (const trial of trials)
      for (const edge of edgesOf(subject, trial, dtype)) {
        const fault = faultIn(subject, edge, dtype);
        if (fault === null) continue;
        const { argument, index, got } = fault;
        const key = `${argument} ${edge.kind}`;
        if (dtype === "float64") wide.add(key);
        if (found.has(key)) continue;
        const narrow = dtype === "float32" && !wide.has(key) && edge.kind === "size";
        const check: CheckName = narrow ? "float32" : "finite";
        const subjectOf =
          argument === null ? `value${index > 0 ? `[${index}]` : ""}` : `gradient for ${argument}[${index}]`;
        const message =
          `${subjectOf} is ${show(got)} ${edge.where}${narrow ? ", in float32 only" : ""}${showOptions(edge.trial.options)}; ` +
          (narrow
            ? `float32 ends at 3.4e38 and below 1e-45, where float64 goes on: ${reasons.size}`
            : argument === null
              ? `${reasons[edge.kind]}; ${undefinedValue}`
              : reasons[edge.kind]);
        found.set(key, {
          check,
          ...(argument !== null && { argument }),
          index,
          got,
          expected: 0,
          options: edge.trial.options,
          message,
        });
      }
  return [...found.values()];
}

/** Whether the values change with a number. */
function dependsOn(subject: Subject, trial: Trial, k: number, at: number): boolean {
  const sum = (by: number) =>
    outcomeWhereTaken(
      subject,
      fill(trial, ({ data }, i) => (i === k ? data.map((x, j) => (j === at ? x + by : x)) : null)),
      "float64",
    )?.values.reduce((a, b) => a + b, 0);
  return [-10, -0.01, 0.01, 10].some((by) => (sum(by) ?? sum(0)) !== sum(0));
}

/** NaN in one number must be seen in the value, and in the first argument in that number's own gradient. */
export function checkNaN(subject: Subject, trials: readonly Trial[]): LossFinding[] {
  const found = new Map<string, LossFinding>();
  for (const trial of trials)
    for (const [k, spec] of argumentsOf(subject, trial.inputs.length).entries()) {
      const { data } = trial.inputs[k] as Input;
      if (!holdsFloats(spec) || found.has(spec.name) || data.length === 0) continue;
      const at = Math.floor(data.length / 2);
      const dirty = fill(trial, (_, i) => (i === k ? data.map((x, j) => (j === at ? Number.NaN : x)) : null));
      const outcome = outcomeWhereTaken(subject, dirty, "float64");
      if (outcome === null) continue;
      const sum = outcome.values.reduce((a, b) => a + b, 0);
      // What labels or lengths leave out is not read.
      if (Number.isFinite(sum) && !dependsOn(subject, trial, k, at)) continue;
      const own = k === 0 && isDifferentiable(spec) ? outcome.grads[spec.name]?.[at] : Number.NaN;
      if (Number.isNaN(sum) && (own === undefined || Number.isNaN(own))) continue;
      const [what, got] = Number.isNaN(sum) ? [`gradient for ${spec.name}[${at}]`, own as number] : ["value", sum];
      const message =
        `${what} is ${show(got)} where ${spec.name}[${at}] is NaN${showOptions(trial.options)}; it should be NaN: a mask is ` +
        "false for NaN and hides it; choose so that NaN takes the branch that computes with it, or pass it through m.marked";
      found.set(spec.name, {
        check: "nan",
        argument: spec.name,
        index: at,
        got,
        expected: Number.NaN,
        options: trial.options,
        message,
      });
    }
  return [...found.values()];
}
