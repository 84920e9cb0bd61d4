/** The array interface on which a formula leaves the graph of its arrays. */
import type { Shape } from "../../tensor/tensor.ts";
import type { Axes, Engine, Term } from "../arrays.ts";
import { InvalidFormula } from "../invalid.ts";
import { type Maths, mathsOf } from "../maths.ts";
import { ArrayGraph, ArrayNode, type BinaryOp, type Names, type UnaryOp } from "./graph.ts";

/** A formula, of arrays whose lengths are known. */
export interface Traceable {
  readonly shapes: readonly Shape[];
  readonly formula: (
    maths: Maths<ArrayNode>,
    inputs: readonly ArrayNode[],
    option: (place: number) => ArrayNode,
  ) => ArrayNode;
}

export interface Trace {
  readonly graph: ArrayGraph;
  /** One per argument. */
  readonly inputs: readonly ArrayNode[];
  readonly value: ArrayNode;
}

/** Runs a formula on arrays that record what is done to them. */
export function trace({ shapes, formula }: Traceable, names: Names): Trace {
  const graph = new ArrayGraph(names);
  const inputs = shapes.map((shape, place) => graph.leaf("input", place, shape));
  const value = formula(mathsFor(graph), inputs, (place) => graph.leaf("option", place, []));
  if (!(value instanceof ArrayNode))
    throw new InvalidFormula(`returned ${typeof value === "number" ? "a number" : String(value)}, expected an array`);
  return { graph, inputs, value };
}

function mathsFor(graph: ArrayGraph): Maths<ArrayNode> {
  const { number, binary, unary, where } = graph;
  const lift = (x: Term<ArrayNode>): ArrayNode => {
    if (x instanceof ArrayNode) return x;
    if (typeof x === "number") return number(x);
    throw new InvalidFormula(`got ${x === undefined ? "undefined" : typeof x}, expected an array or a number`);
  };
  const axisOf = ({ shape }: ArrayNode, axis: number): number => {
    const place = axis < 0 ? axis + shape.length : axis;
    if (shape[place] === undefined) throw new InvalidFormula(`got axis ${axis} of ${graph.names.show(shape)}`);
    return place;
  };
  const along = (x: ArrayNode, axes?: Axes): number[] =>
    axes === undefined ? x.shape.map((_, i) => i) : [axes].flat().map((axis) => axisOf(x, axis));
  const one = (op: UnaryOp) => (x: Term<ArrayNode>) => unary(op, lift(x));
  const two = (op: BinaryOp) => (a: Term<ArrayNode>, b: Term<ArrayNode>) => binary(op, lift(a), lift(b));
  const engine: Engine<ArrayNode> = {
    // Whatever the arrays of a call are, it computes in f64.
    epsilon: 2 ** -52,
    sumsExactly: true,
    tidy: (use) => use(),
    constant: graph.constant,
    range: graph.range,
    shapeOf: (x) => lift(x).shape,
    numbers: () => {
      throw new InvalidFormula(
        "needs the numbers themselves, which a formula does not have: it says what to do with any",
      );
    },
    stop: (x) => graph.stop(lift(x)),
    add: two("add"),
    sub: two("sub"),
    mul: two("mul"),
    div: two("div"),
    exp: one("exp"),
    expm1: one("expm1"),
    log: one("log"),
    log1p: one("log1p"),
    sqrt: one("sqrt"),
    atan: one("atan"),
    clip: (x, low, high) => unary("clip", lift(x), [low, high]),
    less: two("less"),
    lessEqual: two("lessEqual"),
    equal: two("equal"),
    and: two("and"),
    not: one("not"),
    whole: one("whole"),
    number: (mask) => graph.stop(lift(mask)),
    sign: one("sign"),
    max: (x, axis) => graph.max(lift(x), axisOf(lift(x), axis)),
    atLargest: (x, axis) => graph.atLargest(lift(x), axisOf(lift(x), axis)),
    where: (mask, a, b) => where(lift(mask), lift(a), lift(b)),
    sum: (x, axes, keep) => {
      const given = lift(x);
      const summed = along(given, axes);
      const total = graph.sum(given, summed);
      return keep
        ? total
        : graph.reshape(
            total,
            given.shape.filter((_, i) => !summed.includes(i)),
          );
    },
    reshape: (x, shape) => graph.reshape(lift(x), [...shape]),
    transpose: (x, axes) => graph.transpose(lift(x), axes ? along(x, axes) : along(lift(x)).reverse()),
    concat: (list, axis) => graph.concat(list.map(lift), axisOf(lift(list[0] as ArrayNode), axis)),
    slice: (x, axis, begin, size) => graph.slice(lift(x), axisOf(lift(x), axis), begin, size),
    matmul: (a, b) => graph.product(lift(a), lift(b)),
  };
  return { ...mathsOf(engine), power: (x, p) => unary("power", lift(x), [p]) };
}
