/** What may be the reason of a wrong gradient, told by how it is wrong. */

import { show } from "./report.ts";
import { argumentsOf, type Input, type Subject } from "./subject.ts";
import type { Trial } from "./trials.ts";

/** A number of a gradient beside what the value says it is. */
export interface Compared {
  readonly trial: Trial;
  /** How many values the call has. */
  readonly values: number;
  readonly index: number;
  readonly got: number;
  readonly wanted: number;
  /** By how much they may differ. */
  readonly tolerance: number;
}

const close = (a: number, b: number) => Math.abs(a - b) <= 1e-3 * Math.abs(b);

export function reasonFor(subject: Subject, all: readonly Compared[], wrong: readonly Compared[]): string {
  const steep = all.filter(({ wanted, tolerance }) => Math.abs(wanted) > 100 * tolerance);
  if (wrong.some(({ got }) => !Number.isFinite(got)))
    return "the value is smooth here, the gradient is not a number: does a branch that m.where does not take hold NaN or ∞?";
  if (steep.length > 0 && steep.every(({ got }) => got === 0))
    return "the gradient is 0 everywhere: does nothing but constants (m.stop, m.max, masks) lead from it to the value?";
  const factor = factorOf(subject, steep);
  if (factor) return factor;
  const more = onlyUnder(all, wrong);
  if (wrong.every(({ got }) => got === 0))
    return `the value has a slope that the gradient does not have: is something stopped (m.stop), or masked?${more}`;
  return `no constant factor lies between them: is a term missing from the gradient, or held constant (m.stop)?${more}`;
}

/** Names the one factor by which all are wrong. */
function factorOf(subject: Subject, steep: readonly Compared[]): string | null {
  if (steep.length < 3) return null;
  const ratios = steep.map(({ got, wanted }) => got / wanted);
  const [first] = ratios as [number, ...number[]];
  const known: readonly (readonly [number, string])[] = [
    [-1, "its sign is the opposite everywhere: was the difference taken the other way round?"],
    [2, "it is twice the slope everywhere: is a factor 1/2 of the value missing from the gradient?"],
    [0.5, "it is half the slope everywhere: is a factor 2 of the value, as of a square, missing from the gradient?"],
  ];
  if (ratios.every((ratio) => close(ratio, first))) {
    const said = known.find(([factor]) => close(first, factor));
    return said ? said[1] : `it is ${show(first)} times the slope everywhere: is a constant factor missing or doubled?`;
  }
  for (const [name, lengthOf] of lengthsIn(subject)) {
    if (steep.every((one, i) => close((ratios[i] as number) * lengthOf(one), 1)))
      return `it is 1/${name} of the slope everywhere: is the gradient divided by ${name} once more than the value?`;
    if (steep.every((one, i) => close(ratios[i] as number, lengthOf(one))))
      return `it is ${name} times the slope everywhere: is the value divided by ${name}, and the gradient not?`;
  }
  return null;
}

type Length = readonly [name: string, of: (one: Compared) => number];

/** The counts that a gradient may be divided by: of values, and of an argument's axes. */
function lengthsIn(subject: Subject): Length[] {
  const specs = argumentsOf(subject);
  const axes = specs.flatMap(({ shape }, k) =>
    shape
      .split(" ")
      .flatMap((symbol, axis): Length[] =>
        /^[A-Z]/.test(symbol) ? [[symbol, (one) => (one.trial.inputs[k] as Input).shape[axis] ?? 1]] : [],
      ),
  );
  const elements: Length = ["the number of elements", (one) => (one.trial.inputs[0] as Input).data.length];
  return [["the number of values", (one) => one.values], elements, ...axes];
}

/** Where a gradient is right under some options, those under which it is not. */
function onlyUnder(all: readonly Compared[], wrong: readonly Compared[]): string {
  const faulty = new Set(wrong.map(({ trial }) => JSON.stringify(trial.options)));
  const right = all.some(({ trial }) => !faulty.has(JSON.stringify(trial.options)));
  return right && faulty.size === 1 ? `; only with ${[...faulty][0]}` : "";
}
