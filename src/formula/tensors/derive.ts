/**
 * Gradients of Σ seed · value by a formula's arguments, in reverse, by the rules of the compiler: masks, maxima and what is
 * stopped are constants, kinks are choices by masks. Where nothing flows to an array nothing flows on, whatever the slope.
 *
 * What flows to an array may have length 1 along axes on which it does not depend.
 */
import { type Shape, sizeOf } from "../../tensor/tensor.ts";
import { type ArrayGraph, type ArrayNode, type ArrayOp, long, padded, sameShape } from "./graph.ts";

/** What no gradient passes through. */
const constants: ReadonlySet<ArrayOp> = new Set<ArrayOp>([
  ...(["stop", "max", "atLargest", "sign", "clip"] as const),
  ...(["less", "lessEqual", "equal", "and", "not", "whole"] as const),
]);

/** One gradient per input; null for an input by which the value has no slope. */
export function derive(
  graph: ArrayGraph,
  value: ArrayNode,
  inputs: readonly ArrayNode[],
  seed: ArrayNode,
): readonly (ArrayNode | null)[] {
  const { binary, unary, number } = graph;
  const depending = dependents(graph, inputs, value);
  const adjoints = new Map<ArrayNode, ArrayNode>([[value, seed]]);
  const flow = (to: ArrayNode, wide: Shape, amount: () => ArrayNode): void => {
    if (!depending.has(to)) return;
    const own = summedTo(graph, amount(), wide, to.shape);
    const before = adjoints.get(to);
    adjoints.set(to, before ? binary("add", before, own) : own);
  };
  const { nodes } = graph;
  for (let id = value.id; id >= 0; id--) {
    const node = nodes[id] as ArrayNode;
    const d = adjoints.get(node);
    if (!d || !depending.has(node)) continue;
    const { shape, numbers } = node;
    const [a, b, c] = node.args as [ArrayNode, ArrayNode, ArrayNode];
    const whole = () => graph.broadcast(d, shape);
    const to = (arg: ArrayNode, amount: () => ArrayNode) => flow(arg, shape, amount);
    switch (node.op) {
      case "add":
        to(a, () => d);
        to(b, () => d);
        break;
      case "sub":
        to(a, () => d);
        to(b, () => unary("neg", d));
        break;
      case "neg":
        to(a, () => unary("neg", d));
        break;
      case "mul":
        if (a === b) {
          to(a, () => binary("times", binary("mul", d, number(2)), a));
          break;
        }
        to(a, () => binary("times", d, b));
        to(b, () => binary("times", d, a));
        break;
      case "div":
        to(a, () => binary("over", d, b));
        to(b, () => unary("neg", binary("over", binary("times", d, node), b)));
        break;
      case "exp":
        to(a, () => binary("times", d, node));
        break;
      case "expm1":
        to(a, () => binary("times", d, unary("exp", a)));
        break;
      case "log":
        to(a, () => binary("over", d, a));
        break;
      case "log1p":
        to(a, () => binary("over", d, binary("add", a, number(1))));
        break;
      case "sqrt":
        to(a, () => binary("over", binary("mul", d, number(0.5)), node));
        break;
      case "atan":
        to(a, () => binary("over", d, binary("add", binary("mul", a, a), number(1))));
        break;
      case "power": {
        const [p = 1] = numbers;
        const slope = binary("times", binary("mul", d, number(p)), unary("power", a, [p - 1]));
        to(a, () => graph.where(binary("equal", a, number(0)), number(0), slope));
        break;
      }
      case "where":
        to(b, () => graph.where(a, d, number(0)));
        to(c, () => graph.where(a, number(0), d));
        break;
      case "sum":
        flow(a, a.shape, () => d);
        break;
      case "reshape":
        flow(a, a.shape, () => reshaped(graph, d, shape, a.shape));
        break;
      case "transpose":
        flow(a, a.shape, () => {
          const back = numbers.map((_, i) => numbers.indexOf(i));
          return graph.transpose(graph.reshape(d, padded(d.shape, shape.length)), back);
        });
        break;
      case "slice": {
        const [axis = 0, begin = 0] = numbers;
        flow(a, a.shape, () => graph.place(whole(), axis, begin, a.shape[axis] as number));
        break;
      }
      case "concat": {
        const [axis = 0] = numbers;
        let begin = 0;
        for (const part of node.args) {
          const [from, size] = [begin, part.shape[axis] as number];
          flow(part, part.shape, () => graph.slice(whole(), axis, from, size));
          begin += size;
        }
        break;
      }
      case "product": {
        const [turnA, turnB] = [numbers[0] === 1, numbers[1] === 1];
        flow(a, a.shape, () =>
          turnA ? graph.product(b, whole(), turnB, true) : graph.product(whole(), b, false, !turnB),
        );
        flow(b, b.shape, () =>
          turnB ? graph.product(whole(), a, true, turnA) : graph.product(a, whole(), !turnA, false),
        );
        break;
      }
    }
  }
  return inputs.map((input) => adjoints.get(input) ?? null);
}

/** The nodes up to `value` by which a change of the inputs reaches it. */
export function dependents({ nodes }: ArrayGraph, inputs: readonly ArrayNode[], value: ArrayNode): Set<ArrayNode> {
  const depending = new Set<ArrayNode>(inputs);
  for (const node of nodes.slice(0, value.id + 1)) {
    const passing = constants.has(node.op) ? [] : node.op === "where" ? node.args.slice(1) : node.args;
    if (passing.some((arg) => depending.has(arg))) depending.add(node);
  }
  return depending;
}

/** What flows from an array of a wide shape to one that was broadcast to it. */
function summedTo(graph: ArrayGraph, amount: ArrayNode, wide: Shape, narrow: Shape): ArrayNode {
  const rank = wide.length;
  const [have, want] = [padded(amount.shape, rank), padded(narrow, rank)];
  const axes = wide.flatMap((n, i) => (n !== 1 && want[i] === 1 ? [i] : []));
  if (axes.length === 0) return graph.reshape(amount, have.slice(rank - narrow.length));
  const summed = graph.sum(graph.reshape(amount, have), axes);
  // Along these it is the same everywhere.
  const times = sizeOf(axes.flatMap((i) => (have[i] === 1 ? [wide[i] as number] : [])));
  const total = times === 1 ? summed : graph.binary("mul", summed, graph.number(times));
  return graph.reshape(total, total.shape.slice(rank - narrow.length));
}

/** What flows through a reshape. Where that only moves axes of length 1, it stays as small as it is. */
function reshaped(graph: ArrayGraph, d: ArrayNode, from: Shape, to: Shape): ArrayNode {
  if (!sameShape(long(from), long(to))) return graph.reshape(graph.broadcast(d, from), to);
  const have = padded(d.shape, from.length).filter((_, i) => from[i] !== 1);
  let at = 0;
  return graph.reshape(
    d,
    to.map((n) => (n === 1 ? 1 : (have[at++] as number))),
  );
}
