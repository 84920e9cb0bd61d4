/**
 * Where the arrays of a program lie: each has its place in one block as long as it is needed, and what is computed element by
 * element takes the place of an operand that is needed no more.
 */
import { type Shape, sizeOf } from "../../tensor/tensor.ts";
import { type ArrayNode, type ArrayOp, rootOf } from "./graph.ts";

const leaves: ReadonlySet<ArrayOp> = new Set<ArrayOp>(["input", "option", "scale", "upstream", "constant"]);
/** What reads more of an operand than the place it writes to. */
const scattered: ReadonlySet<ArrayOp> = new Set<ArrayOp>([
  ...(["sum", "max", "atLargest", "product", "transpose"] as const),
  ...(["slice", "place", "concat", "broadcast"] as const),
]);

export interface Layout {
  /** What is computed, in order. */
  readonly steps: readonly ArrayNode[];
  /** Leaves that are read. */
  readonly leaves: readonly ArrayNode[];
  /** Places in the block, in numbers. */
  readonly places: ReadonlyMap<ArrayNode, number>;
  /** Numbers in the block. */
  readonly size: number;
  /** How many arrays of each shape there are at once at most. */
  readonly most: ReadonlyMap<string, number>;
}

/** Lays out what some outputs need; `copied` leaves lie in the block as well. `keyOf` puts shapes together to be counted. */
export function layOut(
  outputs: readonly ArrayNode[],
  copied: (leaf: ArrayNode) => boolean,
  keyOf: (shape: Shape) => string,
): Layout {
  const order = needed(outputs);
  const steps = order.filter(({ op }) => !leaves.has(op));
  const read = order.filter(({ op }) => leaves.has(op));
  const lastUse = new Map<ArrayNode, number>();
  for (const [i, { args }] of steps.entries()) for (const arg of args) lastUse.set(rootOf(arg), i);
  for (const output of outputs) lastUse.set(rootOf(output), Number.POSITIVE_INFINITY);
  const places = new Map<ArrayNode, number>();
  const counts = new Map<string, number>();
  const most = new Map<string, number>();
  const block = new Block();
  const count = ({ shape }: ArrayNode, change: number): void => {
    const key = keyOf(shape);
    counts.set(key, (counts.get(key) ?? 0) + change);
    most.set(key, Math.max(most.get(key) ?? 0, counts.get(key) as number));
  };
  for (const leaf of read)
    if (copied(leaf)) {
      places.set(leaf, block.take(sizeOf(leaf.shape)));
      count(leaf, 1);
    }
  for (const [i, node] of steps.entries()) {
    const size = sizeOf(node.shape);
    const done = [...new Set(node.args.map(rootOf))].filter((arg) => places.has(arg) && lastUse.get(arg) === i);
    const heir = scattered.has(node.op) ? undefined : done.find((arg) => sizeOf(arg.shape) === size);
    places.set(node, heir ? (places.get(heir) as number) : block.take(size));
    if (heir) count(heir, -1);
    count(node, 1);
    for (const arg of done) {
      if (arg === heir) continue;
      count(arg, -1);
      block.give(places.get(arg) as number, sizeOf(arg.shape));
    }
  }
  return { steps, leaves: read, places, size: block.size, most };
}

/** The arrays that some outputs are made of, in the order they were made. */
function needed(outputs: readonly ArrayNode[]): ArrayNode[] {
  const found = new Set(outputs.map(rootOf));
  // A set goes on with what is added to it meanwhile.
  for (const node of found) for (const arg of node.args) found.add(rootOf(arg));
  return [...found].sort((a, b) => a.id - b.id);
}

/** Places begin at multiples of so many numbers. */
const UNIT = 8;

/** A block that grows, and the free stretches in it, in order. */
class Block {
  size = 0;
  readonly #free: [begin: number, end: number][] = [];

  take(count: number): number {
    const wanted = rounded(count);
    const fitting = this.#free.filter(([begin, end]) => end - begin >= wanted);
    const best = fitting.reduce<[number, number] | undefined>(
      (least, own) => (least && least[1] - least[0] <= own[1] - own[0] ? least : own),
      undefined,
    );
    if (!best) {
      this.size += wanted;
      return this.size - wanted;
    }
    const [begin] = best;
    best[0] += wanted;
    if (best[0] === best[1]) this.#free.splice(this.#free.indexOf(best), 1);
    return begin;
  }

  give(begin: number, count: number): void {
    const end = begin + rounded(count);
    const at = this.#free.findIndex(([own]) => own > begin);
    const place = at < 0 ? this.#free.length : at;
    this.#free.splice(place, 0, [begin, end]);
    for (const i of [place, place - 1]) {
      const [own, next] = [this.#free[i], this.#free[i + 1]];
      if (own && next && own[1] === next[0]) this.#free.splice(i, 2, [own[0], next[1]]);
    }
  }
}

const rounded = (count: number): number => Math.ceil(count / UNIT) * UNIT;
