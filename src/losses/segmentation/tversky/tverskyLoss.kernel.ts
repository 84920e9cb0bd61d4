// Tversky: over the positions of a mask, or of one class's masks in all samples, I = Σ p t, F = Σ p (1 − t), M = Σ (1 − p) t
//   value     w u^k,  u = W / B,  W = α F + β M,  B = A + W,  A = I + s     (u is 1 − A/B, without its cancellation)
//   gradient  w k u^(k−1) (α A (1 − t) − (β A + W) t) / B²                  for p; 0 at u = 0 for k < 1
// Accuracy    4e-7 (f32), 4e-15 (f64) relative; gradients, where their two terms cancel to 1 %, 2e-5 and 4e-14.
// Edges       B = 0 (no smoothing, nothing predicted, nothing there): value and gradient 0.
// Requires    n > 0, k > 0. Groups, weights, upstream and skipBlank are those of diceLoss.kernel.ts.
// Sums gather at most 16 vectors a lane in T before they are widened to f64.
import { expOf } from "../../../kernel/maths/exp.kernel";
import { logOf } from "../../../kernel/maths/log.kernel";
import { isBlankGroup, mixMask } from "../../../kernel/maths/masks.kernel";
import { addTo, bytes, element, lanes, load, setElement, splat, total } from "../../../kernel/maths/vector.kernel";

export function tversky<T extends number>(
  p: usize,
  t: usize,
  masks: i32,
  groups: i32,
  n: i32,
  classes: i32,
  alpha: f64,
  beta: f64,
  smooth: f64,
  power: f64,
  weights: usize,
  skipBlank: bool,
  values: usize,
  dp: usize,
  scale: f64,
  upstream: usize,
): f64 {
  const row = bytes<T>(n);
  let sum: f64 = 0;
  for (let g = 0; g < groups; g++) {
    const skip = skipBlank && isBlankGroup<T>(t, masks, g, groups, n);
    let sums = f64x2.splat(0);
    if (!skip)
      for (let m = g; m < masks; m += groups)
        sums = f64x2.add(sums, mistakes<T>(p + <usize>m * row, t + <usize>m * row, n, alpha, beta));
    const wrong = f64x2.extract_lane(sums, 0);
    const a = f64x2.extract_lane(sums, 1) + smooth;
    const b = a + wrong;
    const inverse: f64 = skip || b === 0 ? 0 : 1 / b;
    const weight: f64 = weights ? element<T>(weights + bytes<T>(g % classes)) : 1;
    const share = wrong * inverse;
    const log = logOf(share);
    const value = weight * (power === 1 ? share : share === 0 ? 0 : expOf<f64>(power * log));
    sum += value;
    if (values) setElement<T>(values + bytes<T>(g), value);
    if (!dp) continue;
    const bend: f64 = power === 1 ? 1 : share === 0 ? 0 : power * expOf<f64>((power - 1) * log);
    const factor = scale * weight * bend * inverse * inverse * (upstream ? element<T>(upstream + bytes<T>(g)) : 1);
    for (let m = g; m < masks; m += groups) {
      const from = <usize>m * row;
      if (skip) memory.fill(dp + from, 0, row);
      else mixMask<T>(t + from, n, dp + from, factor * alpha * a, factor * (beta * a + wrong));
    }
  }
  return sum;
}

/** α F + β M, and I, of one mask. */
function mistakes<T extends number>(p: usize, t: usize, n: i32, alpha: f64, beta: f64): v128 {
  const one = splat<T>(1);
  let hits = f64x2.splat(0);
  let alarms = hits;
  let misses = hits;
  let at: usize = 0;
  let left = n;
  while (left >= lanes<T>()) {
    let hitBlock = splat<T>(0);
    let alarmBlock = hitBlock;
    let missBlock = hitBlock;
    const end = max(left - 16 * lanes<T>(), lanes<T>() - 1);
    for (; left > end; left -= lanes<T>(), at += 16) {
      const x = v128.load(p + at);
      const y = v128.load(t + at);
      hitBlock = v128.add<T>(hitBlock, v128.mul<T>(x, y));
      alarmBlock = v128.add<T>(alarmBlock, v128.mul<T>(x, v128.sub<T>(one, y)));
      missBlock = v128.add<T>(missBlock, v128.mul<T>(v128.sub<T>(one, x), y));
    }
    hits = addTo<T>(hits, hitBlock);
    alarms = addTo<T>(alarms, alarmBlock);
    misses = addTo<T>(misses, missBlock);
  }
  if (left > 0) {
    const x = load<T>(p + at, left);
    const y = load<T>(t + at, left);
    hits = addTo<T>(hits, v128.mul<T>(x, y));
    alarms = addTo<T>(alarms, v128.mul<T>(x, v128.sub<T>(one, y)));
    misses = addTo<T>(misses, v128.mul<T>(v128.sub<T>(one, x), y));
  }
  const wrong = alpha * total(alarms) + beta * total(misses);
  return f64x2.replace_lane(f64x2.splat(wrong), 1, total(hits));
}
