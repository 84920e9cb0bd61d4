/** What a loss says in one way it must say in every other: float types, reductions, weights, cotangents, choices of gradients. */

import { isLossSpec } from "../contract/spec.ts";
import { seededRandom } from "../random.ts";
import { isClose } from "./closeness.ts";
import { type CheckName, type LossFinding, show, showOptions } from "./report.ts";
import { formUnder, type Options, type Outcome, outcomeOf, type Subject } from "./subject.ts";
import type { Trial } from "./trials.ts";

type Numbers = readonly number[];

/** What is asked to agree, in one trial. */
interface Claim {
  readonly check: CheckName;
  readonly got: Outcome;
  readonly wanted: { readonly values?: Numbers; readonly grads?: Readonly<Record<string, Numbers>> };
  readonly tolerance: number;
  /** What is compared, and what may be the reason, in words. */
  readonly values: string;
  readonly grads: string;
  readonly reason: string;
}

const scaled = (grads: Outcome["grads"], factor: number): Record<string, Numbers> =>
  Object.fromEntries(Object.entries(grads).map(([name, list]) => [name, list.map((g) => g * factor)]));

const total = (values: Numbers) => values.reduce((sum, value) => sum + value, 0);

/** The first place where two lists part. */
function partingOf(got: Numbers, wanted: Numbers, tolerance: number): number | null {
  const largest = wanted.reduce((most, x) => (Number.isFinite(x) ? Math.max(most, Math.abs(x)) : most), 0);
  const index = wanted.findIndex((x, i) => !isClose(got[i] as number, x, tolerance, largest));
  return index >= 0 ? index : got.length === wanted.length ? null : wanted.length;
}

function findingOf({ check, got, wanted, tolerance, ...words }: Claim, { options }: Trial): LossFinding | null {
  const lists: [string | null, Numbers, Numbers][] = Object.entries(wanted.grads ?? {}).map(([name, list]) => [
    name,
    got.grads[name] ?? [],
    list,
  ]);
  if (wanted.values) lists.unshift([null, got.values, wanted.values]);
  for (const [argument, came, asked] of lists) {
    const index = partingOf(came, asked, tolerance);
    if (index === null) continue;
    const [a, b] = [came[index] ?? Number.NaN, asked[index] ?? Number.NaN];
    const what = argument === null ? words.values : `${words.grads} for ${argument}[${index}]`;
    const message = `${what} is ${show(a)}, expected ${show(b)}${ratioOf(a, b)}${showOptions(options)}; ${words.reason}`;
    return { check, ...(argument !== null && { argument }), index, got: a, expected: b, options, message };
  }
  return null;
}

const ratioOf = (a: number, b: number) => (Number.isFinite(a / b) && b !== 0 ? ` (${show(a / b)} times as much)` : "");

/** The claims about one trial. */
function* claimsOf(subject: Subject, { inputs, options }: Trial): Generator<Claim> {
  const rounded = inputs.map((input) => ({ ...input, data: input.data.map(Math.fround) }));
  const run = (more: Options, dtype: "float32" | "float64" = "float64", own = inputs) =>
    outcomeOf(subject, own, { ...options, ...more }, dtype);
  yield {
    check: "float32",
    got: run({}, "float32", rounded),
    wanted: run({}, "float64", rounded),
    tolerance: 1e-3,
    values: "the value in float32",
    grads: "in float32 the gradient",
    reason: "float64 says otherwise: do nearly equal numbers cancel, or does a part leave the range of float32?",
  };
  const plain = run({});
  const form = formUnder(subject, options);
  const close = { tolerance: 1e-9, values: "the value", grads: "the gradient" };
  yield {
    ...close,
    check: "upstream",
    got: run({ upstream: -3 }),
    wanted: { values: plain.values, grads: scaled(plain.grads, -3) },
    values: "the value under an upstream of −3",
    grads: "under an upstream of −3 the gradient",
    reason: "upstream multiplies the gradient, and leaves the value as it is",
  };
  if (form !== "number") {
    const random = seededRandom(4);
    const [a, b] = [0, 1].map(() => plain.values.map(() => random.normal())) as [number[], number[]];
    const under = (data: Numbers) => run({ upstream: { data, shape: plain.shape } }).grads;
    const [first, second] = [under(a), under(b)];
    const both = Object.entries(first).map(([name, list]) => [
      name,
      list.map((g, i) => g + (second[name]?.[i] as number)),
    ]);
    yield {
      ...close,
      check: "upstream",
      got: run({ upstream: { data: a.map((x, i) => x + (b[i] as number)), shape: plain.shape } }),
      wanted: { grads: Object.fromEntries(both) },
      grads: "under the sum of two upstreams the gradient",
      reason:
        "it should be the sum of the gradients under each: is upstream used otherwise than as a factor of each value?",
    };
  }
  if (isLossSpec(subject.spec))
    for (const [name, list] of Object.entries(plain.grads))
      yield {
        ...close,
        check: "wrt",
        got: run({ wrt: [name] }),
        wanted: { values: plain.values, grads: { [name]: list } },
        values: `the value with wrt: ["${name}"]`,
        grads: `with wrt: ["${name}"] the gradient`,
        reason: "it depends on which gradients are asked for",
      };
  if (form === "reduced") yield* reductionsOf(subject, plain, run);
}

