/**
 * Gradients of Σ value by a formula's arguments, in reverse. Masks, maxima and what is stopped are constants; kinks are choices
 * by masks, so that each side has its own slope.
 */
import { type Algebra, constants, type MathNode } from "./algebra.ts";
import { inOrder, NotCompiled, varies } from "./graph.ts";

/** One gradient per input, of Σ seed · value; null for an input by which the value has no slope. */
export function derive(
  algebra: Algebra,
  value: MathNode,
  inputs: readonly MathNode[],
  seed: MathNode,
): readonly (MathNode | null)[] {
  const { add, neg, mul, div, where, sum, sign, compare } = algebra;
  const order = inOrder([value]);
  const wanted = new Set(inputs);
  const depending = new Set<MathNode>();
  for (const node of order) {
    const passing = node.op === "slope" ? node.args.slice(0, 2) : constants.has(node.op) ? [] : node.args;
    if (wanted.has(node) || passing.some((arg) => depending.has(arg))) depending.add(node);
  }
  const zero = algebra.const(0);
  const adjoints = new Map<MathNode, MathNode>([[value, seed]]);
  /** Adds to what flows to a node; `wide` is where it flows from. */
  const flow = (node: MathNode, amount: MathNode, wide: MathNode): void => {
    if (!depending.has(node) || amount === zero) return;
    const own = varies(wide) && !varies(node) ? sum(amount) : amount;
    const before = adjoints.get(node);
    adjoints.set(node, before ? add(before, own) : own);
  };
  algebra.adjoint = true;
  for (const node of order.reverse()) {
    const d = adjoints.get(node);
    if (!d || !depending.has(node)) continue;
    const [a, b, c] = node.args as [MathNode, MathNode, MathNode];
    switch (node.op) {
      case "add":
        flow(a, d, node);
        flow(b, d, node);
        break;
      case "sub":
        flow(a, d, node);
        flow(b, neg(d), node);
        break;
      case "neg":
        flow(a, neg(d), node);
        break;
      case "mul":
        if (depending.has(a)) flow(a, mul(d, b), node);
        if (depending.has(b)) flow(b, mul(d, a), node);
        break;
      case "div":
        if (depending.has(a)) flow(a, div(d, b), node);
        if (depending.has(b)) flow(b, neg(div(mul(d, node), b)), node);
        break;
      case "abs":
        flow(a, mul(d, sign(a)), node);
        break;
      case "exp":
        flow(a, mul(d, node), node);
        break;
      case "expm1":
        flow(a, mul(d, algebra.apply("exp", a)), node);
        break;
      case "log":
        flow(a, div(d, a), node);
        break;
      case "log1p":
        flow(a, div(d, add(a, algebra.const(1))), node);
        break;
      case "sqrt":
        flow(a, mul(algebra.const(0.5), div(d, node)), node);
        break;
      case "atan":
        flow(a, div(d, add(mul(a, a), algebra.const(1))), node);
        break;
      case "where":
        flow(b, where(a, d, zero), node);
        flow(c, where(a, zero, d), node);
        break;
      case "sum":
        flow(a, d, a);
        break;
      case "pick":
        flow(a, where(compare("eq", b, algebra.range()), d, zero), a);
        break;
      case "slope":
        flow(a, d, node);
        if (depending.has(b)) flow(b, mul(d, c), node);
        break;
      case "input":
        break;
      default:
        throw new NotCompiled(`${node.op} has no gradient`);
    }
  }
  const gradients = inputs.map((input) => adjoints.get(input) ?? null);
  algebra.adjoint = false;
  return gradients;
}
