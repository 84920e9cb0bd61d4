/**
 * Lengths and cosines of rows that take one pass: squares are summed as they are, and rows of which that says too little, for
 * their squares leave the type, are gone through again, divided by a number of their own.
 */
import type { Engine, Size } from "../arrays.ts";

/** Operations of the compiler alone. */
interface Rare<X> {
  /** A sum or maximum that only counts where a row's mask holds. */
  rarely(mask: X, reduction: X): X;
  /** y, with a slope of d by x beside those that it has. */
  slope(y: X, x: X, d: X): X;
}

interface Length<X> extends Size<X> {
  /** Whether the row's squares are numbers of the type. */
  readonly tame: X;
  /** 1 / root, a constant; 1 of a zero vector. */
  readonly inverse: X;
}

/** Along which rows go. */
const ALONG_ROWS = 1;

export function lengthsOf<X>(engine: Engine<X>, { rarely, slope }: Rare<X>) {
  const { and, div, equal, less, max, mul, not, sign, sqrt, stop, sum, where } = engine;

  const sizeAlong = (x: X, axis: number): Length<X> => {
    const squares = sum(mul(x, x), axis, true);
    const tame = and(less(1e-24, squares), less(squares, 1e30));
    const wild = not(tame);
    const top = rarely(wild, max(mul(x, sign(x)), axis));
    const zero = and(wild, equal(top, 0));
    const far = and(less(0, top), less(top, Number.POSITIVE_INFINITY));
    const unit = where(tame, 1, where(far, mul(top, where(less(top, 1), 1e15, 1e-15)), 1));
    const scaled = div(x, unit);
    const length = sqrt(where(tame, squares, where(zero, 1, rarely(wild, sum(mul(scaled, scaled), axis, true)))));
    const inverse = stop(div(1, length));
    const root = slope(stop(where(zero, 0, length)), x, mul(scaled, div(inverse, unit)));
    return { tame, unit, zero, scaled, root, inverse };
  };

  /** The unit goes out of the slope. */
  const norm = (x: X, axis: number): X => {
    const { unit, root, scaled, inverse } = sizeAlong(x, axis);
    return sum(slope(stop(mul(unit, root)), x, mul(scaled, inverse)), axis);
  };

  /** Cosines of rows; 0, with gradient 0, of a zero row. */
  const cosine = (a: X, b: X): X => {
    const [p, q] = [sizeAlong(a, ALONG_ROWS), sizeAlong(b, ALONG_ROWS)];
    const tame = and(p.tame, q.tame);
    const scaled = rarely(not(tame), sum(mul(p.scaled, q.scaled), ALONG_ROWS, true));
    const product = stop(where(tame, sum(mul(a, b), ALONG_ROWS, true), scaled));
    const dot = slope(slope(product, a, mul(q.scaled, div(1, p.unit))), b, mul(p.scaled, div(1, q.unit)));
    const inverse = ({ zero, root }: Length<X>) => where(zero, 0, div(1, where(zero, 1, root)));
    return sum(mul(mul(dot, inverse(p)), inverse(q)), ALONG_ROWS);
  };

  return { sizeAlong, norm, cosine };
}
