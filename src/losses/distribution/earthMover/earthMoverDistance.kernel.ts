// Costs between points, and the gradient of a plan's cost.
//
// costs         c_ij = ‖x_i − y_j‖ (euclidean), its square (squared), or Σ |x_ik − y_jk| (manhattan), as f64 [n, m].
// planGradient  A plan is a list of pairs (from, to, mass). Σ mass · cost; ∂x_i = Σ mass ∂c_ij / ∂x_i over the pairs of x_i,
//               times `scale`, and likewise ∂y_j; 0 where two points coincide, or coordinates for manhattan.
// Accuracy      computed in f64: 1e-12 relative, the plan's error included. A distance is finite wherever f64 holds it, its square where it holds that.
// Requires      n, m, d > 0.
import { tame, wideLength } from "../../../kernel/maths/range.kernel";
import { bytes } from "../../../kernel/maths/vector.kernel";

/** What moving a unit of mass costs. */
export enum TransportCost {
  euclidean,
  squared,
  manhattan,
}

/** Returns the sum of all costs, which is not finite if any of them is not. */
export function costs<T extends number>(
  x: usize,
  y: usize,
  n: i32,
  m: i32,
  d: i32,
  kind: TransportCost,
  cost: usize,
): f64 {
  const stride = bytes<T>(d);
  let all: f64 = 0;
  for (let i = 0; i < n; i++, x += stride) {
    let other = y;
    for (let j = 0; j < m; j++, cost += 8) {
      let sum: f64 = 0;
      for (let k: usize = 0; k < stride; k += sizeof<T>(), other += sizeof<T>()) {
        const difference = <f64>load<T>(x + k) - <f64>load<T>(other);
        sum += kind === TransportCost.manhattan ? abs<f64>(difference) : difference * difference;
      }
      const value =
        kind !== TransportCost.euclidean ? sum : tame<f64>(sum) ? sqrt<f64>(sum) : wideLength<T>(x, other - stride, d);
      store<f64>(cost, value);
      all += value;
    }
  }
  return all;
}

/** Sums of both gradients, in f64. */
export function planGradientWorkspace(n: i32, m: i32, d: i32): f64 {
  return 8 * (<f64>n + <f64>m) * <f64>d;
}

/** Returns Σ mass · cost. */
export function planGradient<T extends number>(
  x: usize,
  y: usize,
  from: usize,
  to: usize,
  masses: usize,
  n: i32,
  m: i32,
  d: i32,
  pairs: i32,
  kind: TransportCost,
  dx: usize,
  dy: usize,
  scale: f64,
  sums: usize,
): f64 {
  let all: f64 = 0;
  const ySums = sums + ((<usize>n * d) << 3);
  memory.fill(sums, 0, (<usize>(n + m) * d) << 3);
  for (let pair = 0; pair < pairs; pair++) {
    const mass = load<f64>(masses + ((<usize>pair) << 3));
    const i = <usize>load<i32>(from + ((<usize>pair) << 2)) * d;
    const j = <usize>load<i32>(to + ((<usize>pair) << 2)) * d;
    let sum: f64 = 0;
    for (let k = 0; k < d; k++) {
      const difference = differenceOf<T>(x, i + k, y, j + k);
      sum += kind === TransportCost.manhattan ? abs<f64>(difference) : difference * difference;
    }
    const price =
      kind !== TransportCost.euclidean
        ? sum
        : tame<f64>(sum)
          ? sqrt<f64>(sum)
          : wideLength<T>(x + (i << alignof<T>()), y + (j << alignof<T>()), d);
    if (price === 0) continue;
    all += mass * price;
    const slope =
      kind === TransportCost.squared
        ? 2 * mass * scale
        : kind === TransportCost.manhattan
          ? mass * scale
          : (mass * scale) / price;
    for (let k = 0; k < d; k++) {
      const difference = differenceOf<T>(x, i + k, y, j + k);
      const g = slope * (kind === TransportCost.manhattan ? signOf(difference) : difference);
      addAt(sums, i + k, g);
      addAt(ySums, j + k, -g);
    }
  }
  if (dx) narrow<T>(sums, n * d, dx);
  if (dy) narrow<T>(ySums, m * d, dy);
  return all;
}

function signOf(x: f64): f64 {
  return x > 0 ? 1 : x < 0 ? -1 : 0;
}

function differenceOf<T extends number>(x: usize, i: usize, y: usize, j: usize): f64 {
  return <f64>load<T>(x + (i << alignof<T>())) - <f64>load<T>(y + (j << alignof<T>()));
}

function addAt(sums: usize, i: usize, value: f64): void {
  store<f64>(sums + (i << 3), load<f64>(sums + (i << 3)) + value);
}

function narrow<T extends number>(from: usize, n: i32, to: usize): void {
  for (let i: usize = 0; i < <usize>n; i++) store<T>(to + (i << alignof<T>()), <T>load<f64>(from + (i << 3)));
}