function* reductionsOf(subject: Subject, plain: Outcome, run: (more: Options) => Outcome): Generator<Claim> {
  const sum = run({ reduction: "sum" });
  const mean = run({ reduction: "mean" });
  const size = total(plain.values.map(Math.abs));
  const close = { tolerance: 1e-9 };
  yield {
    ...close,
    check: "reduction",
    got: sum,
    wanted: {
      values:
        Math.abs((sum.values[0] as number) - total(plain.values)) <= 1e-9 * size ? sum.values : [total(plain.values)],
      grads: plain.grads,
    },
    values: 'the value with reduction "sum"',
    grads: 'with reduction "sum" the gradient',
    reason: 'it should be that of the values of "none", added up',
  };
  const [all, one] = [sum.values[0] as number, mean.values[0] as number];
  const divisor = countOf(subject, plain) ?? all / one;
  if (!Number.isFinite(divisor) || divisor === 0 || Math.abs(all) < 1e-6 * size) return;
  yield {
    ...close,
    check: "reduction",
    got: mean,
    wanted: { values: [all / divisor], grads: scaled(sum.grads, 1 / divisor) },
    values: 'the value with reduction "mean"',
    grads: 'with reduction "mean" the gradient',
    reason: `value and gradient are those of "sum" over one divisor, here ${show(divisor)}: is it another in one of them?`,
  };
  const random = seededRandom(5);
  const weights = plain.values.map((_, i) => (i % 3 === 1 ? 0 : (1 + random.below(16)) / 4));
  const sampleWeight = { data: weights, shape: plain.shape };
  yield {
    ...close,
    check: "sampleWeight",
    got: run({ sampleWeight }),
    wanted: {
      values: plain.values.map((value, i) => (weights[i] === 0 ? 0 : value * (weights[i] as number))),
      grads: run({ upstream: sampleWeight }).grads,
    },
    values: "the value under sampleWeight",
    grads: "under sampleWeight the gradient",
    reason: "each value and its gradient should be multiplied by its weight",
  };
  const twos = { data: plain.values.map(() => 2), shape: plain.shape };
  yield {
    ...close,
    check: "sampleWeight",
    got: run({ reduction: "mean", sampleWeight: twos }),
    wanted: mean,
    values: "the mean under a sampleWeight of 2 for all",
    grads: "under a sampleWeight of 2 for all the mean's gradient",
    reason: "weights that are all equal leave a mean as it is: does the divisor count the weights?",
  };
}

/** What a mean divides by where its specification names the values themselves. */
function countOf({ spec }: Subject, { values }: Outcome): number | null {
  const said = isLossSpec(spec) ? spec.unreduced?.mean : undefined;
  return /^(the )?number of (elements|rows)$/.test(said ?? "") ? values.length : null;
}

export function checkAgreement(subject: Subject, trials: readonly Trial[]): LossFinding[] {
  const found = new Map<string, LossFinding>();
  for (const trial of trials)
    for (const claim of claimsOf(subject, trial)) {
      if (found.has(claim.check)) continue;
      const finding = findingOf(claim, trial);
      if (finding) found.set(claim.check, finding);
    }
  return [...found.values()];
}
