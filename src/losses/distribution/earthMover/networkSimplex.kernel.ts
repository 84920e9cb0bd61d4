// Exact transport: the network simplex method.
//
// A basic solution is a spanning tree of rows and columns, whose flows follow from the masses and whose potentials a, b make
// every reduced cost c_ij − a_i − b_j along it 0. A pair with a negative one enters, flow is turned round the cycle it
// closes until a pair of the tree is empty, and that one leaves. Rows are asked in turn for their cheapest column. The
// first tree ships every row greedily to its nearest columns. Trees stay strongly feasible (an empty pair hangs a row below
// a column, never the other way round), so that the method cannot cycle.
//
// Nodes are records: rows first, then columns; a node is named by its address, 0 is nobody. Flow and potential of a node
// belong to the pair it forms with its parent.
// Accuracy    optimal up to 1e-12 of the largest cost.
// Requires    n, m > 0; finite costs; masses > 0, of rows and columns with equal sums up to rounding.

const RECORD: usize = 32;
const FLOW: usize = 0; // f64
const PARENT: usize = 8;
const FIRST: usize = 12; // child
const NEXT: usize = 16; // sibling
const PREVIOUS: usize = 20;
const DEPTH: usize = 24;
const INDEX: usize = 28;

/** A potential and a record for each node, and the columns that the first tree has yet to serve. */
export function networkSimplexWorkspace(n: i32, m: i32): i32 {
  return (n + m) * (8 + <i32>RECORD) + 4 * m;
}

/**
 * Writes the pairs that ship something to `from`, `to` (i32) and `shipped` (f64), n + m − 1 at most, and returns their
 * number. `masses` (changed) are f64, rows then columns.
 */
// biome-ignore lint/correctness/noUnusedVariables: every exported kernel has a form for either type
export function networkSimplex<T extends number>(
  cost: usize,
  masses: usize,
  n: i32,
  m: i32,
  from: usize,
  to: usize,
  shipped: usize,
  workspace: usize,
): i32 {
  const potentials = workspace;
  const tree = potentials + ((<usize>(n + m)) << 3);
  const open = tree + <usize>(n + m) * RECORD;
  const root = plant(cost, n, m, masses, tree, open);
  store<f64>(potentials + (load<u32>(root + INDEX) << 3), 0);
  for (let child = load<usize>(root + FIRST); child; child = load<usize>(child + NEXT))
    settle(child, cost, n, m, potentials);
  const columns = potentials + ((<usize>n) << 3);
  const tolerance = 1e-13 * largest(cost, n * m);
  let row = 0;
  for (let quiet = 0; quiet < n; quiet++) {
    const costs = cost + ((<usize>row * m) << 3);
    const least = cheapest(costs, columns, m);
    if (least - load<f64>(potentials + ((<usize>row) << 3)) < -tolerance) {
      const column = n + find(costs, columns, m, least);
      pivot(tree + <usize>row * RECORD, tree + <usize>column * RECORD, cost, n, m, potentials);
      quiet = -1;
    }
    row = row === n - 1 ? 0 : row + 1;
  }
  return harvest(tree, n, m, from, to, shipped);
}

/** The largest of all costs. */
function largest(cost: usize, count: i32): f64 {
  let most: f64 = 0;
  for (const end = cost + ((<usize>count) << 3); cost < end; cost += 8) most = max<f64>(most, load<f64>(cost));
  return most;
}

/** The least c_j − b_j. */
function cheapest(costs: usize, columns: usize, m: i32): f64 {
  let least0 = f64x2.splat(Infinity);
  let least1 = least0;
  let left = m;
  for (; left >= 4; left -= 4, costs += 32, columns += 32) {
    least0 = f64x2.pmin(f64x2.sub(v128.load(costs), v128.load(columns)), least0);
    least1 = f64x2.pmin(f64x2.sub(v128.load(costs, 16), v128.load(columns, 16)), least1);
  }
  least0 = f64x2.pmin(least0, least1);
  let least = min<f64>(f64x2.extract_lane(least0, 0), f64x2.extract_lane(least0, 1));
  for (; left > 0; left--, costs += 8, columns += 8) least = min<f64>(least, load<f64>(costs) - load<f64>(columns));
  return least;
}

/** The first column whose c_j − b_j is `least`. */
function find(costs: usize, columns: usize, m: i32, least: f64): i32 {
  for (let j = 0; j < m - 1; j++, costs += 8, columns += 8)
    if (load<f64>(costs) - load<f64>(columns) === least) return j;
  return m - 1;
}

/** Builds the first tree and returns its root. Every node that is served in full hangs below its last partner. */
function plant(cost: usize, n: i32, m: i32, masses: usize, tree: usize, open: usize): usize {
  for (let v = 0; v < n + m; v++) {
    const node = tree + <usize>v * RECORD;
    memory.fill(node, 0, RECORD);
    store<i32>(node + INDEX, v);
  }
  for (let j = 0; j < m; j++) store<i32>(open + ((<usize>j) << 2), j);
  let unserved = m;
  for (let i = 0; i < n; i++) {
    const node = tree + <usize>i * RECORD;
    const costs = cost + ((<usize>i * m) << 3);
    let supply = load<f64>(masses + ((<usize>i) << 3));
    while (true) {
      const slot = nearest(costs, open, unserved);
      const j = load<i32>(slot);
      const column = tree + <usize>(n + j) * RECORD;
      const demand = masses + ((<usize>(n + j)) << 3);
      const wanted = load<f64>(demand);
      // The last column takes what every row has left: sums may differ by a rounding.
      if (unserved > 1 && (i === n - 1 || supply >= wanted)) {
        hang(column, node, wanted);
        supply -= wanted;
        store<i32>(slot, load<i32>(open + ((<usize>--unserved) << 2)));
        continue;
      }
      hang(node, column, max<f64>(supply, 0));
      store<f64>(demand, wanted - supply);
      break;
    }
  }
  return tree + <usize>(n + load<i32>(open)) * RECORD;
}

