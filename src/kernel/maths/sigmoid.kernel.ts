// What losses on logits share, all from e = exp(−|x|).
//
// Accuracy   2.3e-7 (f32), 4.3e-16 (f64) relative on both sides, as long as exp(−|x|) is a normal number: nothing
//            overflows or cancels (asserted in test/maths.test.ts).
import { exp } from "./exp.kernel";
import { log1p } from "./log.kernel";
import { splat } from "./vector.kernel";

/** exp(−|x|). */
export function expMinusAbs<T extends number>(x: v128): v128 {
  return exp<T>(v128.or(x, splat<T>(-0.0)));
}

/** σ(|x|) = 1 / (1 + e). */
export function sigmoidOfAbs<T extends number>(e: v128): v128 {
  const one = splat<T>(1);
  return v128.div<T>(one, v128.add<T>(one, e));
}

/** σ(x), from e and r = σ(|x|). */
export function sigmoid<T extends number>(x: v128, e: v128, r: v128): v128 {
  return v128.bitselect(v128.mul<T>(e, r), r, v128.lt<T>(x, splat<T>(0)));
}

/** σ(−x), from e and r = σ(|x|). */
export function sigmoidOfMinus<T extends number>(x: v128, e: v128, r: v128): v128 {
  return v128.bitselect(r, v128.mul<T>(e, r), v128.lt<T>(x, splat<T>(0)));
}

/** log(1 + exp(x)), from e = exp(−|x|). */
export function softplus<T extends number>(x: v128, e: v128): v128 {
  return v128.add<T>(v128.pmax<T>(x, splat<T>(0)), log1p<T>(e));
}
