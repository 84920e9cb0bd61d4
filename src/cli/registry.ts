/** Every loss the package exports, found by its specification: a new one appears here by itself. */

import { nearest } from "../contract/options.ts";
import { isLossSpec, type LossSpec } from "../contract/spec.ts";
import * as lossary from "../index.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { type UserError, usageError } from "./errors.ts";
import { otherNames } from "./registry/otherNames.ts";
import { functions, type Score, scores } from "./registry/scores.ts";
import { listed } from "./terminal/text.ts";

/** A loss, called with arguments and options that are only known at run time. */
export interface AnyLoss {
  (...args: unknown[]): number | Tensor;
  valueAndGrad(...args: unknown[]): {
    readonly value: number | Tensor;
    readonly grads: Readonly<Record<string, Tensor | readonly Tensor[]>>;
    /** Of a combination, the value of each part before it is weighed. */
    readonly parts?: Readonly<Record<string, number>>;
  };
  readonly spec: LossSpec;
}

const isLossOf = (value: unknown): value is AnyLoss =>
  typeof value === "function" && "spec" in value && isLossSpec(value.spec as LossSpec);

/** Whether what was found is a loss, rather than another function. */
export const isLoss = (found: AnyLoss | Score): found is AnyLoss => isLossSpec(found.spec);

/** By family, then by name. */
export const losses: readonly AnyLoss[] = Object.values<unknown>(lossary)
  .filter(isLossOf)
  .map((loss) => ({ loss, key: `${loss.spec.family} ${loss.spec.name}` }))
  .sort((a, b) => (a.key < b.key ? -1 : 1))
  .map(({ loss }) => loss);

/** Of losses first, then of what else there is. */
export const families: readonly string[] = [...new Set([...losses, ...functions].map(({ spec }) => spec.family))];

/** Letters and digits alone: huber-loss, HuberLoss and huberLoss are the same name. */
const bare = (name: string) => name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");

const ownNames = ({ spec: { name, title, aliases } }: Pick<AnyLoss, "spec">) => [
  name,
  name.replace(/Loss$/, ""),
  ...[title.en, title.zh, ...aliases.en, ...aliases.zh],
];

const namesOf = (loss: Pick<AnyLoss, "spec">) => [
  ...ownNames(loss),
  ...Object.keys(otherNames).filter((other) => otherNames[other]?.includes(loss.spec.name)),
];

/** Whether a loss is called so, however it is written. */
export const isCalled = (spec: LossSpec, name: string): boolean =>
  namesOf({ spec }).some((other) => bare(other) === bare(name));

/** The name of the command that computes a score. */
export const commandOf = ({ command }: Score) => /^lossary (\S+)/.exec(command ?? "")?.[1];

const byName = (name: string): AnyLoss | Score | undefined =>
  losses.find(({ spec }) => spec.name === name) ??
  functions.find(({ spec }) => spec.name === name) ??
  losses.find(({ spec }) => bare(spec.name) === bare(name)) ??
  functions.find(({ spec }) => bare(spec.name) === bare(name));

/** The words of losses and scores themselves, and what each is; other functions are found by their names alone. */
const known: readonly { readonly word: string; readonly meant: AnyLoss | Score }[] = [
  ...losses.flatMap((loss) => ownNames(loss).map((word) => ({ word, meant: loss }))),
  ...scores.flatMap((found) =>
    [found.spec.name, commandOf(found) ?? found.spec.name].map((word) => ({ word, meant: found })),
  ),
];

const nameOf = ({ spec }: AnyLoss | Score): string => spec.name;

/** "infoNceLoss" → "infonceloss", "nceloss", "loss": what follows from each of its words on. */
function endings(name: string): string[] {
  const words = name.replace(/(\p{Ll}|\p{N})(?=\p{Lu})/gu, "$1 ").split(/[^\p{L}\p{N}]+/u);
  return words.map((_, i) => bare(words.slice(i).join("")));
}

/** Those of whose name or alias the text is a part that begins with a word. */
function byPart(name: string): (AnyLoss | Score)[] {
  const part = bare(name).replace(/(?<=.)loss$/, "");
  if (part.length < 2 || part === "loss") return [];
  return [
    ...new Set(known.filter(({ word }) => endings(word).some((end) => end.startsWith(part))).map(({ meant }) => meant)),
  ];
}

function mayBe(name: string, found: readonly (AnyLoss | Score)[]): UserError {
  return usageError(`"${name}" may be ${listed(found.map(nameOf), 10, "or")}; name one of them`);
}

/**
 * The loss or score of a name, however it is written, of an alias, of a score's command, of its name in another library, or
 * of a part of any of these; all of which must be its own.
 */
export function find(name: string): AnyLoss | Score {
  const named = byName(name);
  if (named) return named;
  const found = losses.filter((loss) => namesOf(loss).some((other) => bare(other) === bare(name)));
  if (found.length > 1) throw mayBe(name, found);
  const score = functions.find((candidate) => commandOf(candidate) === name.toLowerCase());
  if (found[0] ?? score) return (found[0] ?? score) as AnyLoss | Score;
  const parts = byPart(name);
  if (parts.length > 1) throw mayBe(name, parts);
  if (parts[0]) return parts[0];
  const close = closest(name);
  throw usageError(`there is no loss "${name}"${close ? `; did you mean ${close}?` : "; lossary list shows them all"}`);
}

/** What a misspelt name may have meant: its word "loss" says nothing, and two short words are always close. */
function closest(name: string): string | undefined {
  const stem = name.replace(/[\s_-]*loss$/i, "");
  if (stem.length < 4) return undefined;
  const close = nearest(
    stem,
    known.map(({ word }) => word),
  );
  const meant = known.find(({ word }) => word === close)?.meant;
  return meant && (isLoss(meant) ? meant.spec.name : close);
}

export function findLoss(name: string): AnyLoss {
  const found = find(name);
  if (isLoss(found)) return found;
  const { spec, call, command } = found;
  const kind = spec.family === "score" ? "a score without a gradient" : "no loss";
  throw usageError(`${spec.name} is ${kind}: ${command ?? `call ${call}`}`);
}
