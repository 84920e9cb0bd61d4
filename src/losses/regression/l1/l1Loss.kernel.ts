// L1: r = p − t
//   value     |r|
//   gradient  sign(r), 0 at 0, for p; its negative for t
// Accuracy    1e-7 (f32), 2e-16 (f64) relative: the rounding of r.
// Requires    n > 0.
import { elementwise, Formula } from "../../../kernel/maths/elementwise.kernel";
import { sided, splat } from "../../../kernel/maths/vector.kernel";

class L1<T extends number> extends Formula {
  shared(p: v128, t: v128, a: v128, b: v128): v128 {
    return v128.sub<T>(p, t);
  }
  value(p: v128, t: v128, r: v128, a: v128, b: v128): v128 {
    return v128.abs<T>(r);
  }
  byPrediction(p: v128, t: v128, r: v128, a: v128, b: v128): v128 {
    return sided<T>(r, splat<T>(-1), splat<T>(1));
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
  return elementwise<T, L1<T>>(p, t, n, splat<T>(0), splat<T>(0), values, dp, dt, scale, upstream);
}
