/**
 * Graphs of whole arrays. Nodes that are equal are one; each has its shape, and shapes that do not fit are refused here.
 * Arguments come before what is made of them.
 */
import { type Shape, sizeOf } from "../../tensor/tensor.ts";
import { runsOf } from "../blocks.ts";
import { InvalidFormula } from "../invalid.ts";

export type LeafOp = "input" | "option" | "scale" | "upstream" | "constant";
export type UnaryOp =
  | "neg"
  | "exp"
  | "expm1"
  | "log"
  | "log1p"
  | "sqrt"
  | "atan"
  | "sign"
  | "not"
  | "whole"
  | "power"
  | "clip";
/** The last three are of gradients: a product and a quotient that are 0 wherever the first is, and NaN where the second is. */
export type BinaryOp =
  | ("add" | "sub" | "mul" | "div" | "less" | "lessEqual" | "equal" | "and")
  | ("times" | "over" | "seal");
/** Those that change nothing but the shape, or what a gradient passes through. */
export type AliasOp = "reshape" | "stop";
export type ArrayOp =
  | LeafOp
  | UnaryOp
  | BinaryOp
  | AliasOp
  | ("where" | "sum" | "max" | "atLargest" | "product")
  | ("transpose" | "slice" | "place" | "concat" | "broadcast");

/** An array that is not computed yet. Masks are zeros and ones. */
export class ArrayNode {
  readonly id: number;
  readonly op: ArrayOp;
  readonly args: readonly ArrayNode[];
  readonly shape: Shape;
  /** What else an operation is told: axes, places, a power. */
  readonly numbers: readonly number[];
  readonly data: Float64Array | null;

  constructor(
    id: number,
    op: ArrayOp,
    args: readonly ArrayNode[],
    shape: Shape,
    numbers: readonly number[],
    data: Float64Array | null,
  ) {
    this.id = id;
    this.op = op;
    this.args = args;
    this.shape = shape;
    this.numbers = numbers;
    this.data = data;
  }

  [Symbol.toPrimitive](): never {
    throw new InvalidFormula(
      "uses a value as a JavaScript number (x > 0, Math.exp(x)); use the operations it is given (m.less(0, x), m.exp(x))",
    );
  }
}

/** A formula of more nodes is refused. */
const MOST = 8192;

/** How the lengths of a graph are to be shown, and which of them stand for any. */
export interface Names {
  show(shape: Shape): string;
  isSymbol(length: number): boolean;
}

/** The array that holds a node's numbers. */
export const rootOf = (node: ArrayNode): ArrayNode =>
  node.op === "reshape" || node.op === "stop" ? rootOf(node.args[0] as ArrayNode) : node;

/** Shapes of the same lengths but for axes of length 1. */
export const long = (shape: Shape): number[] => shape.filter((length) => length !== 1);
export const sameShape = (a: Shape, b: Shape): boolean => a.length === b.length && a.every((n, i) => n === b[i]);
/** A shape with axes of length 1 in front, so that it has a rank. */
export const padded = (shape: Shape, rank: number): number[] => [
  ...Array.from({ length: rank - shape.length }, () => 1),
  ...shape,
];

export class ArrayGraph {
  readonly nodes: ArrayNode[] = [];
  readonly names: Names;
  readonly #known = new Map<string, ArrayNode>();

  constructor(names: Names) {
    this.names = names;
  }

