// Expectile: r = p − t, w = 1 − τ above the target, τ below
//   value     w r²
//   gradient  2 w r for p; its negative for t
// Accuracy    4e-7 (f32), 1e-15 (f64) relative.
// Requires    n > 0; 0 < τ < 1.
import { elementwise, Formula } from "../../../kernel/maths/elementwise.kernel";
import { splat } from "../../../kernel/maths/vector.kernel";

/** `over` is 1 − τ, `under` is τ. */
class Expectile<T extends number> extends Formula {
  /** The weighted residual w r. */
  shared(p: v128, t: v128, over: v128, under: v128): v128 {
    const r = v128.sub<T>(p, t);
    return v128.mul<T>(r, v128.bitselect(over, under, v128.gt<T>(p, t)));
  }
  value(p: v128, t: v128, weighed: v128, over: v128, under: v128): v128 {
    return v128.mul<T>(weighed, v128.sub<T>(p, t));
  }
  byPrediction(p: v128, t: v128, weighed: v128, over: v128, under: v128): v128 {
    return v128.add<T>(weighed, weighed);
  }
  byTarget(p: v128, t: v128, weighed: v128, over: v128, under: v128): v128 {
    return v128.neg<T>(this.byPrediction(p, t, weighed, over, under));
  }
}

export function expectile<T extends number>(
  p: usize,
  t: usize,
  n: i32,
  tau: f64,
  values: usize,
  dp: usize,
  dt: usize,
  scale: f64,
  upstream: usize,
): f64 {
  return elementwise<T, Expectile<T>>(p, t, n, splat<T>(1 - tau), splat<T>(tau), values, dp, dt, scale, upstream);
}
