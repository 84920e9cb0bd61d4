/**
 * Graphs whose nodes are shared: what is computed twice is one node. There are two of them per formula, one of mathematics
 * (`algebra.ts` builds it) and one of vector instructions (`lower.ts`).
 *
 * A kernel works on rows: `rows` of them, each of `cols` elements. A node's space says along which of the two it varies.
 */

export const ROW = 1;
export const ALONG = 2;

/** A set of ROW and ALONG: a scalar, one number per row, one per column, one per element. */
export type Space = 0 | 1 | 2 | 3;

export interface Node<Op extends string = string> {
  readonly id: number;
  readonly op: Op;
  readonly args: readonly this[];
  /** A constant, an argument's or option's place, a number of bits to shift by. */
  readonly value: number;
  readonly space: Space;
}

export const varies = (node: Node): boolean => (node.space & ALONG) !== 0;

/** Nodes of mathematics; a formula that has more, gradients included, is refused. */
export const MOST_OPERATIONS = 4096;
/** Nodes of any graph: on average operations take far fewer than eight instructions. */
const MOST = 8 * MOST_OPERATIONS;

/** Thrown at a formula that no kernel can be made of; says what of it is in the way. */
export class NotCompiled extends Error {}

export class Graph<N extends Node> {
  readonly nodes: N[] = [];
  readonly #most: number;
  readonly #byKey = new Map<number, N>();
  readonly #leaves = new Map<string, N>();
  readonly #codes = new Map<string, number>();

  constructor(most: number = MOST) {
    this.#most = most;
  }

  /** A node with arguments; one of a single argument may have a value, a small whole number. */
  of(op: N["op"], args: readonly N[], space: Space, value = 0, more?: Partial<N>): N {
    let key = this.#code(op);
    for (let i = 0; i < 3; i++) key = key * MOST + (i < args.length ? (args[i] as N).id + 1 : i === 1 ? value : 0);
    const found = this.#byKey.get(key);
    if (found) return found;
    const made = this.#add(op, args, space, value, more);
    this.#byKey.set(key, made);
    return made;
  }

  leaf(op: N["op"], value: number, space: Space, more?: Partial<N>): N {
    const key = `${op} ${Object.is(value, -0) ? "-0" : value}`;
    const found = this.#leaves.get(key);
    if (found) return found;
    const made = this.#add(op, [], space, value, more);
    this.#leaves.set(key, made);
    return made;
  }

  #code(op: string): number {
    const code = this.#codes.get(op) ?? this.#codes.size;
    if (code === this.#codes.size) this.#codes.set(op, code);
    return code;
  }

  #add(op: N["op"], args: readonly N[], space: Space, value: number, more?: Partial<N>): N {
    if (this.nodes.length >= this.#most - 1) throw new NotCompiled("has too many operations");
    const node = { id: this.nodes.length, op, args, value, space, ...more } as N;
    this.nodes.push(node);
    return node;
  }
}

/** Every node that some need, arguments first. */
export function inOrder<N extends Node>(roots: readonly N[]): N[] {
  const done = new Set<N>();
  const order: N[] = [];
  const visit = (node: N): void => {
    if (done.has(node)) return;
    done.add(node);
    for (const arg of node.args) visit(arg as N);
    order.push(node);
  };
  for (const root of roots) visit(root);
  return order;
}

export const union = (...nodes: readonly Node[]): Space => {
  let space = 0;
  for (const node of nodes) space |= node.space;
  return space as Space;
};
