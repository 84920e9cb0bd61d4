// Exact optimal transport between points: costs, shortest augmenting paths, gradient.
//
// costs       c_ij = ‖x_i − y_j‖, or its square, as f64 [n, m].
// transport   Ships each row's supply in turn along shortest paths of the residual graph (Dijkstra over reduced costs
//             c_ij − a_i − b_j, which the potentials a and b keep ≥ 0, and 0 wherever something flows). For unit masses
//             this is the assignment algorithm of Jonker and Volgenant, without its heuristic start. Flow lies transposed,
//             [m, n], so that the suppliers of a column are neighbours; `count` and `only` save looking for a single one.
// emdGradient ∂x_i = Σ_j flow_ij ∂c_ij / ∂x_i times `scale`, and likewise ∂y_j; 0 where two points coincide.
// Accuracy    exact up to the rounding of sums: 1e-13 relative.
// Requires    n, m, d > 0; finite costs; supplies and demands ≥ 0 of equal sums (to `crumb`).
import { bytes } from "../../../kernel/maths/vector.kernel";

/** Returns the sum of all costs, which is not finite if any of them is not. */
export function costs<T extends number>(x: usize, n: i32, y: usize, m: i32, d: i32, squared: i32, cost: usize): f64 {
  const stride = bytes<T>(d);
  let all: f64 = 0;
  for (let i = 0; i < n; i++, x += stride) {
    let other = y;
    for (let j = 0; j < m; j++, cost += 8) {
      let sum: f64 = 0;
      for (let k: usize = 0; k < stride; k += sizeof<T>(), other += sizeof<T>()) {
        const difference = <f64>load<T>(x + k) - <f64>load<T>(other);
        sum += difference * difference;
      }
      const value = squared ? sum : sqrt<f64>(sum);
      store<f64>(cost, value);
      all += value;
    }
  }
  return all;
}

/**
 * Working memory, f64: rowPotential, rowDistance [n], columnPotential, distance [m]; i32: parent [n] (the column a row
 * was reached through, −1 at the source, −2 if not reached), via [m] (the row a column was reached from), open [m]
 * (columns not yet settled), count, only [m]; `work` points at them in this order, all zeroed. Returns what could not be
 * shipped.
 */
// biome-ignore lint/correctness/noUnusedVariables: every exported kernel has a form for either type
export function transport<T extends number>(
  cost: usize,
  n: i32,
  m: i32,
  supply: usize,
  demand: usize,
  flow: usize,
  work: usize,
  crumb: f64,
): f64 {
  const rowPotential = work;
  const rowDistance = rowPotential + ((<usize>n) << 3);
  const columnPotential = rowDistance + ((<usize>n) << 3);
  const distance = columnPotential + ((<usize>m) << 3);
  const parent = distance + ((<usize>m) << 3);
  const via = parent + ((<usize>n) << 2);
  const open = via + ((<usize>m) << 2);
  const count = open + ((<usize>m) << 2);
  const only = count + ((<usize>m) << 2);
  let left: f64 = 0;
  for (let source = 0; source < n; source++) {
    while (load<f64>(supply + ((<usize>source) << 3)) > crumb) {
      for (let i = 0; i < n; i++) store<i32>(parent + ((<usize>i) << 2), -2);
      for (let j = 0; j < m; j++) {
        store<f64>(distance + ((<usize>j) << 3), Infinity);
        // From the last to the first, so that equal columns are met in the order that needs fewer swaps.
        store<i32>(open + ((<usize>j) << 2), m - 1 - j);
      }
      store<i32>(parent + ((<usize>source) << 2), -1);
      store<f64>(rowDistance + ((<usize>source) << 3), 0);
      let unsettled = m;
      let sink = -1;
      let reached: f64 = 0;
      relax(cost, m, source, 0, rowPotential, columnPotential, distance, via, open, unsettled);
      while (unsettled > 0) {
        // The nearest open column, one with demand among equals.
        let nearest = -1;
        let least = Infinity;
        for (let k = 0; k < unsettled; k++) {
          const j = load<i32>(open + ((<usize>k) << 2));
          const away = load<f64>(distance + ((<usize>j) << 3));
          if (away < least || (away === least && load<f64>(demand + ((<usize>j) << 3)) > crumb)) {
            least = away;
            nearest = k;
          }
        }
        if (nearest < 0) break;
        const column = load<i32>(open + ((<usize>nearest) << 2));
        reached = least;
        if (load<f64>(demand + ((<usize>column) << 3)) > crumb) {
          sink = column;
          break;
        }
        unsettled--;
        store<i32>(open + ((<usize>nearest) << 2), load<i32>(open + ((<usize>unsettled) << 2)));
        store<i32>(open + ((<usize>unsettled) << 2), column);
        const suppliers = flow + ((<usize>column * n) << 3);
        const single = load<i32>(count + ((<usize>column) << 2)) === 1;
        const first = single ? load<i32>(only + ((<usize>column) << 2)) : 0;
        const last = single ? first + 1 : n;
        for (let i = first; i < last; i++) {
          if (load<f64>(suppliers + ((<usize>i) << 3)) <= 0 || load<i32>(parent + ((<usize>i) << 2)) !== -2) continue;
          store<i32>(parent + ((<usize>i) << 2), column);
          store<f64>(rowDistance + ((<usize>i) << 3), reached);
          relax(cost, m, i, reached, rowPotential, columnPotential, distance, via, open, unsettled);
        }
      }
      if (sink < 0) {
        left += load<f64>(supply + ((<usize>source) << 3));
        break;
      }
      // The potentials follow the distances, so that reduced costs stay ≥ 0 and the path's become 0.
      for (let i = 0; i < n; i++) {
        if (load<i32>(parent + ((<usize>i) << 2)) === -2) continue;
        const at = rowPotential + ((<usize>i) << 3);
        store<f64>(at, load<f64>(at) + reached - load<f64>(rowDistance + ((<usize>i) << 3)));
      }
      for (let k = unsettled; k < m; k++) {
        const j = load<i32>(open + ((<usize>k) << 2));
        const at = columnPotential + ((<usize>j) << 3);
        store<f64>(at, load<f64>(at) - reached + load<f64>(distance + ((<usize>j) << 3)));
      }
      ship(sink, source, n, supply, demand, flow, parent, via, count, only);
    }
  }
  return left;
}

