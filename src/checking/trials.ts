/** The calls a loss is checked with: drawn from what its specification says, or the caller's own. */

import { isOptions } from "../contract/options.ts";
import type { ArgumentSpec, OptionSpec } from "../contract/spec.ts";
import { LossaryError, LossaryRangeError, LossaryTypeError } from "../lossaryError.ts";
import { type Random, seededRandom } from "../random.ts";
import { interval } from "../tensor/interval.ts";
import { describe, readInput } from "../tensor/read.ts";
import { concrete, drawInputs, type Lengths } from "./samples.ts";
import { argumentsOf, type Input, type Options, type Subject, valuesIn } from "./subject.ts";

export interface Trial {
  readonly inputs: readonly Input[];
  readonly options: Options;
}

export interface Trials {
  readonly trials: readonly Trial[];
  /** Whether the numbers are drawn, so that others of their kind are as good. */
  readonly drawn: boolean;
}

/** Of an option, what belongs to the check itself. */
const own = ["reduction", "sampleWeight", "upstream", "wrt", "out", "checkFinite"];

export const trialsOf = (subject: Subject, samples: readonly unknown[] | undefined): Trials =>
  samples === undefined
    ? { trials: drawTrials(subject), drawn: true }
    : { trials: givenTrials(subject, samples), drawn: false };

/** The caller's calls: one, or a list of them. What a loss accepts as one call is one. */
function givenTrials(subject: Subject, samples: readonly unknown[]): Trial[] {
  const where = "checkLoss: samples";
  if (!Array.isArray(samples))
    throw new LossaryTypeError(where, `is ${describe(samples)}, expected the arguments of a call, or a list of calls`);
  if (samples.length === 0)
    throw new LossaryRangeError(where, "is empty, expected the arguments of a call, or a list of calls");
  const lists = samples.every((call) => Array.isArray(call) && !call.some((x) => typeof x === "number"));
  if (!lists) return [readTrial(subject, samples)];
  try {
    return [readTrial(subject, samples)];
  } catch (error) {
    if (!(error instanceof LossaryError)) throw error;
    return samples.map((call) => readTrial(subject, call as readonly unknown[]));
  }
}

function readTrial(subject: Subject, call: readonly unknown[]): Trial {
  const last = call.at(-1);
  const hasOptions = isOptions(last) && !("data" in last) && call.length - 1 >= subject.spec.arguments.length;
  const args = hasOptions ? call.slice(0, -1) : call;
  const options = hasOptions ? Object.fromEntries(Object.entries(last).filter(([key]) => !own.includes(key))) : {};
  // The loss itself says what is wrong with a call.
  subject.loss(...args, options);
  const specs = argumentsOf(subject);
  const inputs = args.map((value, i): Input => {
    const { kind, name } = specs[i] as ArgumentSpec;
    if (kind === "state") return { data: [], shape: [], state: value };
    const { data, shape } = readInput(`checkLoss: ${name}`, value);
    return { data: Array.from(data as ArrayLike<number>, Number), shape };
  });
  return { inputs, options };
}

/** Small calls with every axis of another length, and with each option at another value. */
function drawTrials(subject: Subject): Trial[] {
  const { spec, name } = subject;
  const other = spec.arguments.find(({ kind }) => kind === "state" || kind === "value");
  if (other)
    throw new LossaryTypeError("checkLoss: samples", `is missing; ${name} takes ${other.name}, which cannot be drawn`);
  const specs = argumentsOf(subject);
  const random = seededRandom(1);
  const { trial, lengths: first } = baseCall(subject, specs, random);
  const { options } = trial;
  const changes = [...(hasRest(specs) ? [{ rest: [2, 3] }] : []), { rest: [], longer: 7 }];
  const others = changes.map((change) => changed(first, specs, change));
  const trials = others.map((lengths) => ({ inputs: drawn(specs, lengths, random), options }));
  const varied = Object.entries(subject.options).flatMap(([key, option]) =>
    otherValues(option).map((value) => ({
      inputs: drawn(specs, first, random),
      options: { ...options, [key]: value },
    })),
  );
  const more = [...trials, ...varied].filter((trial) => refusalOf(subject, trial) === null);
  return [trial, ...more];
}