  #add(key: string | null, ...rest: [ArrayOp, readonly ArrayNode[], Shape, readonly number[], Float64Array | null]) {
    const found = key === null ? undefined : this.#known.get(key);
    if (found) return found;
    if (this.nodes.length === MOST) throw new InvalidFormula("has too many operations");
    const made = new ArrayNode(this.nodes.length, ...rest);
    this.nodes.push(made);
    if (key !== null) this.#known.set(key, made);
    return made;
  }

  #of(op: ArrayOp, args: readonly ArrayNode[], shape: Shape, numbers: readonly number[] = []): ArrayNode {
    const key = `${op} ${args.map(({ id }) => id).join()} ${shape.join()} ${numbers.join()}`;
    return this.#add(key, op, args, shape, numbers, null);
  }

  leaf = (op: "input" | "option" | "scale" | "upstream", place: number, shape: Shape): ArrayNode =>
    this.#of(op, [], shape, [place]);

  number = (value: number): ArrayNode =>
    this.#add(`number ${Object.is(value, -0) ? "-0" : value}`, "constant", [], [], [], Float64Array.of(value));

  constant = (data: ArrayLike<number>, shape: Shape): ArrayNode => {
    if (data.length !== sizeOf(shape))
      throw new InvalidFormula(`got ${data.length} numbers for ${this.names.show(shape)}`);
    return this.#add(null, "constant", [], shape, [], Float64Array.from(data));
  };

  range = (n: number): ArrayNode =>
    this.#add(
      `range ${n}`,
      "constant",
      [],
      [n],
      [],
      Float64Array.from({ length: n }, (_, i) => i),
    );

  unary = (op: UnaryOp, x: ArrayNode, numbers: readonly number[] = []): ArrayNode =>
    this.#of(op, [x], x.shape, numbers);
  stop = (x: ArrayNode): ArrayNode => this.#of("stop", [x], x.shape);

  binary = (op: BinaryOp, a: ArrayNode, b: ArrayNode): ArrayNode => {
    const shape = this.#common([a, b]);
    const one = (x: ArrayNode) => x.op === "constant" && x.shape.length === 0 && x.data?.[0] === 1;
    if ((op === "mul" || op === "times") && one(a) && sameShape(b.shape, shape)) return b;
    if ((op === "mul" || op === "div" || op === "times" || op === "over") && one(b) && sameShape(a.shape, shape))
      return a;
    return this.#of(op, [a, b], shape);
  };

  where = (mask: ArrayNode, a: ArrayNode, b: ArrayNode): ArrayNode =>
    this.#of("where", [mask, a, b], this.#common([mask, a, b]));

  /** Sums along axes, which stay with length 1. */
  sum = (x: ArrayNode, axes: readonly number[]): ArrayNode => {
    let node = x;
    for (const [begin, end] of runsOf(axes.filter((axis) => x.shape[axis] !== 1)))
      node = this.#of(
        "sum",
        [node],
        node.shape.map((n, i) => (i >= begin && i < end ? 1 : n)),
        [begin, end],
      );
    return node;
  };

  max = (x: ArrayNode, axis: number): ArrayNode =>
    this.#of(
      "max",
      [x],
      x.shape.map((n, i) => (i === axis ? 1 : n)),
      [axis, axis + 1],
    );
  atLargest = (x: ArrayNode, axis: number): ArrayNode => this.#of("atLargest", [x], x.shape, [axis, axis + 1]);

  reshape = (x: ArrayNode, shape: Shape): ArrayNode => {
    if (sameShape(shape, x.shape)) return x;
    if (sizeOf(shape) !== sizeOf(x.shape) || shape.some((n) => !Number.isInteger(n)))
      throw new InvalidFormula(`reshapes ${this.names.show(x.shape)} to ${this.names.show(shape)}`);
    return x.op === "reshape" ? this.reshape(x.args[0] as ArrayNode, shape) : this.#of("reshape", [x], shape);
  };

  transpose = (x: ArrayNode, axes: readonly number[]): ArrayNode => {
    if ([...axes].sort((a, b) => a - b).join() !== x.shape.map((_, i) => i).join())
      throw new InvalidFormula(`got axes [${axes.join(", ")}] for ${this.names.show(x.shape)}`);
    return this.#of(
      "transpose",
      [x],
      axes.map((axis) => x.shape[axis] as number),
      axes,
    );
  };

  slice = (x: ArrayNode, axis: number, begin: number, size: number): ArrayNode => {
    const length = x.shape[axis] as number;
    const whole = Number.isInteger(begin) && Number.isInteger(size);
    if (!whole || begin < 0 || size < 1 || begin + size > length)
      throw new InvalidFormula(
        `takes ${size} entries from ${begin} on along axis ${axis} of ${this.names.show(x.shape)}`,
      );
    if (size === length) return x;
    return this.#of(
      "slice",
      [x],
      x.shape.map((n, i) => (i === axis ? size : n)),
      [axis, begin],
    );
  };

  /** x as a part of zeros: the way back from a slice. */
  place = (x: ArrayNode, axis: number, begin: number, length: number): ArrayNode =>
    this.#of(
      "place",
      [x],
      x.shape.map((n, i) => (i === axis ? length : n)),
      [axis, begin],
    );

  concat = (list: readonly ArrayNode[], axis: number): ArrayNode => {
    const [first] = list;
    if (!first) throw new InvalidFormula("got no arrays");
    const rest = (x: ArrayNode) => x.shape.map((n, i) => (i === axis ? 0 : n));
    const other = list.find((x) => !sameShape(rest(x), rest(first)));
    if (other) throw this.#mismatch([first, other]);
    const total = list.reduce((sum, x) => sum + (x.shape[axis] as number), 0);
    return this.#of(
      "concat",
      list,
      first.shape.map((n, i) => (i === axis ? total : n)),
      [axis],
    );
  };

  /** x, repeated along axes of length 1. */
  broadcast = (x: ArrayNode, shape: Shape): ArrayNode =>
    sameShape(x.shape, shape) ? x : this.#of("broadcast", [x], shape);

  /** Matrix products, of which either side may be read as its transpose. */
  product = (a: ArrayNode, b: ArrayNode, turnA = false, turnB = false): ArrayNode => {
    const [rank, lead] = [a.shape.length, a.shape.slice(0, -2)];
    const [m, k] = sides(a.shape, turnA);
    const [inner, n] = sides(b.shape, turnB);
    if (rank < 2 || b.shape.length !== rank || k !== inner || !sameShape(lead, b.shape.slice(0, -2)))
      throw this.#mismatch([a, b]);
    const [left, turnsA] = this.#turned(a, turnA);
    const [right, turnsB] = this.#turned(b, turnB);
    return this.#of("product", [left, right], [...lead, m as number, n as number], [Number(turnsA), Number(turnsB)]);
  };

  /** A transposed matrix is read by other strides; one that lies outside kernel memory is copied there. */
  #turned(x: ArrayNode, turn: boolean): [ArrayNode, boolean] {
    const rank = x.shape.length;
    const swap = x.shape.map((_, i) => (i < rank - 2 ? i : 2 * rank - 3 - i)).join();
    if (x.op === "transpose" && x.numbers.join() === swap) return this.#turned(x.args[0] as ArrayNode, !turn);
    const held = rootOf(x).op === "constant" || rootOf(x).op === "option";
    return [held ? this.#of("broadcast", [x], x.shape) : x, turn];
  }

  #mismatch = (arrays: readonly ArrayNode[]): InvalidFormula =>
    new InvalidFormula(`shapes ${arrays.map(({ shape }) => this.names.show(shape)).join(" and ")} do not fit`);

  #common(arrays: readonly ArrayNode[]): Shape {
    const rank = Math.max(...arrays.map(({ shape }) => shape.length));
    const shapes = arrays.map(({ shape }) => padded(shape, rank));
    const shape = Array.from({ length: rank }, (_, axis) => {
      const found = shapes.map((own) => own[axis] as number).filter((length) => length !== 1);
      if (found.some((length) => length !== found[0])) throw this.#mismatch(arrays);
      return found[0] ?? 1;
    });
    // Rows beside a column of rows are a matrix that nobody meant, unless both have as many axes.
    const twice = shape.filter((n, i) => this.names.isSymbol(n) && shape.indexOf(n) !== i);
    const ofOne = (n: number) => arrays.some((x) => x.shape.filter((own) => own === n).length > 1);
    if (arrays.some((x) => long(x.shape).length > 0 && x.shape.length < rank) && twice.some((n) => !ofOne(n)))
      throw this.#mismatch(arrays);
    return shape;
  }
}

const sides = (shape: Shape, turn: boolean): Shape => (turn ? shape.slice(-2).reverse() : shape.slice(-2));
