/** How a loss is computed: what its body sees of a call, and what it does with it. */

import type { Kernels } from "../kernel/kernels.ts";
import type { Dims } from "../tensor/shapes.ts";
import type { Operand } from "../tensor/stage.ts";
import type { Dtype, FloatInput, IndexInput } from "../tensor/tensor.ts";

/** What a body sees of an argument: floats and indices in kernel memory, anything else as it came. */
type Staged<A> = IndexInput extends A
  ? Operand
  : readonly FloatInput[] extends A
    ? readonly Operand[]
    : FloatInput extends A
      ? Operand
      : A;

type StagedOption<T> = FloatInput extends T
  ? Operand | Extract<T, number | null> | Extract<undefined, T>
  : Exclude<T, undefined>;

export type StagedInputs<A extends readonly unknown[]> = { readonly [K in keyof A]: Staged<A[K]> };
export type StagedOptions<O> = { readonly [K in keyof Required<O>]: StagedOption<O[K & keyof O]> };

/** One evaluation, as the body of a loss sees it. Pointers are addresses in kernel memory; 0 means "not wanted". */
export interface Pass<G extends string = string> {
  readonly kernel: Kernels;
  readonly dtype: Dtype;
  /** Lengths by the symbols of the shapes; "..." is the product of the dimensions it stands for. */
  readonly dims: Dims;
  /** Where the unreduced values go. */
  readonly values: number;
  /** Where the gradients go. */
  readonly grads: { readonly [K in G]: number };
  /** Factor on every gradient: the upstream number over what the mean divides by. */
  readonly scale: number;
  /** Cotangents, one per unreduced value; only for a body that says `appliesUpstream`, else 0. */
  readonly upstream: number;
  /** Memory for `count` numbers of the computation's type, forgotten when the call returns. */
  scratch(count: number): number;
}

/** How a loss is computed. Everything is checked before a kernel stores anything. */
export interface Body<A extends readonly unknown[], O, G extends string> {
  /** What the mean divides by; may check indices. */
  divisor(inputs: StagedInputs<A>, options: StagedOptions<O>, pass: Omit<Pass<G>, "scale">): number;
  /** Fills what is wanted and returns the sum of the unreduced values. */
  run(inputs: StagedInputs<A>, options: StagedOptions<O>, pass: Pass<G>): number;
  /** Set when `run` applies `upstream` itself, because gradients gather several values. */
  readonly appliesUpstream?: boolean;
}
