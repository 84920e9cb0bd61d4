// Quantile (pinball): r = p − t, s = 1 − q above the target, −q below, 0 on it
//   value     r s
//   gradient  s for p; its negative for t
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
  sided,
  splat,
  store as storeVector,
  total,
  weighed,
} from "../../../kernel/maths/vector.kernel";

class Quantile<T extends number> extends Formula {
  shared(p: v128, t: v128, under: v128, over: v128): v128 {
    return sided<T>(v128.sub<T>(p, t), under, over);
  }
  value(p: v128, t: v128, slope: v128, under: v128, over: v128): v128 {
    return v128.mul<T>(v128.sub<T>(p, t), slope);
  }
  byPrediction(p: v128, t: v128, slope: v128, under: v128, over: v128): v128 {
    return slope;
  }
  byTarget(p: v128, t: v128, slope: v128, under: v128, over: v128): v128 {
    return v128.neg<T>(slope);
  }
}

export function quantile<T extends number>(
  p: usize,
  t: usize,
  n: i32,
  q: f64,
  values: usize,
  dp: usize,
  dt: usize,
  scale: f64,
  upstream: usize,
): f64 {
  return elementwise<T, Quantile<T>>(p, t, n, splat<T>(-q), splat<T>(1 - q), values, dp, dt, scale, upstream);
}

export function multiQuantile<T extends number>(
  p: usize,
  t: usize,
  rows: i32,
  columns: i32,
  q: usize,
  values: usize,
  dp: usize,
  dt: usize,
  scale: f64,
  upstream: usize,
): f64 {
  const factor = splat<T>(scale);
  const one = splat<T>(1);
  const zero = splat<T>(0);
  const row = bytes<T>(columns);
  let sum = f64x2.splat(0);
  for (let i = 0; i < rows; i++) {
    const target = v128.splat<T>(load<T>(t + bytes<T>(i)));
    const from = <usize>i * row;
    let slopes = f64x2.splat(0);
    let at: usize = 0;
    for (let left = columns; left > 0; left -= lanes<T>(), at += 16) {
      const share = loadVector<T>(q + at, left);
      const over = v128.sub<T>(one, share);
      const under = v128.neg<T>(share);
      const r = v128.sub<T>(loadVector<T>(p + from + at, left), target);
      // Masks rather than `sided`, whose chain of operations short rows cannot hide (131072x8: 1.00 → 0.88 ms).
      let value = v128.pmax<T>(v128.mul<T>(r, over), v128.neg<T>(v128.mul<T>(r, share)));
      let slope = v128.and(v128.bitselect(over, under, v128.gt<T>(r, zero)), v128.ne<T>(r, zero));
      slope = v128.or(slope, v128.ne<T>(r, r));
      if (values) storeVector<T>(values + from + at, value, left);
      if (upstream) {
        const u = loadVector<T>(upstream + from + at, left);
        value = weighed<T>(value, u);
        slope = weighed<T>(slope, u);
      }
      sum = addTo<T>(sum, head<T>(value, left));
      if (dp | dt) {
        if (dp) storeVector<T>(dp + from + at, v128.mul<T>(slope, factor), left);
        slopes = addTo<T>(slopes, head<T>(slope, left));
      }
    }
    if (dt) store<T>(dt + bytes<T>(i), <T>(-scale * total(slopes)));
  }
  return total(sum);
}
