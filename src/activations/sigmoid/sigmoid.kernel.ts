// σ(x) = 1 / (1 + exp(−x)), with e = exp(−|x|) and r = 1 / (1 + e)
//   value         r, or e r below 0
//   pulled back   g e r²               σ (1 − σ) without the difference
// Accuracy    3e-7 (f32), 6e-16 (f64) relative (asserted in src/activations/activations.test.ts).
// Edges       σ(±∞) is 1 and 0, with slope 0; NaN gives NaN, but 0 where the cotangent is 0.
// Requires    n > 0. Outputs may be inputs.
import { expMinusAbs, sigmoid, sigmoidOfAbs } from "../../kernel/maths/sigmoid.kernel";
import { lanes, load, store, weighed } from "../../kernel/maths/vector.kernel";

export function activateSigmoid<T extends number>(x: usize, n: i32, values: usize): void {
  for (let left = n; left > 0; left -= lanes<T>(), x += 16, values += 16) {
    const v = load<T>(x, left);
    const e = expMinusAbs<T>(v);
    store<T>(values, sigmoid<T>(v, e, sigmoidOfAbs<T>(e)), left);
  }
}

/** What cotangents g of the values become before the sigmoid of x. */
export function pullSigmoid<T extends number>(x: usize, g: usize, n: i32, dx: usize): void {
  for (let left = n; left > 0; left -= lanes<T>(), x += 16, g += 16, dx += 16) {
    const e = expMinusAbs<T>(load<T>(x, left));
    const r = sigmoidOfAbs<T>(e);
    store<T>(dx, weighed<T>(v128.mul<T>(v128.mul<T>(e, r), r), load<T>(g, left)), left);
  }
}
