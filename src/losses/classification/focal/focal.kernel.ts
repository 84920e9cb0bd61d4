// Sigmoid focal loss: e = exp(−|x|), P = softplus(−x), N = softplus(x), bce = t P + (1 − t) N
//   q = 1 − p_t = t σ(−x) + (1 − t) σ(x),  u = log q,  q^γ = exp(γ u)
//   value     a q^γ bce,  a = α t + (1 − α)(1 − t)
//   gradient  a q^γ ((1 − t) σ(x) − t σ(−x) + γ (1 − 2t) ρ bce),  ρ = σ(x) σ(−x) / q
// For hard targets u is −N or −P and ρ is σ(x) or σ(−x): no logarithm, and no division by a vanished q, so every γ ≥ 0
// has finite gradients.
// Accuracy    2e-6 (f32), 4e-15 (f64) relative for γ ≤ 5, |x| ≤ 10: exp(γ u) multiplies the rounding of u by γ |u|.
// Requires    n > 0, γ ≥ 0, t in [0, 1]; α < 0 stands for a = 1.
import { exp } from "../../../kernel/maths/exp.kernel";
import { log, log1p } from "../../../kernel/maths/log.kernel";
import { expMinusAbs, sigmoid, sigmoidOfAbs, sigmoidOfMinus } from "../../../kernel/maths/sigmoid.kernel";
import { addTo, head, lanes, load, splat, store, total } from "../../../kernel/maths/vector.kernel";

export function focal<T extends number>(
  x: usize,
  t: usize,
  n: i32,
  values: usize,
  dx: usize,
  scale: f64,
  alpha: f64,
  gamma: f64,
): f64 {
  const zero = splat<T>(0);
  const one = splat<T>(1);
  const factor = splat<T>(scale);
  const power = splat<T>(gamma);
  // a = positive t + negative (1 − t)
  const positive = splat<T>(alpha < 0 ? 1 : alpha);
  const negative = splat<T>(alpha < 0 ? 1 : 1 - alpha);
  let sum = f64x2.splat(0);
  let at: usize = 0;
  for (let left = n; left > 0; left -= lanes<T>(), at += 16) {
    const v = load<T>(x + at, left);
    const y = load<T>(t + at, left);
    const y1 = v128.sub<T>(one, y);
    const e = expMinusAbs<T>(v);
    const l = log1p<T>(e);
    const P = v128.add<T>(v128.pmax<T>(v128.neg<T>(v), zero), l);
    const N = v128.add<T>(v128.pmax<T>(v, zero), l);
    const bce = v128.add<T>(v128.mul<T>(y, P), v128.mul<T>(y1, N));
    const r = sigmoidOfAbs<T>(e);
    const up = sigmoid<T>(v, e, r);
    const down = sigmoidOfMinus<T>(v, e, r);
    let u = v128.neg<T>(v128.add<T>(v128.mul<T>(y, N), v128.mul<T>(y1, P)));
    let ratio = v128.add<T>(v128.mul<T>(y, up), v128.mul<T>(y1, down));
    const soft = v128.ne<T>(v128.mul<T>(y, y1), zero);
    if (v128.any_true(soft)) {
      const q = v128.add<T>(v128.mul<T>(y, down), v128.mul<T>(y1, up));
      u = v128.bitselect(log<T>(q), u, soft);
      ratio = v128.bitselect(v128.div<T>(v128.mul<T>(up, down), q), ratio, soft);
    }
    const weight = v128.add<T>(v128.mul<T>(positive, y), v128.mul<T>(negative, y1));
    const a = v128.mul<T>(weight, exp<T>(v128.mul<T>(power, u)));
    const value = v128.mul<T>(a, bce);
    sum = addTo<T>(sum, head<T>(value, left));
    if (values) store<T>(values + at, value, left);
    if (dx) {
      const slope = v128.sub<T>(v128.mul<T>(y1, up), v128.mul<T>(y, down));
      const bend = v128.mul<T>(v128.mul<T>(v128.mul<T>(power, v128.sub<T>(y1, y)), ratio), bce);
      store<T>(dx + at, v128.mul<T>(v128.mul<T>(a, v128.add<T>(slope, bend)), factor), left);
    }
  }
  return total(sum);
}
