/**
 * Formulas that definitions share, in terms of an engine's operations. Their gradients follow the package's rules: at a
 * kink the flat side's, of equal maxima the first takes it all, at a zero vector 0, and NaN stays.
 */
import { largest as largestOf, type Shape, sizeOf } from "../tensor/tensor.ts";
import type { Axes, Engine, Size, Term } from "./arrays.ts";
import { inBlocks } from "./blocks.ts";

export interface Maths<X> extends Engine<X> {
  /** The largest finite number of the computation's type. */
  readonly huge: number;
  neg(x: X): X;
  square(x: X): X;
  /** 1 / x. */
  inverse(x: X): X;
  /** xᵖ for x ≥ 0; its gradient is 0 at x = 0. */
  power(x: X, p: number): X;
  /** The smaller of two, whose gradient it has; of two equal ones that of the first. NaN where either is NaN. */
  minimum(a: Term<X>, b: Term<X>): X;
  /** The larger of two, whose gradient it has; of two equal ones that of the first. NaN where either is NaN. */
  maximum(a: Term<X>, b: Term<X>): X;
  /**
   * y, whose gradient by each x is its d, and by nothing else: for a formula whose own slope would cancel or leave the type. All
   * have one shape, and d is finite where x is. Where x is infinite the slope is 0 in TensorFlow.js and jax-js.
   */
  slope(y: X, ...by: readonly (readonly [x: X, d: X])[]): X;
  /** max(0, x), gradient 0 at 0. */
  relu(x: X): X;
  /** |x|, gradient 0 at 0. */
  abs(x: X): X;
  /** x, with the slope 1 but of NaN, whose slope is NaN. */
  marked(x: X): X;
  /** log(1 + exp(x)), without overflow. */
  softplus(x: X): X;
  /** 1 / (1 + exp(−x)). */
  sigmoid(x: X): X;
  /** yes · σ(−x) + no · σ(x): the probability that a logit misses, with weights on either truth. */
  missed(yes: X, no: X, x: X): X;
  /** yes · softplus(−x) + no · softplus(x): what a logit costs, with weights on either truth. */
  binaryCrossEntropy(yes: X, no: X, x: X): X;
  mean(x: X, axes?: Axes): X;
  /** x where the mask holds, summed along axes; what is elsewhere does not count, even if it is infinite. */
  sumWhere(mask: X, x: X, axes?: Axes, keep?: boolean): X;
  /** How many hold. */
  count(mask: X, axes?: Axes, keep?: boolean): X;
  /** Largest along an axis; the gradient goes to the first of equal ones. */
  largest(x: X, axis: number): X;
  smallest(x: X, axis: number): X;
  /** The axis stays, with length 1. */
  logSumExp(x: X, axis: number): X;
  logSoftmax(x: X, axis: number): X;
  softmax(x: X, axis: number): X;
  /** −log softmax(x) where the mask holds, which is at one entry along the axis. */
  surprisal(mask: X, x: X, axis: number): X;
  /** −Σ t log softmax(x) along an axis; where t is 0 an x of −∞ costs nothing. */
  crossEntropy(t: X, x: X, axis: number): X;
  /**
   * factor · cost, for costs ≥ 0: where a cost is infinite a factor of 0 makes it 0, and the factor's own slope, which is
   * infinite there, is not followed.
   */
  weigh(factor: X, cost: X): X;
  /** a · log(b), 0 where a is 0. */
  timesLog(a: X, b: X): X;
  /** Inserts an axis of length 1. */
  expand(x: X, axis: number): X;
  /** Length of the vectors along an axis; gradient 0 at a zero vector. */
  norm(x: X, axis: number): X;
  /** The vectors along the last axis divided by their norms; a zero vector stays zero, with gradient 0. */
  directions(x: X): X;
  /** Cosine of rows. */
  cosine(a: X, b: X): X;
  /** A mask [N, C, ...] that holds at the class of each label [N, ...]. */
  classes(labels: X, count: number): X;
  /**
   * Values, one per label, as NaN where the label is none of 0…count − 1: so are then all gradients that pass. Where a mask
   * holds, any label will do.
   */
  ofClasses(labels: X, count: number, values: X, ignored?: X): X;
  /** A mask [N, N] that holds where two labels are equal. */
  sameLabel(labels: X): X;
  /** A mask [N, N] that holds off the diagonal. */
  others(n: number): X;
}

