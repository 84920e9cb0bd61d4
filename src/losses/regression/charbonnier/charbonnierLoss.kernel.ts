// Charbonnier: r = p − t, m = max(|r|, ε), k = min(|r|, ε) / m
//   value     √(r² + ε²) = m √(1 + k²), which overflows only where the value itself does
//   gradient  r / value, ±1 at ±Infinity, for p; its negative for t
// Accuracy    4e-7 (f32), 1e-15 (f64) relative.
// Requires    n > 0, ε > 0.
import { elementwise, Formula } from "../../../kernel/maths/elementwise.kernel";
import { splat } from "../../../kernel/maths/vector.kernel";

class Charbonnier<T extends number> extends Formula {
  /** The value itself: the gradient divides by it. */
  shared(p: v128, t: v128, epsilon: v128, one: v128): v128 {
    const e = v128.abs<T>(v128.sub<T>(p, t));
    const m = v128.pmax<T>(e, epsilon);
    const k = v128.div<T>(v128.pmin<T>(e, epsilon), m);
    return v128.mul<T>(m, v128.sqrt<T>(v128.add<T>(one, v128.mul<T>(k, k))));
  }
  value(p: v128, t: v128, root: v128, epsilon: v128, one: v128): v128 {
    return root;
  }
  byPrediction(p: v128, t: v128, root: v128, epsilon: v128, one: v128): v128 {
    const r = v128.sub<T>(p, t);
    const sign = v128.bitselect(r, one, splat<T>(-0.0));
    return v128.bitselect(sign, v128.div<T>(r, root), v128.eq<T>(root, splat<T>(Infinity)));
  }
  byTarget(p: v128, t: v128, root: v128, epsilon: v128, one: v128): v128 {
    return v128.neg<T>(this.byPrediction(p, t, root, epsilon, one));
  }
}

export function charbonnier<T extends number>(
  p: usize,
  t: usize,
  n: i32,
  epsilon: f64,
  values: usize,
  dp: usize,
  dt: usize,
  scale: f64,
  upstream: usize,
): f64 {
  // An ε too small for T would be 0, and 0/0 on the target.
  const least = sizeof<T>() === 8 ? epsilon : max(epsilon, 1.17549435e-38);
  return elementwise<T, Charbonnier<T>>(p, t, n, splat<T>(least), splat<T>(1), values, dp, dt, scale, upstream);
}
