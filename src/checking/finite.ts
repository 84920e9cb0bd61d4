/** At an edge no gradient is NaN where the value is finite, and at ordinary numbers the value is one. */

import type { Dtype } from "../tensor/tensor.ts";
import { type Edge, edgesOf, isPlainFloat } from "./edges.ts";
import { type CheckName, type LossFinding, show, showOptions } from "./report.ts";
import { argumentsOf, isDifferentiable, outcomeWhereTaken, type Subject } from "./subject.ts";
import type { Trial } from "./trials.ts";

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
  for (const spec of argumentsOf(subject)) {
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
  drawn: "a part is not defined there, as a root or a logarithm of a number below 0 is not",
  zero: "the slope of a root or of a quotient is infinite at 0, also of a zero vector: choose by m.where on m.equal(x, 0), with a harmless number in the branch's place, or use m.norm, m.directions, m.cosine, which do",
  equal:
    "the slope of a root or of a quotient is infinite where a difference is 0: choose by m.where on m.equal(x, 0), with a harmless number in the branch's place, or use m.abs, m.norm",
  size: "a part overflows or underflows though the value does not: take the largest out first, as m.logSumExp, m.softplus, m.sigmoid and m.norm do",
  infinite: "a part is ∞ − ∞ or 0 · ∞ though the value is finite: choose by m.where before it is computed",
};
const undefinedValue =
  "if the loss is not defined there, pass samples from where it is, or give the argument its kind (probability, sign)";

/** Checks all edges of all trials in both float types; of each kind the first fault is told. */
export function checkFinite(subject: Subject, trials: readonly Trial[]): LossFinding[] {
  const found = new Map<string, LossFinding>();
  for (const dtype of ["float64", "float32"] as const)
    for (const trial of trials)
      for (const edge of edgesOf(subject, trial, dtype)) {
        const fault = faultIn(subject, edge, dtype);
        if (fault === null) continue;
        const key = `${fault.argument} ${edge.kind}`;
        // What float64 has as well is found already.
        if (!found.has(key)) found.set(key, findingOf(edge, fault, dtype));
        // What is not defined at ordinary numbers says nothing of others.
        if (edge.kind === "drawn") return [...found.values()];
      }
  return [...found.values()];
}

function findingOf({ kind, where, trial }: Edge, { argument, index, got }: Fault, dtype: Dtype): LossFinding {
  const narrow = dtype === "float32" && kind === "size";
  const check: CheckName = narrow ? "float32" : "finite";
  const place = index > 0 || argument !== null ? `[${index}]` : "";
  const what = argument === null ? `value${place}` : `gradient for ${argument}${place}`;
  const reason = narrow
    ? `float32 ends at 3.4e38 and below 1e-45, where float64 goes on: ${reasons.size}`
    : `${reasons[kind]}${argument === null ? `; ${undefinedValue}` : ""}`;
  const message = `${what} is ${show(got)} ${where}${narrow ? ", in float32 only" : ""}${showOptions(trial.options)}; ${reason}`;
  return { check, ...(argument !== null && { argument }), index, got, options: trial.options, message };
}
