// The angle of a point (d, n) in the right half-plane: atan(n / d) for d ≥ 0.
//
// Method     Turned by 0, π/4 or π/2, so that one division leaves |q| ≤ tan(π/8); atan q = q + q³ P(q²), P fitted for
//            least relative error.
// Accuracy   3e-7 (f32), 6e-16 (f64) relative (asserted in test/maths.test.ts).
// Edges      d = 0 < n gives π/2; n = d = 0 gives 0; NaN gives NaN. n / d may overflow; n + d may not.
import { splat } from "./vector.kernel";

export function angle<T extends number>(n: v128, d: v128): v128 {
  const zero = splat<T>(0);
  const a = v128.abs<T>(n);
  const steep = v128.gt<T>(a, v128.mul<T>(d, splat<T>(2.414213562373095)));
  const slanted = v128.gt<T>(a, v128.mul<T>(d, splat<T>(0.41421356237309503)));
  let above = v128.bitselect(v128.sub<T>(a, d), a, slanted);
  let below = v128.bitselect(v128.add<T>(a, d), d, slanted);
  above = v128.bitselect(v128.sub<T>(zero, d), above, steep);
  below = v128.bitselect(a, below, steep);
  let turn = v128.and(splat<T>(0.7853981633974483), slanted);
  turn = v128.bitselect(splat<T>(1.5707963267948966), turn, steep);
  // Only n = d = 0 divides by nothing.
  const q = v128.div<T>(above, v128.bitselect(splat<T>(1), below, v128.eq<T>(below, zero)));
  const z = v128.mul<T>(q, q);
  const y = v128.add<T>(turn, v128.add<T>(q, v128.mul<T>(v128.mul<T>(q, z), series<T>(z))));
  return v128.or(y, v128.and(n, splat<T>(-0.0)));
}

function series<T extends number>(z: v128): v128 {
  if (sizeof<T>() === 4) {
    let p = f32x4.splat(0.08520277828028164);
    p = f32x4.add(f32x4.mul(p, z), f32x4.splat(-0.14024096591096666));
    p = f32x4.add(f32x4.mul(p, z), f32x4.splat(0.19991235338051427));
    return f32x4.add(f32x4.mul(p, z), f32x4.splat(-0.33333286546448576));
  }
  let p = f64x2.splat(-0.019175404711104935);
  p = f64x2.add(f64x2.mul(p, z), f64x2.splat(0.03923044778479309));
  p = f64x2.add(f64x2.mul(p, z), f64x2.splat(-0.050854078345894844));
  p = f64x2.add(f64x2.mul(p, z), f64x2.splat(0.05858140904866328));
  p = f64x2.add(f64x2.mul(p, z), f64x2.splat(-0.06664510525508936));
  p = f64x2.add(f64x2.mul(p, z), f64x2.splat(0.07692183125376892));
  p = f64x2.add(f64x2.mul(p, z), f64x2.splat(-0.0909090457530649));
  p = f64x2.add(f64x2.mul(p, z), f64x2.splat(0.11111111015187018));
  p = f64x2.add(f64x2.mul(p, z), f64x2.splat(-0.14285714284665682));
  p = f64x2.add(f64x2.mul(p, z), f64x2.splat(0.19999999999995516));
  return f64x2.add(f64x2.mul(p, z), f64x2.splat(-0.3333333333333333));
}
