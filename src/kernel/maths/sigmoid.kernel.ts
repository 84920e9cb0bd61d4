// What losses on logits share, all from e = exp(−|x|).
//
// Accuracy   a few roundings, whatever the size of x: no side of it overflows or cancels.
import { exp } from "./exp.kernel";
import { log1p } from "./log.kernel";
import { splat } from "./vector.kernel";

/** exp(−|x|). */
export function expMinusAbs<T extends number>(x: v128): v128 {
  return exp<T>(v128.neg<T>(v128.abs<T>(x)));
}

/** σ(x) = 1 / (1 + exp(−x)), from e = exp(−|x|). */
export function sigmoid<T extends number>(x: v128, e: v128): v128 {
  const one = splat<T>(1);
  const numerator = v128.bitselect(e, one, v128.lt<T>(x, splat<T>(0)));
  return v128.div<T>(numerator, v128.add<T>(one, e));
}

/** log(1 + exp(x)), from e = exp(−|x|). */
export function softplus<T extends number>(x: v128, e: v128): v128 {
  return v128.add<T>(v128.pmax<T>(x, splat<T>(0)), log1p<T>(e));
}