export function mathsOf<X>(engine: Engine<X>): Maths<X> {
  const { add, sub, mul, div, exp, log, log1p, sqrt, less, lessEqual, equal, not, number, sign, where, max } = engine;
  const { and, reshape, shapeOf, range, stop, whole } = engine;
  const sum = engine.sumsExactly ? engine.sum : inBlocks(engine);
  const huge = largestOf[engine.epsilon < 2 ** -30 ? "float64" : "float32"];
  const neg = (x: X) => mul(x, -1);
  const square = (x: X) => mul(x, x);
  const inverse = (x: X) => div(1, x);
  const abs = (x: X) => mul(x, sign(x));
  // Of NaN the slope is NaN too.
  const relu = (x: X) => where(lessEqual(x, 0), 0, abs(x));
  // What a comparison does not choose is the side that may be NaN: a constant is not.
  const chosen = (first: X, a: Term<X>, b: Term<X>, second: () => X): X => {
    if (typeof a === "number") return where(first, a, b);
    return typeof b === "number" ? where(second(), b, a) : where(first, a, where(equal(a, a), b, a));
  };
  const minimum = (a: Term<X>, b: Term<X>): X => chosen(lessEqual(a, b), a, b, () => less(b, a));
  const maximum = (a: Term<X>, b: Term<X>): X => chosen(lessEqual(b, a), a, b, () => less(a, b));
  const slope = (y: X, ...by: readonly (readonly [x: X, d: X])[]): X => {
    if (engine.slope) return engine.slope(y, ...by);
    const moved = by.map(([x, d]) => {
      const moving = where(equal(abs(stop(x)), Number.POSITIVE_INFINITY), 0, x);
      return mul(d, sub(moving, stop(moving)));
    });
    return moved.reduce(add, stop(y));
  };
  const expand = (x: X, axis: number) => {
    const shape: Shape = shapeOf(x);
    return reshape(x, [...shape.slice(0, axis), 1, ...shape.slice(axis)]);
  };
  /** Without an axis of length 1. */
  const drop = (x: X, axis: number) =>
    reshape(
      x,
      shapeOf(x).filter((_, i) => i !== axis),
    );
  const sumWhere = (mask: X, x: X, axes?: Axes, keep?: boolean) => sum(where(mask, x, 0), axes, keep);
  // NaN counts as larger than any number: engines pass over it, or not, as it happens to lie.
  const atLargest = (x: X, axis: number) => {
    const seen = stop(x);
    return engine.atLargest(where(equal(seen, seen), seen, Number.POSITIVE_INFINITY), axis);
  };
  const largest = (x: X, axis: number) => sumWhere(atLargest(x, axis), x, axis);
  const power = (x: X, p: number) => {
    if (p === 2) return square(x);
    const zero = equal(x, 0);
    return where(zero, p === 0 ? 1 : 0, exp(mul(p, log(where(zero, 1, x)))));
  };
  // exp(−|x|) does not overflow. At 0 it has the slope of the low side, as has what softplus adds to it, max(0, x): together
  // they have the slope ½ there. Signs that multiply are numbers of their own, which costs an engine's compiled loops less
  // than a choice in front of an exponential.
  const decay = (x: X, low: X) => exp(mul(x, where(low, 1, -1)));
  const softplus = (x: X) => {
    const low = lessEqual(x, 0);
    return add(where(low, 0, x), log1p(decay(x, low)));
  };
  /** log Σ exp(x − a) */
  const logMass = (x: X, top: X, axis: number) => log(sum(exp(sub(x, top)), axis, true));
  const logSumExp = (x: X, axis: number) => {
    const top = max(x, axis);
    return add(top, logMass(x, top, axis));
  };
  // −log softmax(x)_c is (a − x_c) + log Σ exp(x − a) with a = max x. Neither part is negative, so that no digits cancel, and
  // the logarithm is taken once per row.
  const surprisal = (mask: X, x: X, axis: number) => {
    const top = max(x, axis);
    return drop(add(sub(top, sumWhere(mask, x, axis, true)), logMass(x, top, axis)), axis);
  };
  const isInfinite = (x: X) => equal(x, Number.POSITIVE_INFINITY);
  // t · cost, where 0 times infinity is 0. Two finite factors whose product is infinite keep the slope of t what it is.
  const charge = (t: X, cost: X) => {
    const free = and(equal(t, 0), isInfinite(cost));
    return mul(mul(t, where(free, huge, cost)), where(free, huge, 1));
  };
  const weigh = (factor: X, cost: X) => {
    const infinite = isInfinite(cost);
    const free = and(infinite, equal(factor, 0));
    return mul(where(infinite, stop(factor), factor), where(free, 0, cost));
  };
  const crossEntropy = (t: X, x: X, axis: number) => {
    const top = max(x, axis);
    const own = sum(charge(t, sub(top, x)), axis, true);
    return drop(add(own, mul(sum(t, axis, true), logMass(x, top, axis))), axis);
  };
  // Vectors whose squares leave f32 are divided by a constant before they are squared. It leaves them as far from 1 as their squares
  // allow: what flows back is multiplied by it first, and would leave f32 beside a larger one.
  const sizeAlong = (x: X, axis: number): Size<X> => {
    if (engine.sizeAlong) return engine.sizeAlong(x, axis);
    const top = max(abs(x), axis);
    const far = and(less(0, top), less(top, Number.POSITIVE_INFINITY));
    const unit = where(
      and(less(1e-15, top), less(top, 1e15)),
      1,
      where(far, mul(top, where(less(top, 1), 1e15, 1e-15)), 1),
    );
    const zero = equal(top, 0);
    const scaled = div(x, unit);
    const root = where(zero, 0, sqrt(where(zero, 1, sum(square(scaled), axis, true))));
    return { unit, zero, scaled, root };
  };
  const norm = (x: X, axis: number) => {
    const { unit, root } = sizeAlong(x, axis);
    return drop(mul(unit, root), axis);
  };
  const directions = (x: X) => {
    const { zero, scaled, root } = sizeAlong(x, shapeOf(x).length - 1);
    return mul(scaled, where(zero, 0, inverse(where(zero, 1, root))));
  };
  return {
    ...engine,
    atLargest,
    huge,
    sum,
    neg,
    square,
    inverse,
    power,
    minimum,
    maximum,
    slope,
    relu,
    abs,
    marked: (x) => mul(x, where(equal(x, x), 1, Number.NaN)),
    softplus,
    sigmoid: (x) => {
      const low = lessEqual(x, 0);
      const e = decay(x, low);
      return div(where(low, e, 1), add(e, 1));
    },
    missed: (yes, no, x) => {
      const low = lessEqual(x, 0);
      const e = decay(x, low);
      return div(add(where(low, yes, no), mul(e, where(low, no, yes))), add(e, 1));
    },
    binaryCrossEntropy: (yes, no, x) => {
      const low = lessEqual(x, 0);
      const size = mul(x, where(low, -1, 1));
      return add(charge(where(low, yes, no), size), mul(add(yes, no), log1p(exp(neg(size)))));
    },
    mean: (x, axes) => {
      const total = sum(x, axes);
      return div(total, sizeOf(shapeOf(x)) / sizeOf(shapeOf(total)));
    },
    sumWhere,
    count: (mask, axes, keep) => sum(number(mask), axes, keep),
    largest,
    smallest: (x, axis) => neg(largest(neg(x), axis)),
    logSumExp,
    logSoftmax: (x, axis) => sub(x, logSumExp(x, axis)),
    softmax: (x, axis) => {
      const masses = exp(sub(x, max(x, axis)));
      return div(masses, sum(masses, axis, true));
    },
    surprisal,
    crossEntropy,
    weigh,
    timesLog: (a, b) => {
      const zero = equal(a, 0);
      return where(zero, 0, mul(a, log(where(zero, 1, b))));
    },
    expand,
    norm,
    directions,
    cosine: (a, b) => sum(mul(directions(a), directions(b)), 1),
    classes: (labels, count) => {
      const rest = shapeOf(labels).slice(1);
      return equal(expand(labels, 1), reshape(range(count), [1, count, ...rest.map(() => 1)]));
    },
    ofClasses: (labels, count, values, ignored) => {
      const known = and(whole(labels), and(lessEqual(0, labels), lessEqual(labels, count - 1)));
      const factors = where(known, 1, Number.NaN);
      return mul(values, ignored ? where(ignored, 1, factors) : factors);
    },
    sameLabel: (labels) => equal(expand(labels, 1), expand(labels, 0)),
    others: (n) => not(equal(expand(range(n), 1), expand(range(n), 0))),
  };
}
