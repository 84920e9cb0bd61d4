/** From mathematics to vector instructions. */
import { type MathNode, masks } from "./algebra.ts";
import { atan, exp, expm1, expm1OfMinus, expOfMinus, log, log1p, log1pNear } from "./functions.ts";
import { inOrder, varies } from "./graph.ts";
import { type Interval, intervals, signedSize } from "./intervals.ts";
import { type Build, type Type, type VectorNode, Vectors } from "./vectors.ts";

const isNumber = (x: MathNode | undefined, value: number): boolean => x?.op === "const" && x.value === value;

export class Lowering {
  readonly vectors = new Vectors();
  readonly #type: Type;
  readonly #within: (x: MathNode) => Interval;
  readonly #known = { f32: new Map<MathNode, VectorNode>(), f64: new Map<MathNode, VectorNode>() };
  /** By how many elements' numbers each divisor divides. */
  readonly #divided = new Map<MathNode, number>();

  /** `positive` are the places of options that are ≥ 0. */
  constructor(type: Type, roots: readonly MathNode[], positive: ReadonlySet<number>) {
    this.#type = type;
    this.#within = intervals(positive);
    for (const { op, args, space } of inOrder(roots)) {
      const divisor = args[1] as MathNode;
      if (op === "div" && space & 2) this.#divided.set(divisor, (this.#divided.get(divisor) ?? 0) + 1);
    }
  }

  /** Elements in the kernel's type unless told otherwise, anything else in f64. */
  of(x: MathNode, type: Type = varies(x) ? this.#type : "f64"): VectorNode {
    if (type === "f32" && !varies(x)) return this.#beside(x);
    const known = this.#known[type].get(x);
    if (known) return known;
    const made = this.#lower(x, type);
    this.#known[type].set(x, made);
    return made;
  }

