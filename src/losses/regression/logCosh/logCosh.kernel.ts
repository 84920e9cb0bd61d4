// Log-cosh: r = p − t, a = |r|
//   value     log1p(cosh a − 1)                       a < 1
//             (a − ln 2) + log1p(exp(−2a))            otherwise
//   gradient  tanh r = sinh r / cosh r, and sign(r) (1 − exp(−2a)) / (1 + exp(−2a)), for p; its negative for t
// cosh a − 1 and sinh r are Taylor series, so that nothing cancels near 0; y, what log1p is taken of, is shared:
// 1 + y is the denominator of the gradient on both sides.
// Accuracy    5e-7 (f32), 1e-15 (f64) relative, for value and gradient, near 0 as well.
// Requires    n > 0.
import { elementwise, LongFormula } from "../../../kernel/maths/elementwise.kernel";
import { exp } from "../../../kernel/maths/exp.kernel";
import { log1p } from "../../../kernel/maths/log.kernel";
import { splat } from "../../../kernel/maths/vector.kernel";

/** cosh a − 1 from x = a² < 1. */
function coshMinus1<T extends number>(x: v128): v128 {
  let s = splat<T>(1.0 / 3628800);
  if (sizeof<T>() === 8) {
    s = splat<T>(1.0 / 6402373705728000);
    s = v128.add<T>(v128.mul<T>(s, x), splat<T>(1.0 / 20922789888000));
    s = v128.add<T>(v128.mul<T>(s, x), splat<T>(1.0 / 87178291200));
    s = v128.add<T>(v128.mul<T>(s, x), splat<T>(1.0 / 479001600));
    s = v128.add<T>(v128.mul<T>(s, x), splat<T>(1.0 / 3628800));
  }
  s = v128.add<T>(v128.mul<T>(s, x), splat<T>(1.0 / 40320));
  s = v128.add<T>(v128.mul<T>(s, x), splat<T>(1.0 / 720));
  s = v128.add<T>(v128.mul<T>(s, x), splat<T>(1.0 / 24));
  s = v128.add<T>(v128.mul<T>(s, x), splat<T>(0.5));
  return v128.mul<T>(s, x);
}

/** sinh r from r and x = r² < 1. */
function sinh<T extends number>(r: v128, x: v128): v128 {
  let s = splat<T>(1.0 / 362880);
  if (sizeof<T>() === 8) {
    s = splat<T>(1.0 / 355687428096000);
    s = v128.add<T>(v128.mul<T>(s, x), splat<T>(1.0 / 1307674368000));
    s = v128.add<T>(v128.mul<T>(s, x), splat<T>(1.0 / 6227020800));
    s = v128.add<T>(v128.mul<T>(s, x), splat<T>(1.0 / 39916800));
    s = v128.add<T>(v128.mul<T>(s, x), splat<T>(1.0 / 362880));
  }
  s = v128.add<T>(v128.mul<T>(s, x), splat<T>(1.0 / 5040));
  s = v128.add<T>(v128.mul<T>(s, x), splat<T>(1.0 / 120));
  s = v128.add<T>(v128.mul<T>(s, x), splat<T>(1.0 / 6));
  return v128.add<T>(r, v128.mul<T>(v128.mul<T>(r, x), s));
}

class LogCosh<T extends number> extends LongFormula {
  shared(p: v128, t: v128, one: v128, ln2: v128): v128 {
    const r = v128.sub<T>(p, t);
    const a = v128.abs<T>(r);
    const far = exp<T>(v128.mul<T>(a, splat<T>(-2)));
    return v128.bitselect(coshMinus1<T>(v128.mul<T>(r, r)), far, v128.lt<T>(a, one));
  }
  value(p: v128, t: v128, y: v128, one: v128, ln2: v128): v128 {
    const a = v128.abs<T>(v128.sub<T>(p, t));
    return v128.add<T>(log1p<T>(y), v128.andnot(v128.sub<T>(a, ln2), v128.lt<T>(a, one)));
  }
  first(p: v128, t: v128, y: v128, one: v128, ln2: v128): v128 {
    const r = v128.sub<T>(p, t);
    const far = v128.bitselect(r, v128.sub<T>(one, y), splat<T>(-0.0));
    const near = v128.lt<T>(v128.abs<T>(r), one);
    return v128.div<T>(v128.bitselect(sinh<T>(r, v128.mul<T>(r, r)), far, near), v128.add<T>(one, y));
  }
  second(p: v128, t: v128, y: v128, one: v128, ln2: v128): v128 {
    return v128.neg<T>(this.first(p, t, y, one, ln2));
  }
}

export function logCosh<T extends number>(
  p: usize,
  t: usize,
  n: i32,
  values: usize,
  dp: usize,
  dt: usize,
  scale: f64,
): f64 {
  return elementwise<T, LogCosh<T>>(p, t, n, values, dp, dt, scale, splat<T>(1), splat<T>(0.6931471805599453));
}
