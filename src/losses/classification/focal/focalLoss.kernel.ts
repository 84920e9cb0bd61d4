// Sigmoid focal loss. With a hard target, z = x for t = 0 and −x for t = 1; then 1 − p_t = σ(z) = q and
//   value     a q^γ softplus(z)
//   gradient  ± a q^γ (q + γ (1 − q) softplus(z)),   the sign of dz/dx
// log q = −softplus(−z), so q^γ = exp(−γ softplus(−z)) is finite with its gradient for every γ ≥ 0. With a soft target,
//   q = t σ(−x) + (1 − t) σ(x),  bce = t softplus(−x) + (1 − t) softplus(x),  a = α t + (1 − α)(1 − t)
//   value     a q^γ bce
//   gradient  a q^γ ((1 − t) σ(x) − t σ(−x) + γ (1 − 2t) σ(x) σ(−x) bce / q),   q > 0
// γ = 2 needs neither log nor division by q: one formula for every target, through `elementwise` (0.7 of the time).
// Accuracy    5e-6 (f32), 1e-14 (f64) relative for γ ≤ 5, |x| ≤ 10: exp(γ u) multiplies the rounding of u by γ |u|.
// Edges       an infinite x costs 0 with gradient 0 on the right side, and where a = 0; on the wrong side a · Infinity with
//             gradient ± a. Products that have x in them are never negative, and `atLeastZero` makes 0 of their 0 · ∞. It
//             makes 0 of NaN too, which comes in with the other terms.
// Requires    n > 0, γ ≥ 0 and finite in T, t in [0, 1].

import { elementwise, LongFormula } from "../../../kernel/maths/elementwise.kernel";
import { exp } from "../../../kernel/maths/exp.kernel";
import { log, log1p } from "../../../kernel/maths/log.kernel";
import { expMinusAbs, sigmoid, sigmoidOfAbs, sigmoidOfMinus, softplus } from "../../../kernel/maths/sigmoid.kernel";
import {
  addTo,
  bytes,
  element,
  head,
  lanes,
  load,
  splat,
  store,
  total,
  weighed,
} from "../../../kernel/maths/vector.kernel";

/** max(0, y), and 0 for NaN. */
function atLeastZero<T extends number>(y: v128): v128 {
  return v128.pmax<T>(splat<T>(0), y);
}

/**
 * γ = 2, with the weights of positives and negatives, both above 0. With e = exp(−|x|), r = 1 / (1 + e), and s = 1 − t and
 * o = −t where x ≥ 0, the other way round where x < 0: q = r |s − o e|, (1 − t) σ(x) − t σ(−x) = r (s + o e),
 * bce = x s + log1p(e).
 */
class FocalSquare<T extends number> extends LongFormula {
  shared(x: v128, t: v128, _a: v128, _b: v128): v128 {
    return expMinusAbs<T>(x);
  }
  value(x: v128, t: v128, e: v128, positive: v128, negative: v128): v128 {
    const one = splat<T>(1);
    const above = v128.ge<T>(x, splat<T>(0));
    const s = v128.sub<T>(v128.and(above, one), t);
    const oe = v128.mul<T>(v128.sub<T>(v128.andnot(one, above), t), e);
    const r = v128.div<T>(one, v128.add<T>(one, e));
    const q = v128.mul<T>(r, v128.andnot(v128.sub<T>(s, oe), splat<T>(-0.0)));
    const weight = v128.add<T>(v128.mul<T>(positive, t), v128.mul<T>(negative, v128.sub<T>(one, t)));
    const cost = v128.add<T>(atLeastZero<T>(v128.mul<T>(x, s)), log1p<T>(e));
    // The cost first: where it is infinite, q is above 0 but its square may not be.
    return v128.mul<T>(v128.mul<T>(v128.mul<T>(cost, q), q), weight);
  }
  byPrediction(x: v128, t: v128, e: v128, positive: v128, negative: v128): v128 {
    const one = splat<T>(1);
    const above = v128.ge<T>(x, splat<T>(0));
    const s = v128.sub<T>(v128.and(above, one), t);
    const oe = v128.mul<T>(v128.sub<T>(v128.andnot(one, above), t), e);
    const r = v128.div<T>(one, v128.add<T>(one, e));
    const m = v128.andnot(v128.sub<T>(s, oe), splat<T>(-0.0));
    const t1 = v128.sub<T>(one, t);
    const weight = v128.add<T>(v128.mul<T>(positive, t), v128.mul<T>(negative, t1));
    const cost = v128.add<T>(atLeastZero<T>(v128.mul<T>(x, s)), log1p<T>(e));
    // q = r m, and σ(x) σ(−x) = e r²: r² is common to both terms.
    const side = v128.sub<T>(t1, t);
    const bend = v128.mul<T>(v128.add<T>(side, side), atLeastZero<T>(v128.mul<T>(e, cost)));
    const pull = v128.mul<T>(m, v128.add<T>(s, oe));
    const q = v128.mul<T>(r, m);
    return v128.mul<T>(v128.mul<T>(v128.mul<T>(weight, q), v128.mul<T>(r, r)), v128.add<T>(pull, bend));
  }
  byTarget(x: v128, t: v128, e: v128, positive: v128, negative: v128): v128 {
    return splat<T>(0);
  }
}