  /** A scalar or row number beside f32 elements. */
  #beside(x: MathNode): VectorNode {
    const { f32 } = this.vectors;
    if (x.op === "const") return f32.constant(x.value);
    return this.vectors.make(masks.has(x.op) ? "castmask" : "cast", "f32", [this.of(x, "f64")]);
  }

  #lower(x: MathNode, type: Type): VectorNode {
    const { vectors } = this;
    const b = vectors[type];
    const [a0, a1, a2] = x.args as [MathNode, MathNode, MathNode];
    const arg = (node: MathNode) => this.of(node, type);
    switch (x.op) {
      case "const":
        return b.constant(x.value);
      case "truth":
        return b.eq(b.constant(0), b.constant(x.value ? 0 : 1));
      case "option":
      case "scale":
      case "length":
        return vectors.leaf(x.op, "f64", x.value, 0);
      case "input":
      case "range":
        return vectors.leaf(x.op, type, x.value, x.space);
      case "sum":
      case "max":
        return vectors.make(x.op, "f64", [this.of(a0)], x.space);
      case "rarely":
        return vectors.make(a1.op, "f64", [this.of(a1.args[0] as MathNode), this.of(a0, "f64")], x.space);
      case "pick":
        return vectors.make("pick", "f64", [this.of(a1, "f64")], x.space, a0.value);
      case "stop":
      case "slope":
        return arg(a0);
      case "seal":
        return b.or(arg(a0), b.ne(arg(a1), arg(a1)));
      case "add":
      case "sub":
      case "lt":
      case "le":
      case "eq":
      case "and":
        return b[x.op](arg(a0), arg(a1));
      case "neg":
      case "abs":
      case "sqrt":
      case "not":
        return b[x.op](arg(a0));
      case "mul":
        return this.#product(b, a0, a1);
      case "weigh":
        return b.andnot(b.mul(arg(a0), arg(a1)), b.eq(arg(a0), 0));
      case "div":
        return this.#quotient(b, x, a0, a1);
      case "whole":
        return b.eq(b.nearest(arg(a0)), arg(a0));
      case "sign":
        // ±1 with the sign of the number, 0 of 0, NaN of NaN.
        return b.or(b.and(b.or(b.and(arg(a0), -0), 1), b.ne(arg(a0), 0)), b.ne(arg(a0), arg(a0)));
      case "where":
        return this.#choice(b, a0, a1, a2);
      case "exp":
        return this.#hasSign(a0, -1) ? expOfMinus(b, arg(a0)) : exp(b, arg(a0));
      case "expm1":
        return this.#hasSign(a0, -1) ? expm1OfMinus(b, arg(a0)) : expm1(b, arg(a0));
      case "log":
        return log(b, arg(a0));
      case "log1p":
        return this.#liesIn(a0, -0.5, 1) ? log1pNear(b, arg(a0)) : log1p(b, arg(a0));
      case "atan":
        return atan(b, arg(a0));
      case "pow":
        return exp(b, b.mul(arg(a1), log(b, arg(a0))));
    }
  }

  #product(b: Build, x: MathNode, y: MathNode): VectorNode {
    const arg = (node: MathNode) => this.of(node, b.type);
    for (const [a, factor] of [
      [x, y],
      [y, x],
    ] as const) {
      const size = signedSize(a, factor);
      if (size !== 0) return size > 0 ? b.abs(arg(a)) : b.neg(b.abs(arg(a)));
      // sign(x) · min(|x|, δ)
      const [mask, low, high] = factor.args as [MathNode, MathNode, MathNode];
      const own = a.op === "sign" ? (a.args[0] as MathNode) : undefined;
      if (own && factor.op === "where" && mask.op === "le" && mask.args[0] === low && mask.args[1] === high)
        if (low.op === "abs" && low.args[0] === own && !varies(high))
          if (this.#hasSign(high, 1)) return b.pmax(b.pmin(arg(own), arg(high)), b.neg(arg(high)));
    }
    return b.mul(arg(x), arg(y));
  }

  /** Elements that share a divisor share its inverse, as do all elements of a row. */
  #quotient(b: Build, x: MathNode, numerator: MathNode, divisor: MathNode): VectorNode {
    const arg = (node: MathNode) => this.of(node, b.type);
    if (!varies(x)) return b.div(arg(numerator), arg(divisor));
    if (!varies(divisor) && divisor.op !== "const") {
      const inverse = this.vectors.f64.div(1, this.of(divisor, "f64"));
      const beside = b.wide ? inverse : this.vectors.make("cast", "f32", [inverse]);
      return isNumber(numerator, 1) ? beside : b.mul(arg(numerator), beside);
    }
    if ((this.#divided.get(divisor) ?? 0) < 2 || divisor.op === "const") return b.div(arg(numerator), arg(divisor));
    const inverse = b.div(1, arg(divisor));
    return isNumber(numerator, 1) ? inverse : b.mul(arg(numerator), inverse);
  }

  /** Choices that are the smaller or the larger of two are one instruction, of which the second operand stays where it is NaN. */
  #choice(b: Build, mask: MathNode, yes: MathNode, no: MathNode): VectorNode {
    const arg = (node: MathNode) => this.of(node, b.type);
    const [left, right] = mask.args;
    if (mask.op === "lt" || mask.op === "le") {
      if (left === yes && right === no) return b.pmin(arg(no), arg(yes));
      if (left === no && right === yes) return b.pmax(arg(no), arg(yes));
    }
    if (isNumber(no, 0) && !Object.is(no.value, -0)) return b.and(arg(yes), arg(mask));
    if (isNumber(yes, 0) && !Object.is(yes.value, -0)) return b.andnot(arg(no), arg(mask));
    return b.select(arg(yes), arg(no), arg(mask));
  }

  #liesIn(x: MathNode, low: number, high: number): boolean {
    const { least, most } = this.#within(x);
    return low <= least && most <= high;
  }

  /** Whether x ≥ 0 (`sign` 1) or x ≤ 0 (−1), or NaN, whatever the arguments are. */
  #hasSign(x: MathNode, sign: 1 | -1): boolean {
    const { least, most } = this.#within(x);
    return sign > 0 ? least >= 0 : most <= 0;
  }
}
