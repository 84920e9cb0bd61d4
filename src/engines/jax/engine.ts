/**
 * The array interface on jax-js. Its functions consume their arguments; here every operation borrows them, and `scope`
 * disposes all that was made on the way to its result.
 */

import type * as jax from "@jax-js/jax";
import { Array as ConcreteArray, lax, numpy as np } from "@jax-js/jax";
import type { Axes, Engine, Term } from "../../formula/arrays.ts";
import { LossaryTypeError } from "../../lossaryError.ts";
import type { Shape } from "../../tensor/tensor.ts";
import { divide } from "./divide.ts";

export type JaxArray = jax.Array;

/** What a scope offers: the engine, and casts. */
export interface Scope {
  readonly engine: Engine<JaxArray>;
  cast(x: JaxArray, dtype: jax.DType): JaxArray;
}

/** Runs `use` with an engine whose intermediate arrays are disposed afterwards; the result is the caller's. */
export function scope(dtype: jax.DType, use: (scope: Scope) => JaxArray): JaxArray {
  const made: JaxArray[] = [];
  // An operation may hand back the array it was given, so that one array can be here several times, once a reference.
  const keep = (array: JaxArray) => {
    made.push(array);
    return array;
  };
  const tidy = <R extends readonly JaxArray[]>(inner: () => R): R => {
    const before = made.length;
    const results = inner();
    for (const result of results) result.ref;
    for (const array of made.splice(before)) array.dispose();
    made.push(...results);
    return results;
  };
  try {
    return use({ engine: { ...engineOf(dtype, keep), tidy }, cast: (x, to) => keep(x.ref.astype(to)) }).ref;
  } finally {
    for (const array of made) array.dispose();
  }
}

function engineOf(dtype: jax.DType, keep: (array: JaxArray) => JaxArray): Omit<Engine<JaxArray>, "tidy"> {
  const borrow = (x: Term<JaxArray>) => (typeof x === "number" ? x : x.ref);
  const unary = (f: (x: jax.Array) => jax.Array) => (x: JaxArray) => keep(f(x.ref));
  const binary =
    (f: (a: jax.Array | number, b: jax.Array | number) => jax.Array) => (a: Term<JaxArray>, b: Term<JaxArray>) =>
      keep(f(borrow(a), borrow(b)));
  const constantOf = (x: Term<JaxArray>) => (typeof x === "number" ? x : lax.stopGradient(x.ref));
  const compare =
    (f: (a: jax.Array | number, b: jax.Array | number) => jax.Array) => (a: Term<JaxArray>, b: Term<JaxArray>) =>
      keep(f(constantOf(a), constantOf(b)));
  const axesOf = (axes?: Axes) => (axes === undefined ? null : typeof axes === "number" ? axes : [...axes]);
  const Floats = dtype === np.float64 ? Float64Array : Float32Array;
  const arange = (n: number) => np.arange(0, n, 1, { dtype: np.int32 });
  return {
    epsilon: dtype === np.float64 ? 2 ** -52 : 2 ** -23,
    constant: (data, shape) => keep(np.array(Floats.from(data), { shape: [...shape], dtype })),
    range: (n) => keep(arange(n)),
    shapeOf: (x): Shape => x.shape,
    numbers: (x) => numbers(x, "lossary/jax: this loss"),
    stop: unary(lax.stopGradient),
    add: binary(np.add),
    sub: binary(np.subtract),
    mul: binary(np.multiply),
    div: (a, b) => keep(divide(a, b)),
    exp: unary(np.exp),
    expm1: unary(np.expm1),
    log: unary(np.log),
    log1p: (x) => keep(log1p(x)),
    sqrt: unary(np.sqrt),
    atan: unary(np.arctan),
    clip: (x, low, high) => keep(np.clip(lax.stopGradient(x.ref), low, high)),
    less: compare(np.less),
    lessEqual: compare(np.lessEqual),
    equal: compare(np.equal),
    and: (a, b) => keep(np.logicalAnd(a.ref, b.ref)),
    not: unary(np.logicalNot),
    // The other types have no floor, and need none.
    whole: (x) => {
      const seen = lax.stopGradient(x.ref);
      return keep(np.equal(isFloat(x) ? np.floor(seen.ref) : seen.ref, seen));
    },
    number: (mask) => keep(mask.ref.astype(dtype)),
    sign: (x) => keep(np.sign(lax.stopGradient(x.ref))),
    max: (x, axis) => keep(np.max(lax.stopGradient(x.ref), axis, { keepdims: true })),
    atLargest: (x, axis) => {
      const at = np.argmax(lax.stopGradient(x.ref), axis, { keepdims: true });
      const shape = x.shape.map((length, i) => (i === axis ? length : 1));
      return keep(np.equal(at, arange(x.shape[axis] as number).reshape(shape)));
    },
    where: (mask, a, b) => keep(np.where(mask.ref, typed(a), typed(b))),
    sum: (x, axes, keepdims = false) => keep(np.sum(x.ref, axesOf(axes), { keepdims })),
    reshape: (x, shape) => keep(np.reshape(x.ref, [...shape])),
    transpose: (x, axes) => keep(np.transpose(x.ref, axes && [...axes])),
    concat: (list, axis) =>
      keep(
        np.concatenate(
          list.map((x) => x.ref),
          axis,
        ),
      ),
    slice: (x, axis, begin, size) =>
      keep(x.ref.slice(...x.shape.map((_, i): [] | [number, number] => (i === axis ? [begin, begin + size] : [])))),
    matmul: binary(np.matmul as never),
  };

  /** Two numbers alone would decide for a type of their own. */
  function typed(x: Term<JaxArray>): JaxArray {
    return typeof x === "number" ? np.array(x, { dtype }) : x.ref;
  }
}

const isFloat = ({ dtype }: JaxArray) => dtype === np.float32 || dtype === np.float64 || dtype === np.float16;

/** The numbers of an array, also of one that is being differentiated; under jit and vmap there are none yet. `where` says who asks. */
export function numbers(x: JaxArray, where: string): Float32Array | Float64Array {
  // What a transformation knows already it lowers to; what it differentiates holds the value it stands for.
  const lowered: unknown = x.ref.fullLower();
  if (lowered instanceof ConcreteArray) return lowered.dataSync() as Float32Array | Float64Array;
  const { primal } = lowered as { readonly primal?: JaxArray };
  (lowered as JaxArray).dispose();
  if (primal) return numbers(primal, where);
  throw new LossaryTypeError(where, "needs its arguments' numbers; it cannot run under jit or vmap");
}

/** log(1 + x). Its own sums a series of ten terms beside the logarithm, in a pass over all numbers for every term. */
function log1p(x: JaxArray): JaxArray {
  const seen = lax.stopGradient(x.ref);
  const sum = np.add(x.ref, 1);
  // What 1 + x lost by rounding, to first order; from 1 on it does not count. The maximum changes nothing but that jit would
  // otherwise make x of x + 1 − 1.
  const lost = np.subtract(seen.ref, np.subtract(np.maximum(lax.stopGradient(sum.ref), 0), 1));
  return np.add(np.log(sum), np.where(np.less(seen, 1), lost, np.zeros([], { dtype: x.dtype })));
}
