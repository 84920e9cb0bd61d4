/** How a loss from a formula is computed, for those who want to know what it costs. */

import type { Loss } from "../contract/loss.ts";
import type { LossSpec } from "../contract/spec.ts";

/** One kernel that computes value and gradients together, while a row is at hand. */
export interface FusedPlan {
  readonly kind: "fused";
  /** How often a row is gone through. */
  readonly passes: number;
  /** Arrays of a row's length that wait from one pass for a later one. */
  readonly kept: number;
  /** The same in words. */
  toString(): string;
}

/** Operations on whole arrays, one after the other, in kernel memory and f64. */
export interface TensorPlan {
  readonly kind: "tensors";
  /** Operations for the value and all gradients; each goes through its arrays once. */
  readonly operations: number;
  /** How many arrays there are at once at most, by shape: `{ "[N, M]": 4, "[N]": 3 }`. */
  readonly arrays: Readonly<Record<string, number>>;
  /** Why no kernel can be made of the formula. */
  readonly why: string;
  /** The same in words. */
  toString(): string;
}

export type FormulaPlan = FusedPlan | TensorPlan;

/** A loss of `defineFormula`. */
export interface PlannedLoss<A extends readonly unknown[], O, G extends string> extends Loss<A, O, G, LossSpec> {
  /** How it is computed: as one kernel, or by tensor operations, and why. `String(plan)` says it in words. */
  plan(): FormulaPlan;
}

const counted = (count: number, noun: string) =>
  `${count} ${noun}${count === 1 ? "" : noun.endsWith("s") ? "es" : "s"}`;

export function fusedPlan(name: string, passes: number, kept: number): FusedPlan {
  const waiting = kept === 0 ? "" : `, ${counted(kept, "array")} of a row's length kept between them`;
  return inWords(
    { kind: "fused", passes, kept },
    `${name} is one fused kernel: ${counted(passes, "pass")} over the data${waiting}.`,
  );
}

export function tensorPlan(
  name: string,
  operations: number,
  counts: ReadonlyMap<string, number>,
  why: string,
): TensorPlan {
  const rank = (shape: string) => (shape === "[]" ? 0 : shape.split(",").length);
  const arrays = [...counts].sort(([a], [b]) => rank(b) - rank(a));
  const largest = arrays.filter(([shape]) => rank(shape) > 0 && rank(shape) === rank(arrays[0]?.[0] ?? "[]"));
  const each = largest.map(([shape, count], i) => `${i === 0 ? counted(count, "array") : count} ${shape}`);
  const held = [each.slice(0, -1).join(", "), each.at(-1)].filter(Boolean).join(" and ");
  const room = held ? `, at most ${held} at once` : "";
  return inWords(
    { kind: "tensors", operations, arrays: Object.freeze(Object.fromEntries(arrays)), why },
    `${name} is ${counted(operations, "tensor operation")}${room}. It is not one kernel: ${why}.`,
  );
}

const inWords = <P extends object>(plan: P, words: string): P & { toString(): string } =>
  Object.freeze(Object.defineProperty(plan, "toString", { value: () => words }));