const tokens = (symbolic: string) => symbolic.split(" ").filter(Boolean);
const symbolsOf = (specs: readonly ArgumentSpec[]) =>
  [...new Set(specs.flatMap(({ shape }) => tokens(shape)))].filter((token) => /^[A-Z]/.test(token));
const hasRest = (specs: readonly ArgumentSpec[]) => specs.some(({ shape }) => tokens(shape).includes("..."));

/** Lengths and options that a loss accepts: images may have to be larger, and what has no default is drawn. */
function baseCall(
  subject: Subject,
  specs: readonly ArgumentSpec[],
  random: Random,
): { readonly trial: Trial; readonly lengths: Lengths } {
  const symbols = symbolsOf(specs);
  const sides = tokens(specs[0]?.shape ?? "").slice(-2);
  let refused: LossaryError | null = null;
  for (const growth of [1, 3, 12])
    for (const wanted of [false, true]) {
      const grown = symbols.map((symbol, i) => [symbol, (3 + i) * (sides.includes(symbol) ? growth : 1)] as const);
      const rest = hasRest(specs) && symbols.length === 0 ? [5] : [];
      const lengths: Lengths = { ...Object.fromEntries(grown), rest };
      const options = missingOptions(subject, lengths, wanted, random);
      const trial = { inputs: drawn(specs, lengths, random), options };
      const error = refusalOf(subject, trial);
      if (error === null) return { trial, lengths };
      refused = error;
    }
  throw new LossaryTypeError(
    "checkLoss: samples",
    `is missing, and what was drawn instead was refused: ${(refused as LossaryError).message}`,
    { cause: refused },
  );
}

/** Values of the options that a call may not leave out; with `all`, also of those that have no default. */
function missingOptions(subject: Subject, lengths: Lengths, all: boolean, random: Random): Options {
  const missing = Object.entries(subject.options).filter(
    ([, option]) => option.required || (all && option.type === "number" && option.default === undefined),
  );
  return Object.fromEntries(missing.map(([key, option]) => [key, drawOption(option, lengths, random)]));
}

function drawOption(option: OptionSpec, lengths: Lengths, random: Random): unknown {
  if (option.type === "number") return numbersIn(option.range)[0];
  if (option.type === "choice") return option.choices[0];
  if (option.type === "boolean") return false;
  const inside = interval(option.range);
  const shape = concrete(option.shape, lengths);
  const draw = (): number => {
    const x = 0.1 + 0.8 * random.uniform();
    return inside(x) ? x : 1;
  };
  return { data: Array.from({ length: shape.reduce((product, length) => product * length, 1) }, draw), shape };
}

const numbersIn = (range: string) => [2, 0.5, 1, 0.25, 3].filter(interval(range));

/** Other values of an option than its default; none for what is not a number, a choice or a flag. */
function otherValues(option: OptionSpec): unknown[] {
  if (option.type === "choice") return option.choices.filter((choice) => choice !== option.default);
  if (option.type === "boolean") return option.addsOutput ? [] : [!option.default];
  if (option.type !== "number" || typeof option.default !== "number" || option.integer) return [];
  return numbersIn(option.range)
    .filter((value) => value !== option.default)
    .slice(0, 1);
}

function changed(
  lengths: Lengths,
  specs: readonly ArgumentSpec[],
  { rest, longer = 0 }: { readonly rest: readonly number[]; readonly longer?: number },
): Lengths {
  const leading = symbolsOf(specs).slice(0, 2);
  const grown = leading.map((symbol, i) => [symbol, (lengths[symbol] as number) + Math.ceil(longer / (1 + 2 * i))]);
  const own = leading.length > 0 || rest.length > 0 ? rest : [5 + longer];
  return { ...lengths, ...Object.fromEntries(grown), rest: hasRest(specs) ? own : [] };
}

const drawn = (specs: readonly ArgumentSpec[], lengths: Lengths, random: Random): Input[] =>
  drawInputs({ arguments: specs }, { ...GROUPS, ...lengths }, random);

/** Where no axis is of classes, labels are of two groups. */
const GROUPS = { C: 2 };

/** What a loss refuses of a call; null where it takes it. */
function refusalOf(subject: Subject, { inputs, options }: Trial): LossaryError | null {
  try {
    valuesIn(subject, inputs, options, "float64");
    return null;
  } catch (error) {
    if (error instanceof LossaryError) return error;
    throw error;
  }
}
