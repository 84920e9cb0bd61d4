// Temporal difference: δ = r + γ (1 − d) v' − v, h = threshold of Huber's loss
//   value     q (q / 2 + max(0, |δ| − h)), q = min(|δ|, h)      (δ² / 2 for h = ∞)
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
  const beyond = v128.pmax<T>(splat<T>(0), v128.sub<T>(size, h));
  return v128.mul<T>(q, v128.add<T>(v128.mul<T>(q, splat<T>(0.5)), beyond));
}

function clamped<T extends number>(delta: v128, h: v128): v128 {
  return v128.pmax<T>(v128.pmin<T>(delta, h), v128.neg<T>(h));
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
  const factor = splat<T>(-scale);
  let sum = f64x2.splat(0);
  let at: usize = 0;
  let left = n;
  for (; left >= lanes<T>(); left -= lanes<T>(), at += 16) {
    const delta = difference<T>(v128.load(v + at), v128.load(r + at), v128.load(next + at), v128.load(d + at), gamma);
    const value = lossOf<T>(delta, h);
    sum = addTo<T>(sum, value);
    if (values) v128.store(values + at, value);
    if (dv) v128.store(dv + at, v128.mul<T>(clamped<T>(delta, h), factor));
  }
  if (left > 0) {
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
    if (dv) store<T>(dv + at, v128.mul<T>(clamped<T>(delta, h), factor), left);
  }
  return total(sum);
}
