/**
 * Free blocks by address: a treap, whose nodes know the largest block below them, so that the first block that is large
 * enough is found, taken and given back in logarithmic time. No two blocks touch: neighbours are merged.
 */
interface Block {
  readonly start: number;
  readonly end: number;
  /** Higher than that of the children; drawn from the address, which balances the tree. */
  readonly priority: number;
  left: Block | null;
  right: Block | null;
  /** Length of the longest block of the subtree. */
  most: number;
}

const scramble = (start: number) => Math.imul((start / 64) ^ (start / 2 ** 21), 0x9e3779b1) >>> 0;

const block = (start: number, end: number): Block => ({
  start,
  end,
  priority: scramble(start),
  left: null,
  right: null,
  most: end - start,
});

/** The node with these subtrees. */
function hold(node: Block, left: Block | null, right: Block | null): Block {
  node.left = left;
  node.right = right;
  node.most = Math.max(node.end - node.start, left?.most ?? 0, right?.most ?? 0);
  return node;
}

/** The blocks that start below an address, and the others. */
function split(node: Block | null, address: number): [Block | null, Block | null] {
  if (!node) return [null, null];
  if (node.start < address) {
    const [below, others] = split(node.right, address);
    return [hold(node, node.left, below), others];
  }
  const [below, others] = split(node.left, address);
  return [below, hold(node, others, node.right)];
}

/** Two trees in one, all of `a` lying below all of `b`. */
function join(a: Block | null, b: Block | null): Block | null {
  if (!a || !b) return a ?? b;
  return a.priority > b.priority ? hold(a, a.left, join(a.right, b)) : hold(b, join(a, b.left), b.right);
}

const lowest = (node: Block | null): Block | null => {
  let found = node;
  while (found?.left) found = found.left;
  return found;
};

const highest = (node: Block | null): Block | null => {
  let found = node;
  while (found?.right) found = found.right;
  return found;
};

export class FreeList {
  #root: Block | null = null;
  #bytes = 0;

  /** The sum of all blocks. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Takes `size` bytes from the beginning of the lowest block that has them; undefined where none has. */
  take(size: number): number | undefined {
    let found = this.#root;
    if (!found || found.most < size) return undefined;
    while (found.left && found.left.most >= size) found = found.left;
    while (found.end - found.start < size) {
      found = found.right as Block;
      while (found.left && found.left.most >= size) found = found.left;
    }
    const { start, end } = found;
    const [below, from] = split(this.#root, start);
    const [, above] = split(from, start + 1);
    this.#root = join(below, join(end - start > size ? block(start + size, end) : null, above));
    this.#bytes -= size;
    return start;
  }

  /** Gives bytes back, which no block holds yet. */
  give(start: number, end: number): void {
    let [below, above] = split(this.#root, start);
    const [before, after] = [highest(below), lowest(above)];
    let [from, to] = [start, end];
    if (before?.end === start) {
      [below] = split(below, before.start);
      from = before.start;
    }
    if (after?.start === end) {
      [, above] = split(above, after.start + 1);
      to = after.end;
    }
    this.#root = join(below, join(block(from, to), above));
    this.#bytes += end - start;
  }

  /** Gives up the block that ends at an address, if there is one; returns where what is used ends then. */
  trim(address: number): number {
    const last = highest(this.#root);
    if (last?.end !== address) return address;
    [this.#root] = split(this.#root, last.start);
    this.#bytes -= last.end - last.start;
    return last.start;
  }
}
