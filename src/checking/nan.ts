/** NaN, which a loss may not hide. */

import { fill } from "./edges.ts";
import { type LossFinding, show, showOptions } from "./report.ts";
import { argumentsOf, holdsFloats, type Input, isDifferentiable, outcomeWhereTaken, type Subject } from "./subject.ts";
import type { Trial } from "./trials.ts";

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
    for (const [k, spec] of argumentsOf(subject).entries()) {
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
