/** The contract every loss fulfils: `defineLoss` makes a function, its gradient and its description of a specification. */

import type { take } from "../kernel/arena.ts";
import type { Kernels, Pointer } from "../kernel/kernels.ts";
import type { OutBuffer } from "../tensor/gradients.ts";
import type { Dims } from "../tensor/shapes.ts";
import type { Operand } from "../tensor/stage.ts";
import type { Dtype, FloatInput, IndexInput, Tensor } from "../tensor/tensor.ts";
import { evaluate } from "./evaluate.ts";
import type { At, Inputs, Last, Reduced, Reducing, ResultArray } from "./signature.ts";
import type { LossSpec, Reduction, SpecOf } from "./spec.ts";

export type { Reduced } from "./signature.ts";
export type { LossSpec, Reduction } from "./spec.ts";

/** Options of every call. */
export interface CommonOptions {
  /** Turns NaN and infinities in the inputs into an error that names argument and index. Default false. */
  checkFinite?: boolean | undefined;
}

/** Options of `valueAndGrad`. */
export interface GradOptions<G extends string, W extends G> extends CommonOptions {
  /** Which gradients to compute. Default: all. */
  wrt?: readonly W[] | undefined;
  /** Buffers for the gradients, by argument; results are written there instead of into fresh arrays. */
  out?: { readonly [K in G]?: OutBuffer | undefined } | undefined;
}

/** The cotangent that flows in: a factor, or for "none" one number per entry of the value. */
type Upstream<R extends Reduction | undefined> = R extends "none" ? number | FloatInput : number;

/** A loss with one value per element, row or sample, reduced to their mean unless told otherwise. */
export interface Loss<A extends readonly unknown[], O, G extends string> {
  <
    R extends Reduction | undefined = "mean",
    P0 extends At<A, 0> = At<A, 0>,
    P1 extends At<A, 1> = At<A, 1>,
    P2 extends At<A, 2> = At<A, 2>,
    P3 extends At<A, 3> = At<A, 3>,
    P4 extends At<A, 4> = At<A, 4>,
  >(
    ...args: [...inputs: Inputs<A, [P0, P1, P2, P3, P4]>, ...Last<O, CommonOptions & Reducing<R>>]
  ): Reduced<R, ResultArray<A, [P0, P1, P2, P3, P4]>>;
  /** The value and its exact gradients, by argument. With "none" the gradients are those of the sum. */
  valueAndGrad<
    R extends Reduction | undefined = "mean",
    W extends G = G,
    P0 extends At<A, 0> = At<A, 0>,
    P1 extends At<A, 1> = At<A, 1>,
    P2 extends At<A, 2> = At<A, 2>,
    P3 extends At<A, 3> = At<A, 3>,
    P4 extends At<A, 4> = At<A, 4>,
  >(
    ...args: [
      ...inputs: Inputs<A, [P0, P1, P2, P3, P4]>,
      ...Last<O, GradOptions<G, W> & Reducing<R> & { upstream?: Upstream<R> | undefined }>,
    ]
  ): {
    value: Reduced<R, ResultArray<A, [P0, P1, P2, P3, P4]>>;
    grads: { readonly [K in W]: Tensor<ResultArray<A, [P0, P1, P2, P3, P4]>> };
  };
  readonly spec: SpecOf<A, O>;
}

/** A loss that is one number by nature. */
export interface ScalarLoss<A extends readonly unknown[], O, G extends string> {
  (...args: [...inputs: A, ...Last<O, CommonOptions>]): number;
  /** The value and its exact gradients, by argument. */
  valueAndGrad<
    W extends G = G,
    P0 extends At<A, 0> = At<A, 0>,
    P1 extends At<A, 1> = At<A, 1>,
    P2 extends At<A, 2> = At<A, 2>,
    P3 extends At<A, 3> = At<A, 3>,
    P4 extends At<A, 4> = At<A, 4>,
  >(
    ...args: [
      ...inputs: Inputs<A, [P0, P1, P2, P3, P4]>,
      ...Last<O, GradOptions<G, W> & { upstream?: number | undefined }>,
    ]
  ): { value: number; grads: { readonly [K in W]: Tensor<ResultArray<A, [P0, P1, P2, P3, P4]>> } };
  readonly spec: SpecOf<A, O>;
}

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
  /** Cotangents, one an unreduced value; only for a body that says `appliesUpstream`, else 0. */
  readonly upstream: Pointer;
  /** Memory for `count` numbers of a type, forgotten when the call returns. */
  readonly take: typeof take;
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

/** Makes a loss; the compiler checks the specification against the declared arguments and options. */
export function defineLoss<A extends readonly unknown[], O, G extends string>(
  spec: SpecOf<A, O>,
  body: Body<A, O, G>,
): Loss<A, O, G> {
  const description = freeze(spec) as unknown as LossSpec;
  const loss = (...args: unknown[]) => evaluate(description, body as never, args, false).value;
  const valueAndGrad = (...args: unknown[]) => evaluate(description, body as never, args, true);
  Object.defineProperty(loss, "name", { value: spec.name });
  return Object.assign(loss, { valueAndGrad, spec }) as unknown as Loss<A, O, G>;
}

/** Freezes an object with all it holds: what a loss says of itself is also what it goes by. */
function freeze<T extends object>(value: T): T {
  if (Object.isFrozen(value)) return value;
  for (const part of Object.values(Object.freeze(value))) if (typeof part === "object" && part !== null) freeze(part);
  return value;
}

/** Makes a loss that has no reduction, because it is one number by nature. */
export function defineScalarLoss<A extends readonly unknown[], O, G extends string>(
  spec: SpecOf<A, O> & { readonly unreduced: null },
  run: Body<A, O, G>["run"],
): ScalarLoss<A, O, G> {
  return defineLoss<A, O, G>(spec, { divisor: () => 1, run }) as unknown as ScalarLoss<A, O, G>;
}

/** The mean's divisor of a loss with one value an element. */
export const elements = ([first]: readonly [Operand, ...unknown[]]): number => first.size;
