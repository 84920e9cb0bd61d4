// Binary cross entropy on logits: e = exp(−|x|), l = log1p(e), w = positive weight
//   value     t w (max(−x, 0) + l) + (1 − t) (max(x, 0) + l)
//   gradient  (1 − t) σ(x) − t w σ(−x)                     for x
//             w max(−x, 0) − max(x, 0) + (w − 1) l         for t
// With s = 1 − t and o = −t w where x ≥ 0, the other way round where x < 0, these are x s + (1 − t + t w) l and
// (s + o e) / (1 + e). No term cancels another, so small losses keep their digits. x s is never negative: the maximum of it
// and 0, in this order, is 0 where an infinite x meets a factor of 0; a NaN in x comes in with l.
// Accuracy    4e-7 (f32), 8e-16 (f64) relative.
// Edges       an infinite x of the right side costs 0 with gradient 0, of the wrong side Infinity with gradient (1 − t) or −t w.
// Requires    n > 0, t in [0, 1], w > 0 and finite in T.
import { elementwise, elementwiseBy, LongFormula } from "../../../kernel/maths/elementwise.kernel";
import { log1p } from "../../../kernel/maths/log.kernel";
import { expMinusAbs } from "../../../kernel/maths/sigmoid.kernel";
import { bytes, element, lanes, load, splat, store } from "../../../kernel/maths/vector.kernel";

class BinaryCrossEntropy<T extends number> extends LongFormula {
  shared(x: v128, t: v128, w: v128, _: v128): v128 {
    return expMinusAbs<T>(x);
  }
  value(x: v128, t: v128, e: v128, w: v128, minus: v128): v128 {
    const hit = v128.mul<T>(t, minus);
    const miss = v128.sub<T>(splat<T>(1), t);
    const s = v128.bitselect(hit, miss, v128.lt<T>(x, splat<T>(0)));
    const linear = v128.pmax<T>(splat<T>(0), v128.mul<T>(x, s));
    return v128.add<T>(linear, v128.mul<T>(v128.sub<T>(miss, hit), log1p<T>(e)));
  }
  byPrediction(x: v128, t: v128, e: v128, w: v128, minus: v128): v128 {
    const hit = v128.mul<T>(t, minus);
    const miss = v128.sub<T>(splat<T>(1), t);
    const s = v128.bitselect(hit, miss, v128.lt<T>(x, splat<T>(0)));
    const o = v128.sub<T>(v128.add<T>(miss, hit), s);
    return v128.div<T>(v128.add<T>(s, v128.mul<T>(o, e)), v128.add<T>(splat<T>(1), e));
  }
  byTarget(x: v128, t: v128, e: v128, w: v128, minus: v128): v128 {
    const zero = splat<T>(0);
    const linear = v128.sub<T>(v128.mul<T>(w, v128.pmax<T>(v128.sub<T>(zero, x), zero)), v128.pmax<T>(x, zero));
    return v128.add<T>(linear, v128.mul<T>(v128.sub<T>(w, splat<T>(1)), log1p<T>(e)));
  }
}

/** `weights` holds positive weights and then their negatives, one each per element of a period. */
export function binaryCrossEntropy<T extends number>(
  x: usize,
  t: usize,
  n: i32,
  period: i32,
  weights: usize,
  values: usize,
  dx: usize,
  dt: usize,
  scale: f64,
  upstream: usize,
): f64 {
  const minus = weights + bytes<T>(period);
  if (period > 1)
    return elementwiseBy<T, BinaryCrossEntropy<T>>(x, t, n, period, weights, minus, values, dx, dt, scale, upstream);
  const w = splat<T>(element<T>(weights));
  return elementwise<T, BinaryCrossEntropy<T>>(x, t, n, w, v128.neg<T>(w), values, dx, dt, scale, upstream);
}

/** Targets t (1 − ε) + ε / 2. */
export function smoothTargets<T extends number>(t: usize, n: i32, smoothing: f64, out: usize): void {
  const kept = splat<T>(1 - smoothing);
  const shift = splat<T>(smoothing / 2);
  for (let left = n, at: usize = 0; left > 0; left -= lanes<T>(), at += 16)
    store<T>(out + at, v128.add<T>(v128.mul<T>(load<T>(t + at, left), kept), shift), left);
}
