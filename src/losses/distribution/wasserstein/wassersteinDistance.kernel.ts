// Optimal transport on a line: sorted u and v are walked together, each stretch of mass w that both share going from
// u_i to v_j, d = u_i − v_j. Lengths are measured in `unit`s, so that powers stay in range: r = |d| / unit
//   value     Σ w rᵖ, and for p = ∞ the largest r
//   gradient  p w r^(p−1) sign(d) / unit for u_i, its negative for v_j, times `scale`; for p = ∞ sign(d) / unit where r is largest, of
//             equal ones at the lowest u_i, then v_j
// Masses are counted in products: u_i has uWeights[i] · Σ vWeights, so that uniform sizes n and m are split in whole
// numbers and the same lengths pair up exactly. Where given weights leave a crumb of both u_i and v_j that is no more than their
// rounding, it is not moved: the largest way, or a high power, would see it.
// Accuracy    computed in f64 whatever the data's type: 1e-13 relative, for p ≤ 4.

// Requires    n, m > 0; weights ≥ 0 with positive sums (0 pointers: all 1); p ≥ 1; unit > 0.
import { expOf } from "../../../kernel/maths/exp.kernel";
import { logOf } from "../../../kernel/maths/log.kernel";

/** rᵖ for r ≥ 0. */
function power(r: f64, p: f64): f64 {
  if (p === 1) return r;
  if (p === 0) return 1;
  if (p === 2) return r * r;
  return r === 0 ? 0 : expOf<f64>(p * logOf(r));
}

/** slope · r^(p−1) · sign(d). */
function pull(d: f64, r: f64, p: f64, slope: f64): f64 {
  if (d === 0) return 0;
  const g = slope * power(r, p - 1);
  return d < 0 ? -g : d > 0 ? g : NaN;
}

function weightOf<T extends number>(weights: usize, order: usize, i: i32): f64 {
  if (!weights) return 1;
  return <f64>load<T>(weights + ((<usize>load<i32>(order + ((<usize>i) << 2))) << alignof<T>()));
}

function sumOf<T extends number>(weights: usize, n: i32): f64 {
  if (!weights) return <f64>n;
  let sum: f64 = 0;
  for (let i = 0; i < n; i++) sum += <f64>load<T>(weights + ((<usize>i) << alignof<T>()));
  return sum;
}

function deliver<T extends number>(gradient: usize, order: usize, i: i32, value: f64): void {
  if (gradient) store<T>(gradient + ((<usize>load<i32>(order + ((<usize>i) << 2))) << alignof<T>()), <T>value);
}

/** Of a unit of mass, what rounding of the weights may leave over. */
function roundingOf<T extends number>(): f64 {
  return sizeof<T>() === 8 ? 1e-14 : 1.2e-7;
}

/** Where one of both is left over from a pair already, a mass this much smaller than the number's own is a crumb. */
const CRUMB: f64 = 1e-3;

/** The index of the i-th smallest. */
function placeOf(order: usize, i: i32): i32 {
  return load<i32>(order + ((<usize>i) << 2));
}

/** Whether pair (i, j) comes before pair (k, l) in the order of the numbers as they were given. */
function comesFirst(uOrder: usize, vOrder: usize, i: i32, j: i32, k: i32, l: i32): bool {
  if (i !== k) return placeOf(uOrder, i) < placeOf(uOrder, k);
  return placeOf(vOrder, j) < placeOf(vOrder, l);
}

/** The gradient for p = ∞: that of the one longest way d. */
function deliverLongest<T extends number>(
  du: usize,
  uOrder: usize,
  n: i32,
  i: i32,
  dv: usize,
  vOrder: usize,
  m: i32,
  j: i32,
  d: f64,
  slope: f64,
): void {
  const g = pull(d, 1, 1, slope);
  if (du) memory.fill(du, 0, (<usize>n) << alignof<T>());
  if (dv) memory.fill(dv, 0, (<usize>m) << alignof<T>());
  deliver<T>(du, uOrder, i, g);
  deliver<T>(dv, vOrder, j, -g);
}

/** Whether a way is longer than the longest so far; NaN is longer than any. */
function isLonger(r: f64, longest: f64): bool {
  return r > longest || (isNaN<f64>(r) && !isNaN<f64>(longest));
}

