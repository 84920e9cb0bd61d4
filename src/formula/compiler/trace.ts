/** The array interface on which a definition, instead of computing, leaves its graph. */
import { type Shape, sizeOf } from "../../tensor/tensor.ts";
import type { Axes, Engine, Term } from "../arrays.ts";
import { type Maths, mathsOf } from "../maths.ts";
import { Algebra, type MathNode } from "./algebra.ts";
import { ALONG, NotCompiled, ROW, type Space, varies } from "./graph.ts";
import { lengthsOf } from "./lengths.ts";

/** An array of a definition that is traced. It has no numbers. */
export class Traced {
  readonly node: MathNode;
  readonly shape: Shape;

  constructor(node: MathNode, shape: Shape) {
    this.node = node;
    this.shape = shape;
  }

  [Symbol.toPrimitive](): never {
    throw new NotCompiled(
      "uses a value as a JavaScript number (x > 0, Math.exp(x)); use the operations it is given (m.less(0, x), m.exp(x))",
    );
  }
}

/** An argument of a formula, by the symbols of its shape. */
export interface TracedArgument {
  readonly symbols: readonly string[];
}

export interface Trace {
  readonly algebra: Algebra;
  /** One per argument. */
  readonly inputs: readonly MathNode[];
  readonly value: MathNode;
  readonly shape: Shape;
  /** Along what the value varies by its shape. */
  readonly space: Space;
  /** Along which axes rows go; undefined for a formula of elements alone. */
  readonly along: Along | undefined;
}

/** Axes `first` to `end - 1`. The others number the rows. */
export interface Along {
  readonly first: number;
  readonly end: number;
}

export interface Traceable {
  readonly arguments: readonly TracedArgument[];
  /** Length by symbol. */
  readonly lengths: Readonly<Record<string, number>>;
  readonly epsilon: number;
  /** Where lengths may be equal by chance: what a trace at others found. */
  readonly along?: Along | undefined;
  readonly formula: (maths: Maths<Traced>, inputs: readonly Traced[], option: (place: number) => Traced) => Traced;
}

/** Runs a formula on arrays that record what is done to them. */
export function trace(traceable: Traceable): Trace {
  const { arguments: specs, lengths, formula } = traceable;
  const algebra = new Algebra();
  const shapes = specs.map(({ symbols }) => symbols.map((symbol) => lengths[symbol] ?? Number(symbol)));
  const full = shapes.reduce((longest, shape) => (shape.length > longest.length ? shape : longest), [] as number[]);
  const symbols = specs.reduce(
    (longest, { symbols: own }) => (own.length > longest.length ? own : longest),
    [] as readonly string[],
  );
  const rows = new Rows(traceable.along);
  const inputs = specs.map(({ symbols: own }, place) => algebra.input(place, spaceOf(own, symbols, rows)));
  const maths = mathsFor(algebra, full, traceable, rows);
  const arrays = inputs.map((node, i) => new Traced(node, shapes[i] as number[]));
  const result = formula(maths, arrays, (place) => new Traced(algebra.option(place), []));
  if (!(result instanceof Traced))
    throw new NotCompiled(`returned ${typeof result === "number" ? "a number" : String(result)}, expected an array`);
  const space = result.shape.length === full.length ? ELEMENT : ROW;
  if (space === ELEMENT && result.node.space === ROW)
    throw new NotCompiled(
      "returns one number per row in the shape of all elements; return it in the shape of the rows",
    );
  return { algebra, inputs, value: result.node, shape: result.shape, space, along: rows.along };
}

const ELEMENT = (ROW | ALONG) as Space;

/** Along which axes rows go, which is found out as a formula is traced. */
class Rows {
  along: Along | undefined;

  constructor(along: Along | undefined) {
    this.along = along;
  }

  go(first: number, end: number): void {
    this.along ??= { first, end };
    if (this.along.first !== first || this.along.end !== end) throw new NotCompiled("works along different axes");
  }
}

/** Along what an argument varies: it has all axes, those that number the rows, or those along them. */
function spaceOf(own: readonly string[], all: readonly string[], rows: Rows): Space {
  const [count, rest] = [own.length, all.length - own.length];
  if (rest === 0 && own.join() === all.join()) return ELEMENT;
  const matches = (from: readonly string[]) => own.length > 0 && own.join() === from.join();
  const within = (first: number) => matches(all.slice(first, first + count));
  const without = (first: number) => matches([...all.slice(0, first), ...all.slice(first + rest)]);
  // Leading axes number rows, and trailing ones go along them, before anything else is tried.
  if (within(0)) rows.go(count, all.length);
  else if (within(rest)) {
    rows.go(rest, all.length);
    return ALONG;
  } else {
    const places = Array.from(all.keys()).slice(1);
    const missing = places.find((first) => first < count && without(first));
    const first = missing ?? places.find((first) => within(first));
    if (first === undefined)
      throw new NotCompiled(`shapes [${all.join(", ")}] and [${own.join(", ")}] have no rows in common`);
    rows.go(first, first + (missing === undefined ? count : rest));
    if (missing === undefined) return ALONG;
  }
  return ROW;
}

