// Σ s x, what the losses of a Wasserstein GAN's critic and generator are made of; gradient s.
// Accuracy    1e-7 (f32), 2e-16 (f64) relative for each score; their sum is f64.
// Requires    n > 0.
import {
  addTo,
  lanes,
  load as loadVector,
  select,
  splat,
  store as storeVector,
  total,
} from "../../../kernel/maths/vector.kernel";

/** Returns Σ slope · x; stores slope · x in `values`, and scale · slope (NaN where x is) in `dx`. */
export function linear<T extends number>(x: usize, n: i32, slope: f64, values: usize, dx: usize, scale: f64): f64 {
  const by = splat<T>(slope);
  const constant = splat<T>(slope * scale);
  let sum = f64x2.splat(0);
  let at: usize = 0;
  for (let left = n; left > 0; left -= lanes<T>(), at += 16) {
    const v = loadVector<T>(x + at, left);
    sum = addTo<T>(sum, v);
    if (values) storeVector<T>(values + at, v128.mul<T>(v, by), left);
    if (dx) storeVector<T>(dx + at, select(v, constant, v128.ne<T>(v, v)), left);
  }
  return slope * total(sum);
}