/** a = positive t + negative (1 − t); `weights` holds positive and then negative weights, one each per element of a period. */
export function focal<T extends number>(
  x: usize,
  t: usize,
  n: i32,
  period: i32,
  weights: usize,
  gamma: f64,
  values: usize,
  dx: usize,
  scale: f64,
  upstream: usize,
): f64 {
  const own = bytes<T>(period);
  const positiveWeight = element<T>(weights);
  const negativeWeight = element<T>(weights + own);
  const positive = splat<T>(positiveWeight);
  const negative = splat<T>(negativeWeight);
  if (period === 1)
    return gamma === 2 && positiveWeight !== 0 && negativeWeight !== 0
      ? elementwise<T, FocalSquare<T>>(x, t, n, positive, negative, values, dx, 0, scale, upstream)
      : anyGamma<T>(x, t, n, 0, 0, positive, negative, gamma, values, dx, scale, upstream);
  let sum: f64 = 0;
  for (let left = n; left > 0; left -= period, x += own, t += own) {
    sum += anyGamma<T>(x, t, period, weights, weights + own, positive, negative, gamma, values, dx, scale, upstream);
    if (values) values += own;
    if (dx) dx += own;
    if (upstream) upstream += own;
  }
  return sum;
}

function anyGamma<T extends number>(
  x: usize,
  t: usize,
  n: i32,
  positives: usize,
  negatives: usize,
  positive: v128,
  negative: v128,
  gamma: f64,
  values: usize,
  dx: usize,
  scale: f64,
  upstream: usize,
): f64 {
  const zero = splat<T>(0);
  const one = splat<T>(1);
  const factor = splat<T>(scale);
  const power = splat<T>(gamma);
  const minusPower = splat<T>(-gamma);
  let sum = f64x2.splat(0);
  let at: usize = 0;
  for (let left = n; left > 0; left -= lanes<T>(), at += 16) {
    const v = load<T>(x + at, left);
    const y = load<T>(t + at, left);
    const y1 = v128.sub<T>(one, y);
    const e = expMinusAbs<T>(v);
    const r = sigmoidOfAbs<T>(e);
    if (positives) {
      positive = load<T>(positives + at, left);
      negative = load<T>(negatives + at, left);
    }
    const a = v128.add<T>(v128.mul<T>(positive, y), v128.mul<T>(negative, y1));
    let value: v128;
    let slope: v128;
    if (v128.any_true(v128.ne<T>(v128.mul<T>(y, y1), zero))) {
      const up = sigmoid<T>(v, e, r);
      const down = sigmoidOfMinus<T>(v, e, r);
      const q = v128.add<T>(v128.mul<T>(y, down), v128.mul<T>(y1, up));
      const side = v128.bitselect(v128.neg<T>(y), y1, v128.lt<T>(v, zero));
      const linear = v128.mul<T>(v, side);
      const l = log1p<T>(e);
      const bce = v128.add<T>(atLeastZero<T>(linear), l);
      // q vanishes only under a hard target, where σ(x) σ(−x) / q is the other side's σ.
      const hard = v128.eq<T>(v128.mul<T>(y, y1), zero);
      const other = v128.add<T>(v128.mul<T>(y, up), v128.mul<T>(y1, down));
      const ratio = v128.bitselect(other, v128.div<T>(v128.mul<T>(up, down), q), hard);
      const z = v128.mul<T>(v, v128.sub<T>(y1, y));
      const u = v128.bitselect(softplus<T>(v128.neg<T>(z), e), v128.neg<T>(log<T>(q)), hard);
      const weight = v128.mul<T>(a, exp<T>(v128.pmin<T>(zero, v128.mul<T>(minusPower, u))));
      value = v128.add<T>(atLeastZero<T>(v128.mul<T>(linear, weight)), v128.mul<T>(weight, l));
      const bend = v128.mul<T>(v128.mul<T>(power, v128.sub<T>(y1, y)), atLeastZero<T>(v128.mul<T>(ratio, bce)));
      slope = v128.mul<T>(weight, v128.add<T>(v128.sub<T>(v128.mul<T>(y1, up), v128.mul<T>(y, down)), bend));
    } else {
      const side = v128.sub<T>(y1, y);
      const z = v128.mul<T>(v, side);
      const q = sigmoid<T>(z, e, r);
      const l = log1p<T>(e);
      const linear = v128.pmax<T>(z, zero);
      const hidden = v128.add<T>(v128.pmax<T>(v128.neg<T>(z), zero), l);
      const fade = exp<T>(v128.pmin<T>(zero, v128.mul<T>(minusPower, hidden)));
      const weight = v128.mul<T>(a, fade);
      value = v128.add<T>(atLeastZero<T>(v128.mul<T>(linear, weight)), v128.mul<T>(weight, l));
      const bce = v128.add<T>(linear, l);
      const bend = v128.mul<T>(power, atLeastZero<T>(v128.mul<T>(v128.sub<T>(one, q), bce)));
      slope = v128.mul<T>(v128.mul<T>(weight, side), v128.add<T>(q, bend));
    }
    const u = upstream ? load<T>(upstream + at, left) : one;
    sum = addTo<T>(sum, head<T>(weighed<T>(value, u), left));
    if (values) store<T>(values + at, value, left);
    if (dx) store<T>(dx + at, weighed<T>(v128.mul<T>(slope, factor), u), left);
  }
  return total(sum);
}