const long = (shape: Shape): string => shape.filter((length) => length !== 1).join();

/** `full` is the shape of what has all axes. */
function mathsFor(algebra: Algebra, full: Shape, { epsilon, lengths }: Traceable, rows: Rows): Maths<Traced> {
  const nameOf = (length: number) => Object.keys(lengths).find((symbol) => lengths[symbol] === length) ?? length;
  const show = (shape: Shape) => `[${shape.map(nameOf).join(", ")}]`;
  const mismatch = (arrays: readonly Traced[]) =>
    new NotCompiled(`shapes ${arrays.map(({ shape }) => show(shape)).join(" and ")} do not fit`);
  const lift = (x: Term<Traced>): Traced => {
    if (x instanceof Traced) return x;
    if (typeof x === "number") return new Traced(algebra.const(x), []);
    throw new NotCompiled(`got ${x === undefined ? "undefined" : typeof x}, expected an array or a number`);
  };
  const common = (...arrays: Traced[]): Shape => {
    const rank = Math.max(...arrays.map(({ shape }) => shape.length));
    const shape = Array.from({ length: rank }, (_, axis) => {
      const found = arrays.map((x) => x.shape[axis - rank + x.shape.length] ?? 1).filter((length) => length !== 1);
      if (found.some((length) => length !== found[0])) throw mismatch(arrays);
      return found[0] ?? 1;
    });
    // Rows beside columns of rows would be a matrix that no argument has the shape of.
    const beside = full.length - rank;
    const whole = beside === 0 || long(shape) === "" || arrays.some((x) => long(x.shape) === long(shape));
    if (!whole || (beside === 0 && shape.some((length, i) => length !== 1 && length !== full[i])))
      throw mismatch(arrays);
    return shape;
  };
  const one =
    (f: (x: MathNode) => MathNode) =>
    (x: Term<Traced>): Traced => {
      const { node, shape } = lift(x);
      return new Traced(f(node), shape);
    };
  const two =
    (f: (a: MathNode, b: MathNode) => MathNode) =>
    (a: Term<Traced>, b: Term<Traced>): Traced => {
      const [x, y] = [lift(a), lift(b)];
      return new Traced(f(x.node, y.node), common(x, y));
    };
  /** The axes that are reduced, in order, and whether anything is. */
  const reduced = ({ node, shape }: Traced, axes?: Axes) => {
    const along = (axes === undefined ? shape.map((_, i) => i) : [axes].flat())
      .map((axis) => (axis < 0 ? axis + shape.length : axis))
      .sort((a, b) => a - b);
    // Along axes of length 1 there is nothing to reduce.
    return { along, any: varies(node) || along.some((axis) => shape[axis] !== 1) };
  };
  const reduce =
    (f: (x: MathNode) => MathNode) =>
    (x: Term<Traced>, axes?: Axes, keep?: boolean): Traced => {
      const given = lift(x);
      const { node, shape } = given;
      const { along, any } = reduced(given, axes);
      const kept = shape.flatMap((length, axis) => (!along.includes(axis) ? [length] : keep ? [1] : []));
      if (!any) return new Traced(node, kept);
      const [first = 0] = along;
      if (along.some((axis, i) => axis !== first + i) || first === 0 || shape.length !== full.length)
        throw new NotCompiled(
          `reduces axes [${along.join(", ")}] of ${show(shape)}, and kernels reduce neighbouring ones after the first`,
        );
      rows.go(first, first + along.length);
      return new Traced(f(node), kept);
    };
  const { add, sub, mul, div, apply, compare, where, sum, max, neg } = algebra;
  const sumAlong = reduce(sum);
  const maxAlong = reduce(max);
  const constant = (value: number) => algebra.const(value);
  const engine: Engine<Traced> = {
    epsilon,
    sumsExactly: true,
    tidy: (use) => use(),
    constant: (data, shape) => {
      if (Array.from(data).some((value) => value !== data[0])) return refuse("a constant array");
      return new Traced(constant(data[0] as number), shape);
    },
    range: (n) => {
      if (n === 1) return new Traced(constant(0), [1]);
      if (!goAlong(n)) throw new NotCompiled(`counts to ${nameOf(n)}, and kernels count the elements of a row`);
      return new Traced(algebra.range(), [n]);
    },
    shapeOf: (x) => lift(x).shape,
    stop: one(algebra.stop),
    add: two(add),
    sub: two(sub),
    mul: two(mul),
    div: two(div),
    exp: one((x) => apply("exp", x)),
    expm1: one((x) => apply("expm1", x)),
    log: one((x) => apply("log", x)),
    log1p: one((x) => apply("log1p", x)),
    sqrt: one((x) => apply("sqrt", x)),
    atan: one((x) => apply("atan", x)),
    clip: one_clip,
    less: two((a, b) => compare("lt", a, b)),
    lessEqual: two((a, b) => compare("le", a, b)),
    equal: two((a, b) => compare("eq", a, b)),
    and: two(algebra.and),
    not: one(algebra.not),
    whole: one(algebra.whole),
    number: one((x) => where(x, constant(1), constant(0))),
    sign: one(algebra.sign),
    max: (x, axis) => maxAlong(x, axis, true),
    atLargest: (x, axis) => {
      const { node, shape } = lift(x);
      const top = maxAlong(x, axis, true).node;
      const places = where(compare("eq", node, top), neg(algebra.range()), constant(Number.NEGATIVE_INFINITY));
      return new Traced(compare("eq", algebra.range(), neg(max(places))), shape);
    },
    slope: (y, ...by) =>
      by.reduce(
        (node, [x, d]) => new Traced(algebra.slope(node.node, x.node, algebra.stop(d.node)), common(node, x, d)),
        new Traced(algebra.stop(y.node), y.shape),
      ),
    sizeAlong: (x, axis) => vectors.sizeAlong(x, axis),
    where: (mask, a, b) => {
      const [m, x, y] = [lift(mask), lift(a), lift(b)];
      return new Traced(where(m.node, x.node, y.node), common(m, x, y));
    },
    sum: (x, axes, keep) => sumAlong(x, axes, keep),
    reshape: (x, shape) => {
      const given = lift(x);
      if (long(shape) !== long(given.shape)) throw new NotCompiled(`reshapes ${show(given.shape)} to ${show(shape)}`);
      return new Traced(given.node, shape);
    },
    numbers: () => refuse("what depends on the numbers themselves"),
    transpose: () => refuse("a transposed array"),
    concat: () => refuse("several arrays as one"),
    slice: () => refuse("a part of an array"),
    matmul: () => refuse("a matrix product"),
  };
  function one_clip(x: Traced, low: number, high: number): Traced {
    const { node, shape } = lift(x);
    const [least, most] = [constant(low), constant(high)];
    const below = where(compare("lt", node, least), least, node);
    return new Traced(algebra.stop(where(compare("lt", most, below), most, below)), shape);
  }
  /** Whether so many are the elements of a row; where rows have no axes yet, these are found by it. */
  function goAlong(count: number): boolean {
    const axis = full.indexOf(count, 1);
    if (!rows.along && axis > 0) rows.go(axis, axis + 1);
    return rows.along !== undefined && sizeOf(full.slice(rows.along.first, rows.along.end)) === count;
  }
  const slope = (y: Traced, x: Traced, d: Traced) => new Traced(algebra.slope(y.node, x.node, d.node), y.shape);
  const vectors = lengthsOf(engine, {
    slope,
    rarely: (mask, reduction) => new Traced(algebra.rarely(mask.node, reduction.node), reduction.shape),
  });
  const maths = mathsOf(engine);
  return {
    ...maths,
    norm: vectors.norm,
    cosine: vectors.cosine,
    mean: (x, axes) => {
      const { node, shape } = sumAlong(x, axes);
      return new Traced(reduced(lift(x), axes).any ? div(node, algebra.length()) : node, shape);
    },
    ofClasses: (labels, count, values, ignored) => {
      const last = new Traced(goAlong(count) ? sub(algebra.length(), constant(1)) : constant(count - 1), []);
      const inside = maths.and(maths.lessEqual(0, labels), engine.lessEqual(labels, last));
      const factors = maths.where(maths.and(maths.whole(labels), inside), 1, Number.NaN);
      return maths.mul(values, ignored ? maths.where(ignored, 1, factors) : factors);
    },
    // x · xᵖ⁻¹, of which the slope takes the second factor, so that nothing overflows next to 0.
    power: (x, p) => {
      const { node, shape } = lift(x);
      if (p === 2) return maths.square(x);
      const zero = compare("eq", node, constant(0));
      const lower = algebra.pow(node, constant(p - 1));
      const y = algebra.slope(algebra.stop(mul(node, lower)), node, mul(constant(p), lower));
      return new Traced(where(zero, constant(p === 0 ? 1 : 0), y), shape);
    },
  };
}

const refuse = (operation: string): never => {
  throw new NotCompiled(`no kernel computes ${operation}`);
};
