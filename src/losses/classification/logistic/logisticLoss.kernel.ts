// Logistic: m = y f, e = exp(−|m|)
//   value     log(1 + exp(−m)) = max(−m, 0) + log1p(e)
//   gradient  −y σ(−m)
// Accuracy    3e-7 (f32), 6e-16 (f64) relative.
// Requires    n > 0, y = ±1.
import { elementwise, LongFormula } from "../../../kernel/maths/elementwise.kernel";
import { expMinusAbs, softplus } from "../../../kernel/maths/sigmoid.kernel";
import { splat } from "../../../kernel/maths/vector.kernel";

class Logistic<T extends number> extends LongFormula {
  shared(f: v128, y: v128, _a: v128, _b: v128): v128 {
    return expMinusAbs<T>(f);
  }
  value(f: v128, y: v128, e: v128, minus: v128, _b: v128): v128 {
    return softplus<T>(v128.mul<T>(f, v128.xor(y, minus)), e);
  }
  byPrediction(f: v128, y: v128, e: v128, minus: v128, _b: v128): v128 {
    const one = splat<T>(1);
    const side = v128.xor(y, minus);
    const share = v128.bitselect(e, one, v128.lt<T>(v128.mul<T>(f, side), splat<T>(0)));
    return v128.mul<T>(side, v128.div<T>(share, v128.add<T>(one, e)));
  }
  byTarget(f: v128, y: v128, e: v128, _a: v128, _b: v128): v128 {
    return splat<T>(0);
  }
}

export function logistic<T extends number>(
  f: usize,
  y: usize,
  n: i32,
  values: usize,
  df: usize,
  scale: f64,
  upstream: usize,
): f64 {
  return elementwise<T, Logistic<T>>(f, y, n, splat<T>(-0.0), splat<T>(0), values, df, 0, scale, upstream);
}
