// L2: r = p − t
//   value     r²
//   gradient  2r for p; its negative for t
// Accuracy    3e-7 (f32), 5e-16 (f64) relative.
// Requires    n > 0.
import { elementwise, Formula } from "../../../kernel/maths/elementwise.kernel";
import { splat } from "../../../kernel/maths/vector.kernel";

class L2<T extends number> extends Formula {
  shared(p: v128, t: v128, a: v128, b: v128): v128 {
    return v128.sub<T>(p, t);
  }
  value(p: v128, t: v128, r: v128, a: v128, b: v128): v128 {
    return v128.mul<T>(r, r);
  }
  byPrediction(p: v128, t: v128, r: v128, a: v128, b: v128): v128 {
    return v128.add<T>(r, r);
  }
  byTarget(p: v128, t: v128, r: v128, a: v128, b: v128): v128 {
    return v128.neg<T>(this.byPrediction(p, t, r, a, b));
  }
}

export function l2<T extends number>(
  p: usize,
  t: usize,
  n: i32,
  values: usize,
  dp: usize,
  dt: usize,
  scale: f64,
  upstream: usize,
): f64 {
  return elementwise<T, L2<T>>(p, t, n, splat<T>(0), splat<T>(0), values, dp, dt, scale, upstream);
}
