/** What of a program is computed in every call, and what only for a store that a call may not want. */
import type { Pass, Schedule, Store } from "./schedule.ts";
import type { VectorNode } from "./vectors.ts";

/** The stores of which one has to be wanted, in their order; none of them: always. */
export type Wish = readonly string[];
export const always: Wish = [];

/** What is known of a program here. */
interface Selective {
  readonly selective: boolean;
  readonly stores: readonly Store[];
  readonly sum: VectorNode;
  readonly schedule: Schedule;
}

export class Wishes {
  readonly #selective: boolean;
  readonly #stores: readonly Store[];
  readonly #schedule: Schedule;
  /** By node; of what the sum needs nothing is known here. */
  readonly #of = new Map<VectorNode, Wish>();

  constructor({ selective, stores, sum, schedule }: Selective) {
    this.#selective = selective;
    this.#schedule = schedule;
    this.#stores = stores;
    const needed = new Set<VectorNode>();
    const visit = (node: VectorNode, enter: (node: VectorNode) => boolean): void => {
      if (enter(node)) for (const arg of node.args) visit(arg as VectorNode, enter);
    };
    visit(sum, (node) => !needed.has(node) && Boolean(needed.add(node)));
    for (const { to, node, entry } of stores)
      for (const root of entry ? [node, entry.place, entry.value] : [node])
        visit(root, (at) => {
          const known = this.#of.get(at) ?? [];
          if (needed.has(at) || known.includes(to)) return false;
          this.#of.set(at, [...known, to]);
          return true;
        });
  }

  ofStore = ({ to }: Store): Wish => (this.#selective ? [to] : always);

  #ofNode = (node: VectorNode): Wish => (this.#selective && this.#of.get(node)) || always;

  ofPass({ at, reductions, stores }: Pass): Wish {
    const { kept, levels } = this.#schedule;
    const waiting = [...kept.keys()].filter((node) => levels.get(node) === at);
    const wishes = [...[...reductions, ...waiting].map((node) => this.#ofNode(node)), ...stores.map(this.ofStore)];
    if (wishes.includes(always)) return always;
    return this.#stores.flatMap(({ to }) => (wishes.some((wish) => wish.includes(to)) ? [to] : []));
  }

  /** Nodes by their wishes: those that are always needed, those that several stores need, and those of one store each. */
  split(nodes: readonly VectorNode[]): Split {
    const needed = nodes.filter((node) => this.#ofNode(node) === always);
    const shared = nodes.filter((node) => this.#ofNode(node).length > 1);
    const single = this.#stores.map(({ to }): [string, VectorNode[]] => [
      to,
      nodes.filter((node) => this.#ofNode(node).join() === to),
    ]);
    const own = single.filter(([, found]) => found.length > 0);
    const wish = this.#stores.flatMap(({ to }) =>
      [...shared.flatMap((node) => this.#ofNode(node)), ...own.map(([name]) => name)].includes(to) ? [to] : [],
    );
    return { needed, wish, shared, own };
  }
}

interface Split {
  readonly needed: readonly VectorNode[];
  /** Of anything else. */
  readonly wish: Wish;
  readonly shared: readonly VectorNode[];
  readonly own: readonly (readonly [to: string, nodes: readonly VectorNode[]])[];
}
