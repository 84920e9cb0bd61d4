/** Every loss the package exports, found by its specification: a new one appears here by itself. */
import * as lossary from "../index.ts";
import { nearest } from "../options.ts";
import type { LossSpec } from "../spec.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { usageError } from "./errors.ts";
import { type Score, scores } from "./list/scores.ts";

/** A loss, called with arguments and options that are only known at run time. */
export interface AnyLoss {
  (...args: unknown[]): number | Tensor;
  valueAndGrad(...args: unknown[]): {
    readonly value: number | Tensor;
    readonly grads: Readonly<Record<string, Tensor | readonly Tensor[]>>;
  };
  readonly spec: LossSpec;
}

const isLoss = (value: unknown): value is AnyLoss =>
  typeof value === "function" && "spec" in value && "valueAndGrad" in value;

/** By family, then by name. */
export const losses: readonly AnyLoss[] = Object.values<unknown>(lossary)
  .filter(isLoss)
  .map((loss) => ({ loss, key: `${loss.spec.family} ${loss.spec.name}` }))
  .sort((a, b) => (a.key < b.key ? -1 : 1))
  .map(({ loss }) => loss);

export const families: readonly string[] = [...new Set(losses.map(({ spec }) => spec.family))];

/** Letters and digits alone: huber-loss, HuberLoss and huberLoss are the same name. */
const bare = (name: string) => name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");

const namesOf = ({ spec: { name, aliases } }: AnyLoss) => [name, name.replace(/Loss$/, ""), ...aliases];

const commandOf = ({ command }: Score) => /^lossary (\S+)/.exec(command ?? "")?.[1];

const byName = (name: string): AnyLoss | Score | undefined =>
  losses.find(({ spec }) => spec.name === name) ??
  scores.find((score) => score.name === name) ??
  losses.find(({ spec }) => bare(spec.name) === bare(name)) ??
  scores.find((score) => bare(score.name) === bare(name));

/** The loss or score of a name, however it is written, of an alias that belongs to it alone, or of a score's command. */
export function find(name: string): AnyLoss | Score {
  const named = byName(name);
  if (named) return named;
  const found = losses.filter((loss) => namesOf(loss).some((other) => bare(other) === bare(name)));
  if (found.length === 1) return found[0] as AnyLoss;
  if (found.length > 1)
    throw usageError(`"${name}" may be ${found.map(({ spec }) => spec.name).join(" or ")}; name one of them`);
  const score = scores.find((candidate) => commandOf(candidate) === name.toLowerCase());
  if (score) return score;
  const known = [
    ...losses.flatMap((loss) => namesOf(loss).map((other) => [other, loss.spec.name] as const)),
    ...scores.flatMap((other) => [other.name, commandOf(other) ?? other.name].map((word) => [word, word] as const)),
  ];
  const close = nearest(
    name,
    known.map(([word]) => word),
  );
  const meant = known.find(([word]) => word === close)?.[1];
  throw usageError(`there is no loss "${name}"${meant ? `; did you mean ${meant}?` : "; lossary list shows them all"}`);
}

export function findLoss(name: string): AnyLoss {
  const found = find(name);
  if ("spec" in found) return found;
  throw usageError(`${found.name} is a score without a gradient: ${found.command ?? `call ${found.call}`}`);
}
