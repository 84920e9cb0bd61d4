// Generalized Dice, over the classes of a sample: w_c = 1 / (Σ t)² over the positions
//   value     W / B,  W = Σ_c w_c Σ p (1 − t) + t (1 − p),  B = Σ_c w_c Σ (p + t) + s         (1 − A/B, A = B − W)
//   gradient  w_c (A (1 − t) − (B + W) t) / B²   for p
// Weights and s are divided by the largest weight, which changes nothing and keeps them in range.
// Accuracy    1e-6 (f32), 8e-15 (f64) relative, for the sums of t stand squared; gradients, where their two terms
//             cancel to 1 %, 4e-5 and 8e-14.
// Edges       A class without target takes the largest weight; without any target in the sample all weights are 0.
//             B = 0: value and gradient 0.
// Requires    n > 0. `state` is scratch for three f64 a class.
import { maskSums, mixMask } from "../../../kernel/maths/masks.kernel";
import { rowSum } from "../../../kernel/maths/softmax.kernel";
import { bytes, setElement } from "../../../kernel/maths/vector.kernel";

export function generalizedDice<T extends number>(
  p: usize,
  t: usize,
  samples: i32,
  classes: i32,
  n: i32,
  values: usize,
  dp: usize,
  scale: f64,
  smooth: f64,
  state: usize,
): f64 {
  const row = bytes<T>(n);
  const sample = <usize>classes * row;
  let sum: f64 = 0;
  for (let i = 0; i < samples; i++, p += sample, t += sample) {
    const most = measure<T>(p, t, classes, n, state);
    let apart: f64 = 0;
    let b: f64 = most === 0 ? smooth : smooth / most;
    for (let c = 0; c < classes; c++) {
      const at = state + 24 * <usize>c;
      const own = load<f64>(at, 16);
      // Where no weight is finite all are 0; where this one is not, it is the largest, which divided by itself is 1.
      const weight = most === 0 ? 0 : own < Infinity ? own / most : 1;
      store<f64>(at, weight, 16);
      apart += weight * load<f64>(at);
      b += weight * load<f64>(at, 8);
    }
    const inverse: f64 = b === 0 ? 0 : 1 / b;
    const value = apart * inverse;
    sum += value;
    if (values) {
      setElement<T>(values, value);
      values += sizeof<T>();
    }
    if (!dp) continue;
    for (let c = 0; c < classes; c++, dp += row) {
      const factor = scale * inverse * load<f64>(state + 24 * <usize>c, 16);
      mixMask<T>(t + <usize>c * row, n, dp, factor * (b - apart) * inverse, factor * (1 + apart * inverse));
    }
  }
  return sum;
}

/** Gathers disagreement, size and 1 / (Σ t)² of each class; returns the largest finite weight, or 0. */
function measure<T extends number>(p: usize, t: usize, classes: i32, n: i32, state: usize): f64 {
  const row = bytes<T>(n);
  let most: f64 = 0;
  for (let c = 0; c < classes; c++, p += row, t += row, state += 24) {
    v128.store(state, maskSums<T>(p, t, n, false));
    const volume = rowSum<T>(t, n);
    const weight = 1 / (volume * volume);
    store<f64>(state, weight, 16);
    if (weight < Infinity && weight > most) most = weight;
  }
  return most;
}
