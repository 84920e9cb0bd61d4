/** Bounds of a formula's numbers, whatever its arguments are. */
import type { MathNode } from "./algebra.ts";

/** A bound that is infinite can be met. NaN is not counted. */
export interface Interval {
  readonly least: number;
  readonly most: number;
}

const everything: Interval = { least: Number.NEGATIVE_INFINITY, most: Number.POSITIVE_INFINITY };
/** Beyond this numbers of either type may be infinite. */
const LARGEST = 1e38;

/** Ends of an interval, those that may overflow moved to infinity. */
function between(ends: readonly number[]): Interval {
  const numbers = ends.filter((x) => !Number.isNaN(x));
  if (numbers.length === 0) return everything;
  const [least, most] = [Math.min(...numbers), Math.max(...numbers)];
  return {
    least: least < -LARGEST ? Number.NEGATIVE_INFINITY : least,
    most: most > LARGEST ? Number.POSITIVE_INFINITY : most,
  };
}

const pairs = (a: Interval, b: Interval, f: (x: number, y: number) => number): Interval =>
  between([f(a.least, b.least), f(a.least, b.most), f(a.most, b.least), f(a.most, b.most)]);

const through = ({ least, most }: Interval, f: (x: number) => number): Interval => between([f(least), f(most)]);

function sizeOf({ least, most }: Interval): Interval {
  const ends = [Math.abs(least), Math.abs(most)];
  return between(least <= 0 && most >= 0 ? [0, ...ends] : ends);
}

/** A function that finds the bounds of nodes; `positive` are the places of options that are ≥ 0. */
export function intervals(positive: ReadonlySet<number> = new Set()): (x: MathNode) => Interval {
  const known = new Map<MathNode, Interval>();
  const within = (x: MathNode): Interval => {
    const found = known.get(x) ?? find(x);
    known.set(x, found);
    return found;
  };
  const find = (x: MathNode): Interval => {
    const [a, b, c] = x.args as [MathNode, MathNode, MathNode];
    switch (x.op) {
      case "const":
        return between([x.value]);
      case "option":
        return { least: positive.has(x.value) ? 0 : -LARGEST, most: LARGEST };
      case "scale":
        return { least: -LARGEST, most: LARGEST };
      case "range":
      case "length":
        return { least: 0, most: 2 ** 32 };
      case "add":
        return pairs(within(a), within(b), (p, q) => p + q);
      case "sub":
        if (b.op === "max" && b.args[0] === a) return { least: Number.NEGATIVE_INFINITY, most: 0 };
        if (a.op === "max" && a.args[0] === b) return { least: 0, most: Number.POSITIVE_INFINITY };
        return pairs(within(a), within(b), (p, q) => p - q);
      case "mul": {
        if (a === b) return through(sizeOf(within(a)), (p) => p * p);
        const size = signedSize(a, b) || signedSize(b, a);
        if (size === 0) return pairs(within(a), within(b), (p, q) => p * q);
        const whole = sizeOf(within(b.op === "where" ? a : b));
        return through(whole, (p) => p * size);
      }
      case "weigh":
        return pairs(within(a), within(b), (p, q) => p * q);
      case "div": {
        const by = within(b);
        return by.least > 0 || by.most < 0 ? pairs(within(a), by, (p, q) => p / q) : everything;
      }
      case "neg":
        return through(within(a), (p) => -p);
      case "abs":
        return sizeOf(within(a));
      case "sign":
        return { least: -1, most: 1 };
      case "exp":
        return through(within(a), Math.exp);
      case "expm1":
        return through(within(a), Math.expm1);
      case "sqrt":
        return through(within(a), (p) => Math.sqrt(Math.max(p, 0)));
      case "log":
        return through(within(a), (p) => Math.log(Math.max(p, 0)));
      case "log1p":
        return through(within(a), (p) => Math.log1p(Math.max(p, -1)));
      case "atan":
        return { least: -1.6, most: 1.6 };
      case "pow":
        return { least: 0, most: Number.POSITIVE_INFINITY };
      case "where": {
        const [yes, no] = [within(b), within(c)];
        const own = between([yes.least, yes.most, no.least, no.most]);
        const [left, right] = a.args;
        // The smaller or the larger of two.
        if ((a.op !== "lt" && a.op !== "le") || !left || !right) return own;
        const [x, y] = [within(left), within(right)];
        if (left === b && right === c) return between([Math.min(x.least, y.least), Math.min(x.most, y.most)]);
        if (left === c && right === b) return between([Math.max(x.least, y.least), Math.max(x.most, y.most)]);
        return own;
      }
      case "max":
      case "stop":
      case "slope":
      case "seal":
        return within(a);
      case "rarely":
        return within(b);
      case "sum": {
        const { least, most } = within(a);
        return { least: least < 0 ? Number.NEGATIVE_INFINITY : 0, most: most > 0 ? Number.POSITIVE_INFINITY : 0 };
      }
      default:
        return everything;
    }
  };
  return within;
}

const isNumber = (x: MathNode | undefined, value: number): boolean => x?.op === "const" && x.value === value;

/** x · (−1 where x ≤ 0, 1 elsewhere), which is |x|: 1; its opposite: −1; anything else: 0. The mask may be −x ≤ 0 as well. */
export function signedSize(x: MathNode, factor: MathNode): number {
  const [mask, low, high] = factor.args;
  if (factor.op !== "where" || mask?.op !== "le" || !isNumber(mask.args[1], 0)) return 0;
  if (low?.op !== "const" || high?.op !== "const" || low.value !== -high.value || Math.abs(low.value) !== 1) return 0;
  const [tested] = mask.args;
  if (tested === x) return high.value;
  return tested?.op === "neg" && tested.args[0] === x ? low.value : 0;
}
