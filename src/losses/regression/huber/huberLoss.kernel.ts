// Huber: r = p − t, c = clamp(r, −δ, δ)
//   value     c (r − c/2)           (r²/2 within δ, δ|r| − δ²/2 beyond, without a branch)
//   gradient  c                     for p; its negative for t
// Accuracy    4e-7 (f32), 1e-15 (f64) relative.
// Requires    n > 0, δ > 0.
import { elementwise, Formula } from "../../../kernel/maths/elementwise.kernel";
import { splat } from "../../../kernel/maths/vector.kernel";

class Huber<T extends number> extends Formula {
  shared(p: v128, t: v128, delta: v128, _: v128): v128 {
    return v128.sub<T>(p, t);
  }
  value(p: v128, t: v128, r: v128, delta: v128, _: v128): v128 {
    const c = this.byPrediction(p, t, r, delta, _);
    return v128.mul<T>(c, v128.sub<T>(r, v128.mul<T>(c, splat<T>(0.5))));
  }
  byPrediction(p: v128, t: v128, r: v128, delta: v128, _: v128): v128 {
    return v128.pmax<T>(v128.pmin<T>(r, delta), v128.neg<T>(delta));
  }
  byTarget(p: v128, t: v128, r: v128, delta: v128, _: v128): v128 {
    return v128.neg<T>(this.byPrediction(p, t, r, delta, _));
  }
}

export function huber<T extends number>(
  p: usize,
  t: usize,
  n: i32,
  delta: f64,
  values: usize,
  dp: usize,
  dt: usize,
  scale: f64,
  upstream: usize,
): f64 {
  return elementwise<T, Huber<T>>(p, t, n, splat<T>(delta), splat<T>(0), values, dp, dt, scale, upstream);
}
