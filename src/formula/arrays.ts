/**
 * The small array interface that portable definitions are written against. An engine implements `Engine` in one file;
 * what can be said in terms of it is said once, in `maths.ts`.
 *
 * Conventions: `X` is the engine's array. Where a number is allowed it is a constant. Shapes broadcast from the right.
 * Comparisons give masks of truth values and are constants: no gradient passes through them. Nothing here says what a
 * gradient is at a kink: definitions build kinks from `where` on masks, which all engines differentiate alike.
 */
import type { Shape } from "../tensor/tensor.ts";

/** An operand: an array or a constant. */
export type Term<X> = X | number;

/** Axes to reduce; all of them when absent. */
export type Axes = number | readonly number[];

/** A vector's length in two factors, of which neither leaves the type where the length itself does not. */
export interface Size<X> {
  /** Whether it is 0. */
  readonly zero: X;
  /** 1, or a constant that moves the vector to where its squares are numbers of the type. */
  readonly unit: X;
  /** The vector, divided by the unit. */
  readonly scaled: X;
  /** The length of that. Of a zero vector it is 0, with gradient 0. */
  readonly root: X;
}

export interface Engine<X> {
  /** Distance from 1 to the next number of the computation's type. */
  readonly epsilon: number;
  /** Whether sums of any length keep their digits. */
  readonly sumsExactly?: true;
  /** The length of the vectors along an axis as unit · root, where an engine has a better way than `maths.ts`. */
  sizeAlong?(x: X, axis: number): Size<X>;
  /** y with the slopes d by x, where an engine has a better way than `maths.ts`. */
  slope?(y: X, ...by: readonly (readonly [x: X, d: X])[]): X;
  /** Runs what makes many arrays for few: those on the way to its results are not kept. */
  tidy<R extends readonly X[]>(use: () => R): R;

  // Making and looking.
  /** Constant floats of the computation's type. */
  constant(data: ArrayLike<number>, shape: Shape): X;
  /** Constant whole numbers, 0…n − 1. */
  range(n: number): X;
  shapeOf(x: X): Shape;
  /** The numbers themselves, for a solver outside the engine; throws where they are not known yet, as under jit. */
  numbers(x: X): Float32Array | Float64Array;
  /** The same numbers as a constant: no gradient passes. */
  stop(x: X): X;

  // Arithmetic.
  add(a: Term<X>, b: Term<X>): X;
  sub(a: Term<X>, b: Term<X>): X;
  mul(a: Term<X>, b: Term<X>): X;
  div(a: Term<X>, b: Term<X>): X;
  exp(x: X): X;
  /** exp(x) − 1, to the last digits near 0 as well. */
  expm1(x: X): X;
  log(x: X): X;
  log1p(x: X): X;
  sqrt(x: X): X;
  atan(x: X): X;

  // Constants.
  /** x moved into [low, high]; NaN may become anything. */
  clip(x: X, low: number, high: number): X;
  less(a: Term<X>, b: Term<X>): X;
  lessEqual(a: Term<X>, b: Term<X>): X;
  equal(a: Term<X>, b: Term<X>): X;
  and(a: X, b: X): X;
  not(mask: X): X;
  /** A mask that holds at whole numbers. */
  whole(x: X): X;
  /** A mask as zeros and ones of the computation's type. */
  number(mask: X): X;
  /** −1, 0 or 1; NaN for NaN. */
  sign(x: X): X;
  /** Largest along an axis, which stays with length 1; a constant. */
  max(x: X, axis: number): X;
  /** A mask that holds at the largest entry along an axis, of equal ones at the first. */
  atLargest(x: X, axis: number): X;

  // Choosing and moving.
  where(mask: X, a: Term<X>, b: Term<X>): X;
  /** `maths.ts` offers it in blocks: one float that takes in many others loses digits. */
  sum(x: X, axes?: Axes, keep?: boolean): X;
  reshape(x: X, shape: Shape): X;
  transpose(x: X, axes?: readonly number[]): X;
  concat(list: readonly X[], axis: number): X;
  /** Entries `begin` to `begin + size − 1` along an axis. */
  slice(x: X, axis: number, begin: number, size: number): X;
  /** Matrix products of [..., n, d] and [..., d, m], whose leading axes are equal. */
  matmul(a: X, b: X): X;
}
