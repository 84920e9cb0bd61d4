// L1: r = p − t
//   value     |r|
//   gradient  sign(r), 0 at 0, for p; its negative for t
// Accuracy    1e-7 (f32), 2e-16 (f64) relative: the rounding of r.
// Requires    n > 0.
import { elementwise, Formula } from "../../../kernel/maths/elementwise.kernel";
import { splat } from "../../../kernel/maths/vector.kernel";

class L1<T extends number> extends Formula {
  shared(p: v128, t: v128, a: v128, b: v128): v128 {
    return v128.sub<T>(p, t);
  }
  value(p: v128, t: v128, r: v128, a: v128, b: v128): v128 {
    return v128.abs<T>(r);
  }
  byPrediction(p: v128, t: v128, r: v128, a: v128, b: v128): v128 {
    const one = v128.bitselect(r, splat<T>(1), splat<T>(-0.0));
    // All bits set are a NaN, so the second mask keeps NaN in the gradient.
    return v128.or(v128.and(one, v128.ne<T>(r, splat<T>(0))), v128.ne<T>(r, r));
  }
  byTarget(p: v128, t: v128, r: v128, a: v128, b: v128): v128 {
    return v128.neg<T>(this.byPrediction(p, t, r, a, b));
  }
}

export function l1<T extends number>(
  p: usize,
  t: usize,
  n: i32,
  values: usize,
  dp: usize,
  dt: usize,
  scale: f64,
  upstream: usize,
): f64 {
  return elementwise<T, L1<T>>(p, t, n, values, dp, dt, scale, upstream, splat<T>(0), splat<T>(0));
}
