/** What a user says of a loss of their own, and the types that follow from it. */
import type { LossSpec } from "../contract/spec.ts";
import type { FloatKind } from "../tensor/stage.ts";
import type { FloatInput } from "../tensor/tensor.ts";
import type { Maths } from "./maths.ts";
import type { PlannedLoss } from "./plan.ts";

/** An argument of a loss that is made from a formula; its symbolic shape alone is enough. */
export interface FormulaArgument {
  /**
   * Symbolic shape: "N ..." for any number of dimensions, "N C" for rows, "N" for a number per row, "C" for one per column,
   * "K D" for an array of rows of its own.
   */
  readonly shape: string;
  /** What its numbers are. Default "float". */
  readonly kind?: FloatKind | "index";
  /**
   * Of indices, how many classes there are: the symbol of an axis ("C") or a number. An index that is none of 0…C − 1 is then an
   * error; on an engine's arrays, where numbers may not be known, its values are NaN.
   */
  readonly classes?: string | number;
  /** Whether it has a gradient. Default true, and false for indices. */
  readonly differentiable?: boolean;
  /** One line. */
  readonly doc?: string;
}

/** An option of such a loss, a number. */
export interface FormulaOption {
  readonly default: number;
  /** Allowed interval: "(0, ∞)", "[0, 1)". */
  readonly range: string;
  readonly integer?: boolean;
  /** One line. */
  readonly doc?: string;
}

type FormulaArguments = Readonly<Record<string, string | FormulaArgument>>;
type FormulaOptions = Readonly<Record<string, FormulaOption>>;

/** What its handbook page would say; all of it may be left out. */
export type FormulaDocs = Partial<
  Pick<LossSpec, "family" | "title" | "summary" | "aliases" | "formula" | "traps" | "references" | "heldConstant">
>;

type FormulaOf<A, O> = <X>(
  maths: Maths<X>,
  inputs: { readonly [K in keyof A]: X },
  options: { readonly [K in keyof O]: X },
) => X;

/** A loss as its formula. */
export interface FormulaDeclaration<A extends FormulaArguments, O extends FormulaOptions> {
  readonly name: string;
  /** By name, in the order of the call. */
  readonly arguments: A;
  readonly options?: O;
  readonly docs?: FormulaDocs;
  /**
   * How much each value counts in a mean, which divides by the sum of these numbers (times the sample weights). Default: 1.
   * It has the shape of the values, and no gradient.
   */
  readonly divisor?: FormulaOf<A, O>;
  /** The loss of each element or row, or of all in one number, in operations of `maths`; its gradient follows from it. */
  readonly formula: FormulaOf<A, O>;
}

/**
 * As many `T` as there are names in a union: its members are taken off one by one. In which order is not known, so that all
 * arguments have one type.
 */
type AsMany<K, T, N extends readonly T[] = []> = [K] extends [never]
  ? N
  : N["length"] extends 9
    ? N
    : LastOf<K> extends infer L
      ? AsMany<Exclude<K, L>, T, [...N, T]>
      : never;
type LastOf<K> =
  Intersection<K extends unknown ? (name: K) => void : never> extends (name: infer L) => void ? L : never;
type Intersection<U> = (U extends unknown ? (each: U) => void : never) extends (each: infer I) => void ? I : never;

/** Where one of the arguments is of indices, any may come as NumPy writes them. */
type InputOf<A> = [Extract<A[keyof A], { readonly kind: "index" }>] extends [never]
  ? FloatInput
  : FloatInput | BigInt64Array | BigUint64Array;

type Differentiable<A> = {
  [K in keyof A]: A[K] extends { readonly kind: "index" } | { readonly differentiable: false } ? never : K;
}[keyof A] &
  string;

/** The loss that a declaration makes. */
export type FormulaLoss<A extends FormulaArguments, O extends FormulaOptions> =
  AsMany<keyof A, InputOf<A>> extends infer I extends readonly unknown[]
    ? PlannedLoss<I, { [K in keyof O]?: number }, Differentiable<A>>
    : never;
