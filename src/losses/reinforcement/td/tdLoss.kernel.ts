// Temporal difference: δ = r + γ (1 − d) v' − v, h = threshold of Huber's loss
//   value     q max(q / 2, |δ| − q / 2), q = min(|δ|, h)      (δ² / 2 for h = ∞)
//   gradient  −clamp(δ, −h, h) for v; the target r + γ (1 − d) v' is held constant
// Where γ (1 − d) is 0 nothing follows, whatever v' is: NaN and infinities there do not count.
// Accuracy    5e-7 (f32), 1e-15 (f64) relative; below a tenth of the largest value that much of a tenth of it, for δ cancels.
// Requires    n > 0, h > 0.
import { addTo, head, lanes, load, splat, store, total } from "../../../kernel/maths/vector.kernel";

/** δ of one vector. */
function difference<T extends number>(v: v128, r: v128, next: v128, d: v128, gamma: v128): v128 {
  const follows = v128.mul<T>(gamma, v128.sub<T>(splat<T>(1), d));
  const ahead = v128.andnot(v128.mul<T>(follows, next), v128.eq<T>(follows, splat<T>(0)));
  return v128.sub<T>(v128.add<T>(r, ahead), v);
}

function lossOf<T extends number>(delta: v128, h: v128): v128 {
  const size = v128.abs<T>(delta);
  const q = v128.pmin<T>(size, h);
  const half = v128.mul<T>(q, splat<T>(0.5));
  // The larger is |δ| − q / 2, but where both are infinite and that is NaN.
  return v128.mul<T>(q, v128.pmax<T>(half, v128.sub<T>(size, half)));
}

function clamped<T extends number>(delta: v128, h: v128, low: v128): v128 {
  return v128.pmax<T>(v128.pmin<T>(delta, h), low);
}

export function temporalDifference<T extends number>(
  v: usize,
  r: usize,
  next: usize,
  d: usize,
  n: i32,
  discount: f64,
  threshold: f64,
  values: usize,
  dv: usize,
  scale: f64,
): f64 {
  const gamma = splat<T>(discount);
  const h = splat<T>(threshold);
  const low = splat<T>(-threshold);
  const factor = splat<T>(-scale);
  let sum = f64x2.splat(0);
  let at: usize = 0;
  let left = n;
  for (; left >= 2 * lanes<T>(); left -= 2 * lanes<T>(), at += 32) {
    const delta0 = difference<T>(v128.load(v + at), v128.load(r + at), v128.load(next + at), v128.load(d + at), gamma);
    const delta1 = difference<T>(
      v128.load(v + at, 16),
      v128.load(r + at, 16),
      v128.load(next + at, 16),
      v128.load(d + at, 16),
      gamma,
    );
    const value0 = lossOf<T>(delta0, h);
    const value1 = lossOf<T>(delta1, h);
    sum = addTo<T>(sum, v128.add<T>(value0, value1));
    if (values) {
      v128.store(values + at, value0);
      v128.store(values + at, value1, 16);
    }
    if (dv) {
      v128.store(dv + at, v128.mul<T>(clamped<T>(delta0, h, low), factor));
      v128.store(dv + at, v128.mul<T>(clamped<T>(delta1, h, low), factor), 16);
    }
  }
  for (; left > 0; left -= lanes<T>(), at += 16) {
    const delta = difference<T>(
      load<T>(v + at, left),
      load<T>(r + at, left),
      load<T>(next + at, left),
      load<T>(d + at, left),
      gamma,
    );
    const value = lossOf<T>(delta, h);
    sum = addTo<T>(sum, head<T>(value, left));
    if (values) store<T>(values + at, value, left);
    if (dv) store<T>(dv + at, v128.mul<T>(clamped<T>(delta, h, low), factor), left);
  }
  return total(sum);
}
