/** How a loss is computed: what its body sees of a call, and what it does with it. */

import type { take } from "../kernel/arena.ts";
import type { Kernels, Pointer } from "../kernel/kernels.ts";
import type { Dims } from "../tensor/shapes.ts";
import type { Operand } from "../tensor/stage.ts";
import type { Dtype, FloatInput } from "../tensor/tensor.ts";
import type { ByKind } from "./kinds.ts";

/** What a body sees of an argument: floats and indices in kernel memory, anything else as it came. */
type Staged<A> = ByKind<A, Operand, readonly Operand[]>;

type StagedOption<T> = FloatInput extends T
  ? Operand | Extract<T, number | null> | Extract<undefined, T>
  : Exclude<T, undefined>;

export type StagedInputs<A extends readonly unknown[]> = { readonly [K in keyof A]: Staged<A[K]> };
export type StagedOptions<O> = { readonly [K in keyof Required<O>]: StagedOption<O[K & keyof O]> };

/** Weights in kernel memory, one per unreduced value. */
export interface Weights {
  readonly pointer: Pointer;
  readonly size: number;
  /** Their sum. */
  readonly total: number;
}

/** One evaluation, as the body of a loss sees it. Pointers are addresses in kernel memory; `nowhere` means "not wanted". */
export interface Pass<G extends string = string> {
  readonly kernel: Kernels;
  readonly dtype: Dtype;
  /** Lengths by the symbols of the shapes; "..." is the product of the dimensions it stands for. */
  readonly dims: Dims;
  /** Where the unreduced values go. */
  readonly values: Pointer;
  /** Where the gradients go. */
  readonly grads: { readonly [K in G]: Pointer };
  /** Factor on every gradient: the upstream number over what the mean divides by. */
  readonly scale: number;
  /** Cotangents, one per unreduced value; only for a body that says `appliesUpstream`, else 0. */
  readonly upstream: Pointer;
  /** Weights of the unreduced values, where the call gives some: what a divisor that `countsWeights` adds up. */
  readonly weights: Weights | null;
  /** Memory for `count` numbers of a type, forgotten when the call returns. */
  readonly take: typeof take;
}

/** How a loss is computed. Everything is checked before a kernel stores anything. */
export interface Body<A extends readonly unknown[], O, G extends string> {
  /** What the mean divides by, under weights too where the body `countsWeights`; may check indices. */
  divisor(inputs: StagedInputs<A>, options: StagedOptions<O>, pass: Omit<Pass<G>, "scale">): number;
  /** Fills what is wanted and returns the sum of the unreduced values. */
  run(inputs: StagedInputs<A>, options: StagedOptions<O>, pass: Pass<G>): number;
  /**
   * Set when `run` applies `upstream` itself, because gradients gather several values, or because that is faster; "sum" when it
   * also returns Σ upstream · value. A cotangent of 0 must leave a gradient of 0 for what only its value reads.
   */
  readonly appliesUpstream?: boolean | "sum";
  /** Set when not every value counts alike, and `divisor` adds up the weights of those that do. Else the mean divides by Σ w. */
  readonly countsWeights?: boolean;
}
