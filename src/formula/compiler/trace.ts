/** The array interface on which a definition, instead of computing, leaves its graph. */
import type { Shape } from "../../tensor/tensor.ts";
import type { Axes, Engine, Term } from "../arrays.ts";
import { type Maths, mathsOf } from "../maths.ts";
import { Algebra, type MathNode } from "./algebra.ts";
import { ALONG, NotCompiled, ROW, type Space, varies } from "./graph.ts";

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
  /** Leading axes that are rows; 0 for a formula of elements alone. */
  readonly rowAxes: number;
}

export interface Traceable {
  readonly arguments: readonly TracedArgument[];
  /** Length by symbol. */
  readonly lengths: Readonly<Record<string, number>>;
  readonly epsilon: number;
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
  const rows: { axes?: number } = {};
  const inputs = specs.map(({ symbols: own }, place) => algebra.input(place, spaceOf(own, symbols, rows)));
  const maths = mathsFor(algebra, full, traceable, rows);
  const arrays = inputs.map((node, i) => new Traced(node, shapes[i] as number[]));
  const result = formula(maths, arrays, (place) => new Traced(algebra.option(place), []));
  if (!(result instanceof Traced))
    throw new NotCompiled(`returned ${typeof result === "number" ? "a number" : String(result)}, expected an array`);
  return { algebra, inputs, value: result.node, shape: result.shape, rowAxes: rows.axes ?? 0 };
}

/** Along what an argument varies: it has all axes, the leading ones, which are then the rows, or the last. */
function spaceOf(own: readonly string[], all: readonly string[], rows: { axes?: number }): Space {
  if (own.length === all.length && own.join() === all.join()) return 3;
  const leads = own.every((symbol, i) => symbol === all[i]);
  const trails = own.every((symbol, i) => symbol === all[all.length - own.length + i]);
  if (own.length === 0 || !(leads || trails))
    throw new NotCompiled(`shapes [${all.join(", ")}] and [${own.join(", ")}] have no rows in common`);
  split(rows, leads ? own.length : all.length - own.length);
  return leads ? ROW : ALONG;
}

function split(rows: { axes?: number }, axes: number): void {
  rows.axes ??= axes;
  if (rows.axes !== axes) throw new NotCompiled("works along different axes");
}

const long = (shape: Shape): string => shape.filter((length) => length !== 1).join();

/** `full` is the shape of what has all axes. */
function mathsFor(
  algebra: Algebra,
  full: Shape,
  { epsilon, lengths }: Traceable,
  rows: { axes?: number },
): Maths<Traced> {
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
  const reduce =
    (f: (x: MathNode) => MathNode) =>
    (x: Traced, axes?: Axes, keep?: boolean): Traced => {
      const { node, shape } = lift(x);
      const along = (axes === undefined ? shape.map((_, i) => i) : [axes].flat())
        .map((axis) => (axis < 0 ? axis + shape.length : axis))
        .sort((a, b) => a - b);
      const first = along[0] ?? 0;
      // Along axes of length 1 there is nothing to reduce.
      if (!varies(node) && along.every((axis) => shape[axis] === 1))
        return new Traced(node, keep ? shape : shape.filter((_, axis) => !along.includes(axis)));
      const trailing = along.every((axis, i) => axis === first + i) && first + along.length === shape.length;
      if (!trailing || first === 0 || shape.length !== full.length)
        throw new NotCompiled(
          `reduces axes [${along.join(", ")}] of ${show(shape)}, and kernels reduce the last ones, down to rows`,
        );
      split(rows, first);
      const kept = shape.slice(0, first);
      return new Traced(f(node), keep ? [...kept, ...along.map(() => 1)] : kept);
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
    range: (n) => new Traced(algebra.range(), [n]),
    shapeOf: (x) => lift(x).shape,
    stop: one(algebra.stop),
    add: two(add),
    sub: two(sub),
    mul: two(mul),
    div: two(div),
    exp: one((x) => apply("exp", x)),
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
  const maths = mathsOf(engine);
  return {
    ...maths,
    mean: (x, axes) => new Traced(div(sumAlong(x, axes).node, algebra.length()), sumAlong(x, axes).shape),
    ofClasses: (labels, count, values, ignored) => {
      const last = new Traced(count === full.at(-1) ? sub(algebra.length(), constant(1)) : constant(count - 1), []);
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
      const y = algebra.slope(mul(node, lower), node, mul(constant(p), lower));
      return new Traced(where(zero, constant(p === 0 ? 1 : 0), y), shape);
    },
  };
}

const refuse = (operation: string): never => {
  throw new NotCompiled(`no kernel computes ${operation}`);
};
