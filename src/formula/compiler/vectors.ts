/** Graphs of vector instructions. Elements are of the kernel's type; scalars and row numbers are pairs of equal f64. */
import { Graph, type Node, type Space, union } from "./graph.ts";

export type Type = "f32" | "f64";

export interface VectorNode extends Node {
  /** The instruction, without its type. */
  readonly name: string;
  readonly type: Type;
  /** Whether it ends a long chain, such as an exponential: what needs it is better computed a block later. */
  readonly long?: boolean;
}

const binary = [
  "add",
  "sub",
  "mul",
  "div",
  "pmin",
  "pmax",
  "lt",
  "le",
  "eq",
  "ne",
  "and",
  "or",
  "xor",
  "andnot",
  "iadd",
  "isub",
] as const;
const unary = ["neg", "abs", "sqrt", "nearest", "not", "convert"] as const;

type Operand = VectorNode | number;
type Instructions = Readonly<
  Record<(typeof binary)[number], (a: Operand, b: Operand) => VectorNode> &
    Record<(typeof unary)[number], (a: Operand) => VectorNode>
>;

/** Instructions of one type as functions; a number is a vector of it. Constants of bits are floats with these bits. */
export interface Build extends Instructions {
  readonly type: Type;
  readonly wide: boolean;
  constant(value: number): VectorNode;
  /** Lane by lane, `yes` where the mask is set. */
  select(yes: Operand, no: Operand, mask: VectorNode): VectorNode;
  shl(x: VectorNode, bits: number): VectorNode;
  shr(x: VectorNode, bits: number): VectorNode;
  long(x: VectorNode): VectorNode;
}

export class Vectors {
  readonly graph = new Graph<VectorNode>();
  readonly f32 = this.#build("f32");
  readonly f64 = this.#build("f64");

  make(name: string, type: Type, args: readonly VectorNode[], space: Space = union(...args), value = 0): VectorNode {
    return this.graph.of(`${type}.${name}`, args, space, value, { name, type });
  }

  leaf(name: string, type: Type, value: number, space: Space): VectorNode {
    return this.graph.leaf(`${type}.${name}`, value, space, { name, type });
  }

  #build(type: Type): Build {
    const constant = (value: number) => this.leaf("const", type, value, 0);
    const node = (x: Operand): VectorNode => (typeof x === "number" ? constant(x) : x);
    const made = (name: string, ...args: Operand[]) => this.make(name, type, args.map(node));
    return {
      type,
      wide: type === "f64",
      constant,
      select: (yes, no, mask) => made("bitselect", yes, no, mask),
      shl: (x, bits) => this.make("shl", type, [x], x.space, bits),
      shr: (x, bits) => this.make("shr", type, [x], x.space, bits),
      long: (x) => Object.assign(x, { long: true }),
      ...(Object.fromEntries(
        [...binary, ...unary].map((name) => [name, (...args: Operand[]) => made(name, ...args)]),
      ) as unknown as Instructions),
    };
  }
}
