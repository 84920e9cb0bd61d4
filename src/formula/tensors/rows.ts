/** Whether each entry of a value depends on its own entry of the arguments alone. */
import type { Shape } from "../../tensor/tensor.ts";
import { sizeOf } from "../../tensor/tensor.ts";
import { type ArrayGraph, type ArrayNode, padded } from "./graph.ts";

/** The axis along which an array's entries belong to samples; null where none does, "mixed" where they depend on several. */
type Along = number | null | "mixed";

/** Whether an entry of the value depends on other entries of the arguments' axes that it has too. No two lengths are equal. */
export const mixesRows = (graph: ArrayGraph, value: ArrayNode): boolean =>
  value.shape.some((length, axis) => mixesAlong(graph, value, length, axis));

function mixesAlong({ nodes }: ArrayGraph, value: ArrayNode, length: number, axis: number): boolean {
  const along = new Map<ArrayNode, Along>();
  for (const node of nodes.slice(0, value.id + 1)) {
    const own = node.shape.indexOf(length);
    along.set(node, node.op === "input" ? (own < 0 ? null : own) : through(node, (arg) => along.get(arg) as Along));
  }
  const found = along.get(value) as Along;
  return found !== null && found !== axis;
}

function through({ op, args, shape, numbers }: ArrayNode, of: (arg: ArrayNode) => Along): Along {
  const [a] = args as [ArrayNode];
  const [axis = 0, end = 0] = numbers;
  const rows = args.map((arg) => of(arg));
  if (rows.includes("mixed")) return "mixed";
  const [own = null, other = null] = rows as (number | null)[];
  switch (op) {
    case "sum":
    case "max":
    case "atLargest":
      return own !== null && own >= axis && own < end ? "mixed" : own;
    case "reshape":
      return own === null ? null : sameAxis(a.shape, own, shape);
    case "transpose":
      return own === null ? null : numbers.indexOf(own);
    case "slice":
      return own === axis ? "mixed" : own;
    case "concat":
      return rows.includes(axis) ? "mixed" : agreed(rows as (number | null)[]);
    case "product": {
      const rank = shape.length;
      const place = (row: number | null, turned: boolean) =>
        row === null || row < rank - 2 || !turned ? row : 2 * rank - 3 - row;
      const [left, right] = [place(own, numbers[0] === 1), place(other, numbers[1] === 1)];
      // Rows of the first and columns of the second stay what they are; what they meet along is summed.
      if (left === rank - 1 || right === rank - 2) return "mixed";
      return agreed([left, right]);
    }
    default:
      return agreed(args.map((arg, i) => fromRight(rows[i] as number | null, arg.shape, shape)));
  }
}

const fromRight = (row: number | null, own: Shape, whole: Shape) =>
  row === null ? null : row + padded(own, whole.length).length - own.length;

/** The one axis that all of them name, but for those that name none. */
function agreed(rows: readonly (number | null)[]): Along {
  const named = rows.filter((row) => row !== null);
  return named.some((row) => row !== named[0]) ? "mixed" : (named[0] ?? null);
}

/** The same axis after a reshape, if it is one there. */
function sameAxis(from: Shape, axis: number, to: Shape): Along {
  const before = sizeOf(from.slice(0, axis));
  const found = to.findIndex((length, i) => length === from[axis] && sizeOf(to.slice(0, i)) === before);
  return found < 0 ? "mixed" : found;
}
