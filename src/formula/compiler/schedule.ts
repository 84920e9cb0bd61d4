/**
 * When what is computed. A row is passed over as often as sums wait for sums. Of what a later pass needs the cheap is computed
 * again and the rest kept in a row of its own. Within a pass what follows an exponential or a logarithm is a later stage, with a
 * loop of its own over a short block, so that more of these long chains run side by side.
 */
import { inOrder, varies } from "./graph.ts";
import type { VectorNode } from "./vectors.ts";

/** Something to write. */
export interface Store {
  /** The parameter with the address. */
  readonly to: string;
  readonly node: VectorNode;
  /** An entry per element, or one per row. */
  readonly along: boolean;
  /** Of one entry of each row, known better than the rest. */
  readonly entry: { readonly place: VectorNode; readonly value: VectorNode } | null;
}

export interface Stage {
  /** Computed here. */
  readonly own: readonly VectorNode[];
  /** Cheap enough to be computed again. */
  readonly again: readonly VectorNode[];
  /** Left in the block by earlier stages. */
  readonly loaded: readonly VectorNode[];
  /** Left in the block for later ones. */
  readonly saved: readonly VectorNode[];
}

export interface Pass {
  readonly at: number;
  /** Every node of the pass, arguments first. */
  readonly nodes: readonly VectorNode[];
  readonly reductions: readonly VectorNode[];
  readonly stores: readonly Store[];
  /** Masks of rows: where none of them holds the pass is left out; null where it never is. */
  readonly when: readonly VectorNode[] | null;
  /** Two or more, or none. */
  readonly stages: readonly Stage[];
  /** The place in the block of what stages leave there. */
  readonly slots: ReadonlyMap<VectorNode, number>;
}

export interface Schedule {
  readonly passes: readonly Pass[];
  /** The row in which a node waits for a later pass. */
  readonly kept: ReadonlyMap<VectorNode, number>;
  /** In which pass a node can be computed. */
  readonly levels: ReadonlyMap<VectorNode, number>;
  readonly order: readonly VectorNode[];
}

/** More operations than these are not done a second time. */
const CHEAP = 12;
/** More values than these that wait between stages cost more than stages save. */
const MOST_WAITING = 6;

export const isReduction = ({ name }: VectorNode): boolean => name === "sum" || name === "max";

export function schedule(roots: readonly VectorNode[], stores: readonly Store[]): Schedule {
  const order = inOrder([
    ...roots,
    ...stores.flatMap(({ node, entry }) => (entry ? [node, entry.place, entry.value] : [node])),
  ]);
  const levels = new Map<VectorNode, number>();
  for (const node of order) {
    const ready = node.args.reduce((most, arg) => Math.max(most, levelOf(levels, arg)), 0);
    levels.set(node, ready + Number(isReduction(node)));
  }
  const level = (node: VectorNode) => levelOf(levels, node);
  const reductions = order.filter(isReduction);
  const along = stores.filter((store) => store.along);
  const count = Math.max(0, ...reductions.map(level), ...along.map(({ node }) => level(node) + 1));
  const cost = costs();
  const kept = new Map<VectorNode, number>();
  const extra = Array.from({ length: count }, (): VectorNode[] => []);
  const passes: Pass[] = [];
  for (let at = count - 1; at >= 0; at--) {
    const own = reductions.filter((node) => level(node) === at + 1);
    const written = along.filter(({ node }) => level(node) === at);
    const targets = [
      ...own.map(({ args }) => args[0] as VectorNode),
      ...written.map(({ node }) => node),
      ...(extra[at] ?? []),
    ];
    const nodes: VectorNode[] = [];
    const seen = new Set<VectorNode>();
    const visit = (node: VectorNode): void => {
      if (!varies(node) || seen.has(node)) return;
      seen.add(node);
      if (level(node) < at && cost(node) > CHEAP) {
        if (!kept.has(node)) {
          kept.set(node, kept.size);
          extra[level(node)]?.push(node);
        }
      } else for (const arg of node.args) visit(arg);
      nodes.push(node);
    };
    for (const target of targets) visit(target);
    const waiting = new Set(nodes.filter((node) => kept.has(node) && level(node) < at));
    const masks = own.flatMap(({ args }) => args.slice(1));
    const rare = masks.length === own.length && written.length === 0 && extra[at]?.length === 0;
    passes.unshift({
      ...{ at, nodes, reductions: own, stores: written, when: rare ? masks : null },
      ...stagesOf(nodes, waiting, cost),
    });
  }
  return { passes, kept, levels, order };
}

const levelOf = (levels: ReadonlyMap<VectorNode, number>, node: VectorNode) => levels.get(node) as number;

/** How much an element's number takes, in operations; of expensive ones no more than that they are. */
function costs(): (node: VectorNode) => number {
  const known = new Map<VectorNode, number>();
  const own = ({ name }: VectorNode) => (name === "div" || name === "sqrt" ? 4 : name === "input" ? 0.5 : 1);
  return (root) => {
    const found = known.get(root);
    if (found !== undefined) return found;
    const seen = new Set<VectorNode>();
    const rest = [root];
    let sum = 0;
    while (rest.length > 0 && sum <= CHEAP) {
      const node = rest.pop() as VectorNode;
      if (!varies(node) || seen.has(node)) continue;
      seen.add(node);
      sum += own(node);
      rest.push(...node.args);
    }
    known.set(root, sum);
    return sum;
  };
}

/** The stages of a pass; nodes that waited since an earlier one are there from the start. */
function stagesOf(
  nodes: readonly VectorNode[],
  waiting: ReadonlySet<VectorNode>,
  cost: (node: VectorNode) => number,
): Pick<Pass, "stages" | "slots"> {
  const none = { stages: [], slots: new Map() };
  const stageOf = new Map<VectorNode, number>();
  for (const node of nodes) {
    const after = node.args.map((arg) => (stageOf.get(arg) ?? 0) + Number(Boolean(arg.long && !waiting.has(arg))));
    stageOf.set(node, waiting.has(node) ? 0 : Math.max(0, ...after));
  }
  const count = Math.max(0, ...stageOf.values()) + 1;
  if (count === 1) return none;
  const again = (node: VectorNode) =>
    waiting.has(node) || node.name === "input" || node.name === "range" || (node.name !== "div" && cost(node) <= 3);
  const brought = Array.from({ length: count }, (_, stage) => {
    const repeated: VectorNode[] = [];
    const loaded: VectorNode[] = [];
    const seen = new Set<VectorNode>();
    const bring = (node: VectorNode): void => {
      if (stageOf.get(node) === undefined || stageOf.get(node) === stage || seen.has(node)) return;
      seen.add(node);
      if (!again(node)) loaded.push(node);
      else {
        if (!waiting.has(node)) for (const arg of node.args) bring(arg);
        repeated.push(node);
      }
    };
    const own = nodes.filter((node) => stageOf.get(node) === stage);
    for (const { args } of own) for (const arg of args) bring(arg);
    return { own, again: repeated, loaded };
  });
  const slots = new Map<VectorNode, number>();
  for (const { loaded } of brought) for (const node of loaded) if (!slots.has(node)) slots.set(node, slots.size);
  if (slots.size > MOST_WAITING) return none;
  return { stages: brought.map((stage) => ({ ...stage, saved: stage.own.filter((node) => slots.has(node)) })), slots };
}
