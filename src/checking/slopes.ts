/** Gradients against differences of the value: at ordinary points, and on kinks. */

import { LossaryError } from "../lossaryError.ts";
import { seededRandom } from "../random.ts";
import { centralDifference, oneSidedDifferences } from "./differences.ts";
import { type Compared, reasonFor } from "./reasons.ts";
import { type LossFinding, show, showPlace } from "./report.ts";
import { argumentsOf, formUnder, type Input, isDifferentiable, outcomeOf, type Subject, valuesIn } from "./subject.ts";
import type { Trial } from "./trials.ts";

/** At most so many elements of an argument are moved per call, of large ones fewer. */
const mostOf = (size: number) => (size > 1000 ? 2 : 8);
/** Of a call on kinks, of which there are several for each other. */
const MOST_ON_KINKS = 3;

export const withData = (inputs: readonly Input[], k: number, data: readonly number[]): Input[] =>
  inputs.map((input, i) => (i === k ? { ...input, data: [...data] } : input));

/** One function of all values that are finite, and the gradients of it. */
function objectiveOf(subject: Subject, { inputs, options }: Trial, weightOf: () => number) {
  const form = formUnder(subject, options);
  const { values, shape } = outcomeOf(subject, inputs, options, "float64");
  const weights = form === "number" ? [1] : values.map((value) => (Number.isFinite(value) ? weightOf() : 0));
  const upstream = form === "number" ? {} : { upstream: { data: weights, shape } };
  const weigh = (all: readonly number[]) =>
    all.reduce((sum, value, i) => (weights[i] === 0 ? sum : sum + value * (weights[i] as number)), 0);
  const { grads } = outcomeOf(subject, inputs, { ...options, ...upstream }, "float64");
  const size = weigh(values.map((value, i) => Math.abs(value) * Math.sign(weights[i] as number)));
  const along = (k: number) => (moved: readonly number[]) =>
    weigh(valuesIn(subject, withData(inputs, k, moved), options, "float64"));
  return { grads, size, along, values: values.length };
}

/** Calls `use` for each argument with a gradient, at the places that are tried in it. */
function* placesOf(
  subject: Subject,
  { inputs }: Trial,
  most: (size: number) => number,
): Generator<readonly [k: number, name: string, index: number]> {
  for (const [k, argument] of argumentsOf(subject).entries()) {
    const size = inputs[k]?.data.length ?? 0;
    if (isDifferentiable(argument))
      for (let i = 0; i < size; i += 1 + Math.floor(size / most(size))) yield [k, argument.name, i];
  }
}

/** A number that an argument cannot take, as beside a probability of 1, has no slope to compare. */
function slopeWhereDefined<T>(find: () => T): T | null {
  try {
    return find();
  } catch (error) {
    if (error instanceof LossaryError) return null;
    throw error;
  }
}

/** Central differences, over a shorter way where there is a kink on the first. */
const slopeAt = (f: (x: number[]) => number, data: readonly number[], index: number) =>
  slopeWhereDefined(() => centralDifference(f, data, index) ?? centralDifference(f, data, index, 1e-6));

export function compareGradients(subject: Subject, trials: readonly Trial[]): Map<string, Compared[]> {
  const random = seededRandom(2);
  const compared = new Map<string, Compared[]>();
  for (const trial of trials) {
    const { grads, size, along, values } = objectiveOf(subject, trial, () => random.normal());
    const found = [...placesOf(subject, trial, mostOf)].flatMap(([k, name, index]) => {
      const wanted = slopeAt(along(k), (trial.inputs[k] as Input).data, index);
      const usable = wanted !== null && Number.isFinite(wanted);
      return usable ? [{ name, index, wanted, got: grads[name]?.[index] ?? Number.NaN }] : [];
    });
    const largest = (name: string) =>
      found.reduce((most, other) => (other.name === name ? Math.max(most, Math.abs(other.wanted)) : most), 0);
    for (const { name, ...rest } of found) {
      const tolerance = 1e-5 * Math.abs(rest.wanted) + 2e-6 * largest(name) + 1e-9 * size;
      const list = compared.get(name) ?? [];
      compared.set(name, list);
      list.push({ ...rest, trial, values, tolerance });
    }
  }
  return compared;
}

const isWrong = ({ got, wanted, tolerance }: Compared) => !(Math.abs(got - wanted) <= tolerance);

/** How wrong, for the place that shows it best. */
const relative = ({ got, wanted }: Compared) => Math.abs(got - wanted) / (Math.abs(wanted) || 1);
const worse = (a: Compared, b: Compared) => (relative(b) > relative(a) || Number.isNaN(relative(b)) ? b : a);

export function checkGradients(subject: Subject, compared: ReadonlyMap<string, readonly Compared[]>): LossFinding[] {
  return [...compared].flatMap(([argument, all]): LossFinding[] => {
    const wrong = all.filter(isWrong);
    if (wrong.length === 0) return [];
    const worst = wrong.reduce(worse);
    const { trial, index, got, wanted } = worst;
    const k = argumentsOf(subject).findIndex(({ name }) => name === argument);
    const message =
      `gradient for ${argument}[${index}] is ${show(got)}, central differences give ${show(wanted)} (relative error ` +
      `${show(Number(relative(worst).toPrecision(2)))}; ${wrong.length} of ${all.length} numbers are wrong); ` +
      `${showPlace(subject, trial, k, index)}; ${reasonFor(subject, all, wrong)}`;
    return [{ check: "gradient", argument, index, got, expected: wanted, options: trial.options, message }];
  });
}

/** On kinks a gradient lies between the slopes of both sides; the house takes that of the flat one. */
export function checkKinks(subject: Subject, trials: readonly Trial[], known: ReadonlySet<string>): LossFinding[] {
  const findings = new Map<string, LossFinding>();
  for (const trial of trials) {
    const objective = slopeWhereDefined(() => objectiveOf(subject, trial, () => 1));
    if (objective === null || !Number.isFinite(objective.size)) continue;
    const { grads, along, size } = objective;
    for (const [k, argument, index] of placesOf(subject, trial, () => MOST_ON_KINKS)) {
      if (known.has(argument) || findings.has(argument)) continue;
      const { data } = trial.inputs[k] as Input;
      const found = slopeWhereDefined(() => oneSidedDifferences(along(k), data, index));
      if (!found?.sides.every(Number.isFinite)) continue;
      const { sides, error } = found;
      const [low, high] = [Math.min(...sides), Math.max(...sides)];
      const got = grads[argument]?.[index] ?? Number.NaN;
      const room = 1e-3 * Math.max(-low, high, 0) + 2 * error + 1e-8 * size + 1e-9;
      if (got >= low - room && got <= high + room) continue;
      // NaN and infinities have a check of their own.
      if (!Number.isFinite(got)) continue;
      const flat = Math.abs(low) < Math.abs(high) ? low : high;
      const message =
        `gradient for ${argument}[${index}] is ${show(got)} on a kink or beside one, where the value's slope is ${show(sides[0])} on the ` +
        `left and ${show(sides[1])} on the right; ${showPlace(subject, trial, k, index)}; expected the flat side's, ` +
        `${show(flat)}: choose the side by m.where on a mask, as m.abs and m.relu do`;
      findings.set(argument, {
        check: "kink",
        argument,
        index,
        got,
        expected: flat,
        options: trial.options,
        message,
      });
    }
  }
  return [...findings.values()];
}
