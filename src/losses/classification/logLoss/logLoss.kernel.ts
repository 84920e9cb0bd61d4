// Logarithmic losses on probabilities
//   logLoss        value −log p_y                               gradient −1/p_y at y, 0 elsewhere
//   binaryLogLoss  value −(t log p + (1 − t) log(1 − p))        gradient (1 − t)/(1 − p) − t/p for p,
// 0 · log 0 is 0 and 0/0 in a gradient is 0, so exact predictions cost nothing; a certain miss costs +Infinity.
// Accuracy    3e-7 (f32), 5e-16 (f64) relative; log(1 − p) for p below ½ through log1p of the exact ratio.
// Requires    n, C > 0; labels in 0…C − 1; p and t in [0, 1].
import { elementwise, Formula } from "../../../kernel/maths/elementwise.kernel";
import { log, log1p, logOf } from "../../../kernel/maths/log.kernel";
import { rowClear } from "../../../kernel/maths/softmax.kernel";
import { bytes, element, factorOf, setElement, splat } from "../../../kernel/maths/vector.kernel";

export function logLoss<T extends number>(
  p: usize,
  labels: usize,
  n: i32,
  classes: i32,
  values: usize,
  dp: usize,
  scale: f64,
  upstream: usize,
): f64 {
  let sum: f64 = 0;
  const rowBytes = bytes<T>(classes);
  if (dp) rowClear<T>(dp, n * classes);
  for (let i = 0; i < n; i++) {
    const label = i32x4.extract_lane(v128.load32_zero(labels + ((<usize>i) << 2)), 0);
    const at = <usize>i * rowBytes + bytes<T>(label);
    // A probability of −0 is 0: its slope is −Infinity, not Infinity.
    const probability = abs<f64>(element<T>(p + at));
    const value = 0 - logOf(probability);
    const u = factorOf<T>(upstream, i);
    if (values) setElement<T>(values + bytes<T>(i), value);
    if (u === 0) continue;
    if (dp) setElement<T>(dp + at, (-scale * u) / probability);
    sum += u * value;
  }
  return sum;
}

class BinaryLogLoss<T extends number> extends Formula {
  shared(p: v128, t: v128, _a: v128, _b: v128): v128 {
    return v128.sub<T>(splat<T>(1), t);
  }
  value(p: v128, t: v128, rest: v128, _a: v128, _b: v128): v128 {
    const zero = splat<T>(0);
    const hit = v128.andnot(v128.mul<T>(t, log<T>(p)), v128.eq<T>(t, zero));
    const miss = v128.andnot(v128.mul<T>(rest, logOneMinus<T>(p)), v128.eq<T>(rest, zero));
    // 0 − x keeps a loss of exactly 0 positive; NaN in p is let through where a factor of 0 silenced it.
    const value = v128.sub<T>(zero, v128.add<T>(hit, miss));
    return v128.bitselect(p, value, v128.ne<T>(p, p));
  }
  byPrediction(p: v128, t: v128, rest: v128, _a: v128, _b: v128): v128 {
    const zero = splat<T>(0);
    const q = v128.sub<T>(splat<T>(1), p);
    const pull = v128.andnot(v128.div<T>(t, v128.abs<T>(p)), v128.eq<T>(t, zero));
    const push = v128.andnot(v128.div<T>(rest, q), v128.eq<T>(rest, zero));
    return v128.bitselect(p, v128.sub<T>(push, pull), v128.ne<T>(p, p));
  }
  byTarget(p: v128, t: v128, rest: v128, _a: v128, _b: v128): v128 {
    return splat<T>(0);
  }
}

/** log(1 − p): for p ≤ ½ as −log1p(p / (1 − p)), which keeps the digits of a small p. */
function logOneMinus<T extends number>(p: v128): v128 {
  const q = v128.sub<T>(splat<T>(1), p);
  const small = v128.neg<T>(log1p<T>(v128.div<T>(p, q)));
  return v128.bitselect(small, log<T>(q), v128.le<T>(p, splat<T>(0.5)));
}

export function binaryLogLoss<T extends number>(
  p: usize,
  t: usize,
  n: i32,
  values: usize,
  dp: usize,
  scale: f64,
  upstream: usize,
): f64 {
  return elementwise<T, BinaryLogLoss<T>>(p, t, n, splat<T>(0), splat<T>(0), values, dp, 0, scale, upstream);
}
