// Binary cross entropy on logits: e = exp(−|x|), l = log1p(e), w = positive weight
//   value     t w (max(−x, 0) + l) + (1 − t) (max(x, 0) + l)
//   gradient  (1 − t) σ(x) − t w σ(−x)                     for x
//             w max(−x, 0) − max(x, 0) + (w − 1) l         for t
// No term cancels another, so small losses keep their digits.
// Accuracy    4e-7 (f32), 8e-16 (f64) relative.
// Requires    n > 0, w > 0.
import { elementwise, LongFormula } from "../../../kernel/maths/elementwise.kernel";
import { log1p } from "../../../kernel/maths/log.kernel";
import { expMinusAbs, sigmoid, sigmoidOfAbs, sigmoidOfMinus } from "../../../kernel/maths/sigmoid.kernel";
import { splat } from "../../../kernel/maths/vector.kernel";

class BinaryCrossEntropy<T extends number> extends LongFormula {
  shared(x: v128, t: v128, w: v128, _: v128): v128 {
    return expMinusAbs<T>(x);
  }
  value(x: v128, t: v128, e: v128, w: v128, _: v128): v128 {
    const zero = splat<T>(0);
    const l = log1p<T>(e);
    const miss = v128.mul<T>(v128.mul<T>(t, w), v128.add<T>(v128.pmax<T>(v128.sub<T>(zero, x), zero), l));
    return v128.add<T>(miss, v128.mul<T>(v128.sub<T>(splat<T>(1), t), v128.add<T>(v128.pmax<T>(x, zero), l)));
  }
  first(x: v128, t: v128, e: v128, w: v128, _: v128): v128 {
    const r = sigmoidOfAbs<T>(e);
    const rise = v128.mul<T>(v128.sub<T>(splat<T>(1), t), sigmoid<T>(x, e, r));
    return v128.sub<T>(rise, v128.mul<T>(v128.mul<T>(t, w), sigmoidOfMinus<T>(x, e, r)));
  }
  second(x: v128, t: v128, e: v128, w: v128, _: v128): v128 {
    const zero = splat<T>(0);
    const linear = v128.sub<T>(v128.mul<T>(w, v128.pmax<T>(v128.sub<T>(zero, x), zero)), v128.pmax<T>(x, zero));
    return v128.add<T>(linear, v128.mul<T>(v128.sub<T>(w, splat<T>(1)), log1p<T>(e)));
  }
}

export function binaryCrossEntropy<T extends number>(
  x: usize,
  t: usize,
  n: i32,
  values: usize,
  dx: usize,
  dt: usize,
  scale: f64,
  positiveWeight: f64,
): f64 {
  return elementwise<T, BinaryCrossEntropy<T>>(x, t, n, values, dx, dt, scale, splat<T>(positiveWeight), splat<T>(0));
}
