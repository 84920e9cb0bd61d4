// Generalized Dice, over the classes of a sample: w_c = (v / V_c)², V_c = Σ t over the positions, v the least V_c above 0
//   value     W / B,  W = Σ_c w_c Σ p (1 − t) + t (1 − p),  A = 2 Σ_c w_c Σ p t + s,  B = W + A     (1 − A/B)
//   gradient  w_c (A (1 − t) − (B + W) t) / B²   for p
// The rarest class has weight 1, so that s is measured in its positions, and no weight leaves its range.
// Accuracy    1e-6 (f32), 8e-15 (f64) relative, for the sums of t stand squared; gradients, where their two terms
//             cancel to 1 %, 4e-5 and 8e-14.
// Edges       A class without target has weight 1 too, so that its false alarms cost; B = 0: value and gradient 0.
// Requires    n > 0. `state` is scratch of generalizedDiceWorkspace bytes.
import { maskSums, mixMask } from "../../../kernel/maths/masks.kernel";
import { rowSum } from "../../../kernel/maths/softmax.kernel";
import { bytes, setElement } from "../../../kernel/maths/vector.kernel";

/** Three f64 per class. */
export function generalizedDiceWorkspace(classes: i32): i32 {
  return 24 * classes;
}

export function generalizedDice<T extends number>(
  p: usize,
  t: usize,
  samples: i32,
  classes: i32,
  n: i32,
  smooth: f64,
  values: usize,
  dp: usize,
  scale: f64,
  state: usize,
): f64 {
  const row = bytes<T>(n);
  const sample = <usize>classes * row;
  let sum: f64 = 0;
  for (let i = 0; i < samples; i++, p += sample, t += sample) {
    const least = measure<T>(p, t, classes, n, state);
    let apart: f64 = 0;
    let a = smooth;
    for (let c = 0; c < classes; c++) {
      const at = state + 24 * <usize>c;
      const volume = load<f64>(at, 16);
      const relative = volume === 0 ? 1 : least / volume;
      const weight = relative * relative;
      store<f64>(at, weight, 16);
      apart += weight * load<f64>(at);
      a += 2 * weight * load<f64>(at, 8);
    }
    const b = a + apart;
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
      mixMask<T>(t + <usize>c * row, n, dp, factor * a * inverse, factor * (1 + apart * inverse));
    }
  }
  return sum;
}

/** Gathers disagreement, overlap and Σ t of each class; returns the least Σ t above 0. */
function measure<T extends number>(p: usize, t: usize, classes: i32, n: i32, state: usize): f64 {
  const row = bytes<T>(n);
  let least: f64 = Infinity;
  for (let c = 0; c < classes; c++, p += row, t += row, state += 24) {
    v128.store(state, maskSums<T>(p, t, n, false));
    const volume = rowSum<T>(t, n);
    store<f64>(state, volume, 16);
    if (volume > 0 && volume < least) least = volume;
  }
  return least;
}
