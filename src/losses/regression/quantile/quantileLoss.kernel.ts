// Quantile (pinball): r = p − t
//   value     max((1 − q) r, −q r)
//   gradient  1 − q above the target, −q below, 0 on it, for p; its negative for t
// Several quantiles of one target, p [N, Q] and t [N], r_ij = p_ij − t_i: the same with q_j, each gradient for p_ij times
// its cotangent u_ij (1 where there are none), and minus their sum over j for t_i.
// Accuracy    4e-7 (f32), 1e-15 (f64) relative, of the several quantiles as T rounds them.
// Requires    n, rows, columns > 0; 0 < q < 1.
import { elementwise, Formula } from "../../../kernel/maths/elementwise.kernel";
import {
  addTo,
  bytes,
  head,
  lanes,
  load as loadVector,
  splat,
  store as storeVector,
  total,
  weighed,
} from "../../../kernel/maths/vector.kernel";

/** `over` is 1 − q, `under` is −q. */
function pinball<T extends number>(r: v128, over: v128, under: v128): v128 {
  return v128.pmax<T>(v128.mul<T>(r, over), v128.mul<T>(r, under));
}

/** Its derivative by r: 0 at 0, NaN at NaN (all bits set). */
function pinballSlope<T extends number>(r: v128, over: v128, under: v128): v128 {
  const zero = splat<T>(0);
  const slope = v128.bitselect(over, under, v128.gt<T>(r, zero));
  return v128.or(v128.and(slope, v128.ne<T>(r, zero)), v128.ne<T>(r, r));
}

class Quantile<T extends number> extends Formula {
  shared(p: v128, t: v128, over: v128, under: v128): v128 {
    return v128.sub<T>(p, t);
  }
  value(p: v128, t: v128, r: v128, over: v128, under: v128): v128 {
    return pinball<T>(r, over, under);
  }
  byPrediction(p: v128, t: v128, r: v128, over: v128, under: v128): v128 {
    return pinballSlope<T>(r, over, under);
  }
  byTarget(p: v128, t: v128, r: v128, over: v128, under: v128): v128 {
    return v128.neg<T>(this.byPrediction(p, t, r, over, under));
  }
}

export function quantile<T extends number>(
  p: usize,
  t: usize,
  n: i32,
  values: usize,
  dp: usize,
  dt: usize,
  scale: f64,
  upstream: usize,
  q: f64,
): f64 {
  return elementwise<T, Quantile<T>>(p, t, n, values, dp, dt, scale, upstream, splat<T>(1 - q), splat<T>(-q));
}

export function multiQuantile<T extends number>(
  p: usize,
  t: usize,
  q: usize,
  rows: i32,
  columns: i32,
  values: usize,
  dp: usize,
  dt: usize,
  upstream: usize,
  scale: f64,
): f64 {
  const factor = splat<T>(scale);
  const one = splat<T>(1);
  const row = bytes<T>(columns);
  let sum = f64x2.splat(0);
  for (let i = 0; i < rows; i++) {
    const target = v128.splat<T>(load<T>(t + bytes<T>(i)));
    const from = <usize>i * row;
    let slopes = f64x2.splat(0);
    let at: usize = 0;
    for (let left = columns; left > 0; left -= lanes<T>(), at += 16) {
      const under = loadVector<T>(q + at, left);
      const over = v128.sub<T>(one, under);
      const r = v128.sub<T>(loadVector<T>(p + from + at, left), target);
      const value = pinball<T>(r, over, v128.neg<T>(under));
      const u = upstream ? loadVector<T>(upstream + from + at, left) : one;
      sum = addTo<T>(sum, head<T>(weighed<T>(value, u), left));
      if (values) storeVector<T>(values + from + at, value, left);
      if (dp | dt) {
        const slope = weighed<T>(pinballSlope<T>(r, over, v128.neg<T>(under)), u);
        if (dp) storeVector<T>(dp + from + at, v128.mul<T>(slope, factor), left);
        slopes = addTo<T>(slopes, head<T>(slope, left));
      }
    }
    if (dt) store<T>(dt + bytes<T>(i), <T>(-scale * total(slopes)));
  }
  return total(sum);
}
