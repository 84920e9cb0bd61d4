/** The types of a call: the arguments and options it takes, and the float type of what it returns. */

import type { FloatArray, FloatInput, Tensor } from "../tensor/tensor.ts";
import type { ByKind } from "./kinds.ts";
import type { Reduction } from "./spec.ts";

/** The value: a tensor for "none", else a number. */
export type Reduced<R extends Reduction | undefined, F extends FloatArray = FloatArray> = R extends "none"
  ? Tensor<F>
  : number;

/**
 * Where R is inferred from: with a property that may be absent, `undefined` among it, so that the value may be a number as
 * well. Two members, because a single optional one would take the `undefined` off.
 */
export type Reducing<R extends Reduction | undefined> = { reduction: R } | { reduction?: Reduction | undefined };

/** The type of argument `I`, or of nothing where there are fewer. */
export type At<A extends readonly unknown[], I extends number> = A extends { readonly [K in I]: infer T } ? T : unknown;

/** The arguments, floats among them as the types `P` they were given in. */
export type Inputs<A extends readonly unknown[], P extends readonly unknown[]> = {
  [K in keyof A]: K extends keyof P ? ByKind<A[K], P[K], P[K], A[K]> : A[K];
};

/** Options, which may also be undefined, as if they were not given. */
export type Given<O> = { [K in keyof O]: object extends Pick<O, K> ? O[K] | undefined : O[K] };

/** The options object: last, and optional unless one of its members is required. */
export type Last<O, X> = Partial<O> extends O ? [options?: Given<O> & X] : [options: Given<O> & X];

/** The float type an input asks for; integers ask for none. */
type AskedBy<X> = X extends Float32Array
  ? "float32"
  : X extends Float64Array
    ? "float64"
    : X extends readonly unknown[]
      ? "float64"
      : X extends { readonly [Symbol.toStringTag]: "Float16Array" }
        ? "float32"
        : X extends ArrayBufferView
          ? never
          : X extends { readonly data: infer D }
            ? AskedBy<D>
            : "float64";

/** An entry of a list of tensors, or the one tensor in its place. */
export type Entry<X> = X extends FloatInput ? X : X extends readonly (infer E)[] ? E : never;

/** What is known of the float type of an input before the call. */
type Known<D> = [D] extends [never]
  ? "integer"
  : [D] extends ["float64"]
    ? "wide"
    : [D] extends ["float32"]
      ? "narrow"
      : "open";

type KnownOf<A extends readonly unknown[], P extends readonly unknown[]> = {
  [K in keyof A]: K extends keyof P
    ? ByKind<A[K], Known<AskedBy<P[K]>>, Known<AskedBy<P[K]>>, "integer", "integer">
    : never;
}[number];

/** The array of the results: of the widest float type among the inputs, and of f64 where all are integers. */
export type ResultArray<A extends readonly unknown[], P extends readonly unknown[]> =
  KnownOf<A, P> extends infer K
    ? "wide" extends K
      ? Float64Array
      : "open" extends K
        ? FloatArray
        : "narrow" extends K
          ? Float32Array
          : Float64Array
    : never;
