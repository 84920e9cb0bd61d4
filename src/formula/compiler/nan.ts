/**
 * Where a formula's NaN comes from. A gradient is NaN where its value is; where that follows from the operations themselves,
 * nothing has to be done for it.
 */
import type { MathNode } from "./algebra.ts";
import { varies } from "./graph.ts";
import { type Interval, intervals } from "./intervals.ts";

/** More sources than these are not followed. */
const MOST_SOURCES = 6;

/** Whether a gradient is NaN wherever the value is, whatever the arguments are. */
export function followsNaN(gradient: MathNode, value: MathNode): boolean {
  const sources = sourcesOf(value);
  return sources?.every((source) => forcesNaN(new Set([source]), gradient, varies(source) && !varies(value))) ?? false;
}

/** The nodes of which one at least is NaN where a value is; null where they are too many. */
function sourcesOf(value: MathNode): MathNode[] | null {
  const within = intervals();
  const seen = new Set<MathNode>();
  const sources: MathNode[] = [];
  const visit = (node: MathNode): void => {
    if (seen.has(node)) return;
    seen.add(node);
    if (makesNaN(node, within)) sources.push(node);
    else for (const arg of passing(node)) visit(arg);
  };
  visit(value);
  return sources.length > MOST_SOURCES ? null : sources;
}

/** The arguments whose NaN a node can be. */
const passing = ({ op, args }: MathNode): readonly MathNode[] =>
  op === "where" || op === "rarely" ? args.slice(1) : op === "slope" || op === "stop" ? args.slice(0, 1) : args;

const holdsZero = ({ least, most }: Interval): boolean => least <= 0 && most >= 0;
const isEndless = ({ least, most }: Interval): boolean =>
  least === Number.NEGATIVE_INFINITY || most === Number.POSITIVE_INFINITY;

/** Whether a node can be NaN although its arguments are numbers. */
function makesNaN(node: MathNode, within: (x: MathNode) => Interval): boolean {
  const [a, b] = node.args as [MathNode, MathNode];
  switch (node.op) {
    case "const":
      return Number.isNaN(node.value);
    case "input":
    case "pick":
    case "pow":
    case "seal":
      return true;
    case "add":
    case "sub": {
      const [x, y] = [within(a), within(b)];
      const [low, high] = node.op === "add" ? [y.least, y.most] : [-y.most, -y.least];
      return (
        (x.most === Number.POSITIVE_INFINITY && low === Number.NEGATIVE_INFINITY) ||
        (x.least === Number.NEGATIVE_INFINITY && high === Number.POSITIVE_INFINITY)
      );
    }
    case "mul": {
      const [x, y] = [within(a), within(b)];
      return a !== b && ((holdsZero(x) && isEndless(y)) || (holdsZero(y) && isEndless(x)));
    }
    case "div": {
      const [x, y] = [within(a), within(b)];
      return (holdsZero(x) && holdsZero(y)) || (isEndless(x) && isEndless(y));
    }
    case "sqrt":
    case "log":
      return within(a).least < 0;
    case "log1p":
      return within(a).least < -1;
    case "sum":
      return isEndless(within(a)) && within(a).least < 0 && within(a).most > 0;
    default:
      return false;
  }
}

/** The nodes that are NaN wherever a value is: what it is made of alone. */
export function broughtBy(value: MathNode): MathNode[] {
  const within = intervals();
  const chain: MathNode[] = [];
  for (let node: MathNode | undefined = value; node; ) {
    chain.push(node);
    const from: MathNode[] = passing(node).filter(({ op }) => op !== "const");
    node =
      from.length === 1 && varies(from[0] as MathNode) === varies(node) && !makesNaN(node, within)
        ? from[0]
        : undefined;
  }
  return chain;
}

/**
 * Whether a node is NaN wherever all of some are. With `anywhere` they are an element's numbers of which a row's value was
 * made: where one is NaN the whole row has to be.
 */
export function forcesNaN(sources: ReadonlySet<MathNode>, root: MathNode, anywhere = false): boolean {
  const first = Math.min(...[...sources].map(({ id }) => id));
  const known = [new Map<MathNode, boolean>(), new Map<MathNode, boolean>()] as const;
  const visit = (node: MathNode, any: boolean): boolean => {
    if (sources.has(node)) return !any;
    if (node.id < first) return false;
    const memo = known[Number(any)] as Map<MathNode, boolean>;
    const found = memo.get(node) ?? follow(node, any);
    memo.set(node, found);
    return found;
  };
  const follow = ({ op, args }: MathNode, any: boolean): boolean => {
    const [a, b, c] = args as [MathNode, MathNode, MathNode];
    switch (op) {
      case "where": {
        const [mask, yes, no] = [a, b, c];
        if (!visit(no, any)) return false;
        // Nothing compares with NaN, so that it takes the other side.
        const compares = mask.op === "lt" || mask.op === "le" || mask.op === "eq";
        return visit(yes, any) || (compares && mask.args.some((x) => visit(x, any)));
      }
      case "slope":
      case "stop":
        return visit(a, any);
      case "sum":
        return visit(a, false);
      case "rarely":
        return visit(b, any);
      case "weigh":
        return visit(a, any);
      case "max":
      case "pick":
      case "lt":
      case "le":
      case "eq":
      case "and":
      case "not":
      case "whole":
        return false;
      default:
        return args.some((arg) => visit(arg, any));
    }
  };
  return visit(root, anywhere);
}