/** Where the nearest of the unserved columns stands in `open`. */
function nearest(costs: usize, open: usize, unserved: i32): usize {
  let best = open;
  let least = Infinity;
  for (let slot = open; slot < open + ((<usize>unserved) << 2); slot += 4) {
    const price = load<f64>(costs + (load<u32>(slot) << 3));
    if (price < least) {
      least = price;
      best = slot;
    }
  }
  return best;
}

/** Makes `node` a child of `parent`. */
function hang(node: usize, parent: usize, flow: f64): void {
  const sibling = load<usize>(parent + FIRST);
  store<f64>(node + FLOW, flow);
  store<usize>(node + PARENT, parent);
  store<usize>(node + NEXT, sibling);
  store<usize>(node + PREVIOUS, 0);
  if (sibling) store<usize>(sibling + PREVIOUS, node);
  store<usize>(parent + FIRST, node);
}

/** Takes `node` from its parent's children. */
function cut(node: usize): void {
  const next = load<usize>(node + NEXT);
  const previous = load<usize>(node + PREVIOUS);
  if (next) store<usize>(next + PREVIOUS, previous);
  if (previous) store<usize>(previous + NEXT, next);
  else store<usize>(load<usize>(node + PARENT) + FIRST, next);
}

/** Sets depth and potential of a node and all below it, by those above. */
function settle(top: usize, cost: usize, n: i32, m: i32, potentials: usize): void {
  let node = top;
  while (true) {
    const parent = load<usize>(node + PARENT);
    const v = load<i32>(node + INDEX);
    const w = load<i32>(parent + INDEX);
    const price = load<f64>(cost + ((<usize>(v < n ? v * m + w - n : w * m + v - n)) << 3));
    store<f64>(potentials + ((<usize>v) << 3), price - load<f64>(potentials + ((<usize>w) << 3)));
    store<i32>(node + DEPTH, load<i32>(parent + DEPTH) + 1);
    const child = load<usize>(node + FIRST);
    if (child) {
      node = child;
      continue;
    }
    while (node !== top && !load<usize>(node + NEXT)) node = load<usize>(node + PARENT);
    if (node === top) return;
    node = load<usize>(node + NEXT);
  }
}

/** Lets the pair of `row` and `column` into the tree and another out. */
function pivot(row: usize, column: usize, cost: usize, n: i32, m: i32, potentials: usize): void {
  // Flow on the cycle runs from row to column and up and down the tree: on the row's side pairs of a row with its parent
  // lose, on the column's side those of a column. Of equally empty ones the last one on the way from the top leaves.
  let u = row;
  let v = column;
  let rowLeaves: usize = 0;
  let columnLeaves: usize = 0;
  let rowLeast = Infinity;
  let columnLeast = Infinity;
  while (u !== v) {
    if (load<i32>(u + DEPTH) > load<i32>(v + DEPTH)) {
      const flow = load<f64>(u + FLOW);
      if (load<i32>(u + INDEX) < n && flow < rowLeast) {
        rowLeast = flow;
        rowLeaves = u;
      }
      u = load<usize>(u + PARENT);
    } else {
      const flow = load<f64>(v + FLOW);
      if (load<i32>(v + INDEX) >= n && flow <= columnLeast) {
        columnLeast = flow;
        columnLeaves = v;
      }
      v = load<usize>(v + PARENT);
    }
  }
  const amount = min<f64>(rowLeast, columnLeast);
  if (amount > 0) {
    turn(row, u, n, -amount);
    turn(column, u, n, amount);
  }
  const onColumnSide = columnLeast <= rowLeast;
  const inside = onColumnSide ? column : row;
  rehang(inside, onColumnSide ? columnLeaves : rowLeaves, onColumnSide ? row : column, amount);
  settle(inside, cost, n, m, potentials);
}

/** Adds `amount` to the pairs of rows with their parents from `node` up to `top`, and takes it from those of columns. */
function turn(node: usize, top: usize, n: i32, amount: f64): void {
  for (; node !== top; node = load<usize>(node + PARENT)) {
    const flow = load<f64>(node + FLOW);
    store<f64>(node + FLOW, load<i32>(node + INDEX) < n ? flow + amount : flow - amount);
  }
}

/** Cuts the branch at `last` and hangs it below `parent` by its node `node`: parents on the way between turn into children. */
function rehang(node: usize, last: usize, parent: usize, flow: f64): void {
  while (true) {
    const before = load<usize>(node + PARENT);
    const carried = load<f64>(node + FLOW);
    cut(node);
    hang(node, parent, flow);
    if (node === last) return;
    parent = node;
    node = before;
    flow = carried;
  }
}

/** Lists the pairs of the tree that ship something. */
function harvest(tree: usize, n: i32, m: i32, from: usize, to: usize, shipped: usize): i32 {
  let count = 0;
  for (let v = 0; v < n + m; v++) {
    const node = tree + <usize>v * RECORD;
    const parent = load<usize>(node + PARENT);
    const flow = load<f64>(node + FLOW);
    if (!parent || flow <= 0) continue;
    const w = load<i32>(parent + INDEX);
    store<i32>(from + ((<usize>count) << 2), v < n ? v : w);
    store<i32>(to + ((<usize>count) << 2), (v < n ? w : v) - n);
    store<f64>(shipped + ((<usize>count) << 3), flow);
    count++;
  }
  return count;
}