/** Offers the open columns the way through a row. */
function relax(
  cost: usize,
  m: i32,
  row: i32,
  start: f64,
  rowPotential: usize,
  columnPotential: usize,
  distance: usize,
  via: usize,
  open: usize,
  unsettled: i32,
): void {
  const costs = cost + ((<usize>row * m) << 3);
  const base = start - load<f64>(rowPotential + ((<usize>row) << 3));
  const end = open + ((<usize>unsettled) << 2);
  for (let at = open; at < end; at += 4) {
    const j = <usize>load<i32>(at);
    const away = base + load<f64>(costs + (j << 3)) - load<f64>(columnPotential + (j << 3));
    if (away < load<f64>(distance + (j << 3))) {
      store<f64>(distance + (j << 3), away);
      store<i32>(via + (j << 2), row);
    }
  }
}

/** Ships as much as the path to `sink` carries. */
function ship(
  sink: i32,
  source: i32,
  n: i32,
  supply: usize,
  demand: usize,
  flow: usize,
  parent: usize,
  via: usize,
  count: usize,
  only: usize,
): void {
  const offered = supply + ((<usize>source) << 3);
  const wanted = demand + ((<usize>sink) << 3);
  let amount = min<f64>(load<f64>(offered), load<f64>(wanted));
  for (let column = sink; ; ) {
    const row = load<i32>(via + ((<usize>column) << 2));
    column = load<i32>(parent + ((<usize>row) << 2));
    if (column < 0) break;
    amount = min<f64>(amount, load<f64>(flow + ((<usize>column * n + row) << 3)));
  }
  store<f64>(offered, load<f64>(offered) - amount);
  store<f64>(wanted, load<f64>(wanted) - amount);
  for (let column = sink; ; ) {
    const row = load<i32>(via + ((<usize>column) << 2));
    change(flow, n, column, row, amount, count, only);
    column = load<i32>(parent + ((<usize>row) << 2));
    if (column < 0) break;
    change(flow, n, column, row, -amount, count, only);
  }
}

/** Changes one flow, and what is known of the column's suppliers. */
function change(flow: usize, n: i32, column: i32, row: i32, by: f64, count: usize, only: usize): void {
  const at = flow + ((<usize>column * n + row) << 3);
  const before = load<f64>(at);
  const after = before + by;
  store<f64>(at, after);
  const suppliers = count + ((<usize>column) << 2);
  if (before <= 0 && after > 0) store<i32>(suppliers, load<i32>(suppliers) + 1);
  if (before > 0 && after <= 0) store<i32>(suppliers, load<i32>(suppliers) - 1);
  if (load<i32>(suppliers) !== 1) return;
  if (after > 0) {
    store<i32>(only + ((<usize>column) << 2), row);
    return;
  }
  for (let i = 0; i < n; i++)
    if (load<f64>(flow + ((<usize>column * n + i) << 3)) > 0) store<i32>(only + ((<usize>column) << 2), i);
}

/** Returns Σ flow · cost; fills the gradients through one f64 row of working memory for each. */
export function emdGradient<T extends number>(
  x: usize,
  n: i32,
  y: usize,
  m: i32,
  d: i32,
  squared: i32,
  cost: usize,
  flow: usize,
  dx: usize,
  dy: usize,
  sums: usize,
  scale: f64,
): f64 {
  let all: f64 = 0;
  const ySums = sums + ((<usize>n * d) << 3);
  memory.fill(sums, 0, (<usize>(n + m) * d) << 3);
  for (let j = 0; j < m; j++) {
    for (let i = 0; i < n; i++, flow += 8) {
      const mass = load<f64>(flow);
      if (mass <= 0) continue;
      const price = load<f64>(cost + ((<usize>i * m + j) << 3));
      all += mass * price;
      if (price === 0) continue;
      const slope = squared ? 2 * mass * scale : (mass * scale) / price;
      for (let k = 0; k < d; k++) {
        const from = <usize>i * d + k;
        const to = <usize>j * d + k;
        const g = slope * (<f64>load<T>(x + (from << alignof<T>())) - <f64>load<T>(y + (to << alignof<T>())));
        store<f64>(sums + (from << 3), load<f64>(sums + (from << 3)) + g);
        store<f64>(ySums + (to << 3), load<f64>(ySums + (to << 3)) - g);
      }
    }
  }
  if (dx) narrow<T>(sums, n * d, dx);
  if (dy) narrow<T>(ySums, m * d, dy);
  return all;
}

function narrow<T extends number>(from: usize, n: i32, to: usize): void {
  for (let i: usize = 0; i < <usize>n; i++) store<T>(to + (i << alignof<T>()), <T>load<f64>(from + (i << 3)));
}
