// Smooth L1: r = p − t, z = min(|r| / β, 1)
//   value     z (|r| − β z / 2)     (r² / 2β within β, |r| − β/2 beyond, without a branch)
//   gradient  clamp(r / β, −1, 1)   for p; its negative for t
// Dividing, where multiplying by 1/β would do, keeps the smallest β from overflowing.
// Accuracy    4e-7 (f32), 1e-15 (f64) relative.
// Requires    n > 0, β > 0 in T.
import { elementwise, Formula } from "../../../kernel/maths/elementwise.kernel";
import { splat } from "../../../kernel/maths/vector.kernel";

class SmoothL1<T extends number> extends Formula {
  shared(p: v128, t: v128, beta: v128, _: v128): v128 {
    return v128.sub<T>(p, t);
  }
  value(p: v128, t: v128, r: v128, beta: v128, _: v128): v128 {
    const e = v128.abs<T>(r);
    const z = v128.pmin<T>(v128.div<T>(e, beta), splat<T>(1));
    return v128.mul<T>(z, v128.sub<T>(e, v128.mul<T>(v128.mul<T>(z, beta), splat<T>(0.5))));
  }
  byPrediction(p: v128, t: v128, r: v128, beta: v128, _: v128): v128 {
    return v128.pmax<T>(v128.pmin<T>(v128.div<T>(r, beta), splat<T>(1)), splat<T>(-1));
  }
  byTarget(p: v128, t: v128, r: v128, beta: v128, _: v128): v128 {
    return v128.neg<T>(this.byPrediction(p, t, r, beta, _));
  }
}

export function smoothL1<T extends number>(
  p: usize,
  t: usize,
  n: i32,
  values: usize,
  dp: usize,
  dt: usize,
  scale: f64,
  upstream: usize,
  beta: f64,
): f64 {
  return elementwise<T, SmoothL1<T>>(p, t, n, values, dp, dt, scale, upstream, splat<T>(beta), splat<T>(0));
}