/** As many numbers on both sides, of equal mass: the i-th smallest goes to the i-th smallest. */
function pairs<T extends number>(
  u: usize,
  uOrder: usize,
  v: usize,
  vOrder: usize,
  n: i32,
  p: f64,
  unit: f64,
  du: usize,
  dv: usize,
  scale: f64,
): f64 {
  const inverse = 1 / unit;
  const slope = (scale * p * inverse) / n;
  let sum: f64 = 0;
  let longest = 0;
  let way: f64 = 0;
  for (let i: usize = 0; i < <usize>n; i++) {
    const at = i << alignof<T>();
    const d = <f64>load<T>(u + at) - <f64>load<T>(v + at);
    const r = abs<f64>(d) * inverse;
    if (p === Infinity) {
      const k = <i32>i;
      if (isLonger(r, sum) || (r === sum && comesFirst(uOrder, vOrder, k, k, longest, longest))) {
        sum = r;
        longest = k;
        way = d;
      }
      continue;
    }
    sum += power(r, p);
    if (!du && !dv) continue;
    const g = pull(d, r, p, slope);
    if (du) store<T>(du + ((<usize>load<u32>(uOrder + (i << 2))) << alignof<T>()), <T>g);
    if (dv) store<T>(dv + ((<usize>load<u32>(vOrder + (i << 2))) << alignof<T>()), <T>-g);
  }
  if (p !== Infinity) return sum / n;
  deliverLongest<T>(du, uOrder, n, longest, dv, vOrder, n, longest, way, scale * inverse);
  return sum;
}

export function transport1d<T extends number>(
  u: usize,
  uOrder: usize,
  uWeights: usize,
  v: usize,
  vOrder: usize,
  vWeights: usize,
  n: i32,
  m: i32,
  p: f64,
  unit: f64,
  du: usize,
  dv: usize,
  scale: f64,
): f64 {
  if (n === m && !uWeights && !vWeights) return pairs<T>(u, uOrder, v, vOrder, n, p, unit, du, dv, scale);
  const uTotal = sumOf<T>(uWeights, n);
  const vTotal = sumOf<T>(vWeights, m);
  const share = 1 / (uTotal * vTotal);
  const slope = (scale * p * share) / unit;
  let i = 0;
  let j = 0;
  let uLeft = weightOf<T>(uWeights, uOrder, 0) * vTotal;
  let vLeft = weightOf<T>(vWeights, vOrder, 0) * uTotal;
  let uGradient: f64 = 0;
  let vGradient: f64 = 0;
  let sum: f64 = 0;
  let longestU = 0;
  let longestV = 0;
  let way: f64 = 0;
  const crumb = uWeights || vWeights ? roundingOf<T>() * uTotal * vTotal : 0;
  if (du) memory.fill(du, 0, (<usize>n) << alignof<T>());
  if (dv) memory.fill(dv, 0, (<usize>m) << alignof<T>());
  while (true) {
    const mass = min<f64>(uLeft, vLeft);
    if (
      mass > crumb ||
      (mass > 0 &&
        (mass >= CRUMB * vTotal * weightOf<T>(uWeights, uOrder, i) ||
          mass >= CRUMB * uTotal * weightOf<T>(vWeights, vOrder, j)))
    ) {
      const d = <f64>load<T>(u + ((<usize>i) << alignof<T>())) - <f64>load<T>(v + ((<usize>j) << alignof<T>()));
      const r = abs<f64>(d) / unit;
      if (p === Infinity) {
        if (isLonger(r, sum) || (r === sum && comesFirst(uOrder, vOrder, i, j, longestU, longestV))) {
          sum = r;
          longestU = i;
          longestV = j;
          way = d;
        }
      } else {
        sum += mass * power(r, p);
        if (du || dv) {
          const g = pull(d, r, p, mass * slope);
          uGradient += g;
          vGradient -= g;
        }
      }
    }
    uLeft -= mass;
    vLeft -= mass;
    // One of both is 0 now; rounding of weights may leave a crumb of the other at the very end.
    const uDone = uLeft <= 0;
    const vDone = vLeft <= 0;
    const over = (uDone && i === n - 1) || (vDone && j === m - 1);
    if (uDone || over) {
      deliver<T>(du, uOrder, i, uGradient);
      uGradient = 0;
    }
    if (vDone || over) {
      deliver<T>(dv, vOrder, j, vGradient);
      vGradient = 0;
    }
    if (over) break;
    if (uDone) uLeft = weightOf<T>(uWeights, uOrder, ++i) * vTotal;
    if (vDone) vLeft = weightOf<T>(vWeights, vOrder, ++j) * uTotal;
  }
  if (p !== Infinity) return sum * share;
  deliverLongest<T>(du, uOrder, n, longestU, dv, vOrder, m, longestV, way, scale / unit);
  return sum;
}
