// The angle of a point (d, n) in the right half-plane: atan(n / d) for d ≥ 0.
//
// Method     The smaller over the larger of |n| and d is q ≤ 1; atan q = q + q³ P(q²), P fitted for least relative error;
//            of a steep slope the complement to π/2.
// Accuracy   3e-7 (f32), 6e-16 (f64) relative (asserted in test/maths.test.ts).
// Edges      d = 0 < n gives π/2; n = d = 0 gives 0; NaN gives NaN. n / d may overflow.
import { tiny } from "./boxes.kernel";
import { splat } from "./vector.kernel";

export function angle<T extends number>(n: v128, d: v128): v128 {
  const minus = splat<T>(-0.0);
  const a = v128.abs<T>(n);
  const steep = v128.gt<T>(a, d);
  // The order of the operands keeps NaN; only n = d = 0 divides by the smallest number.
  const q = v128.div<T>(v128.pmin<T>(d, a), v128.pmax<T>(v128.pmax<T>(a, d), tiny<T>()));
  const z = v128.mul<T>(q, q);
  const y = v128.add<T>(q, v128.mul<T>(v128.mul<T>(q, z), series<T>(z)));
  const turned = v128.add<T>(v128.xor(y, v128.and(steep, minus)), v128.and(steep, splat<T>(1.5707963267948966)));
  return v128.or(turned, v128.and(n, minus));
}

function series<T extends number>(z: v128): v128 {
  if (sizeof<T>() === 4) {
    let p = f32x4.splat(-0.004822167863093385);
    p = f32x4.add(f32x4.mul(p, z), f32x4.splat(0.024732191223653537));
    p = f32x4.add(f32x4.mul(p, z), f32x4.splat(-0.06019964398978743));
    p = f32x4.add(f32x4.mul(p, z), f32x4.splat(0.09968165270103256));
    p = f32x4.add(f32x4.mul(p, z), f32x4.splat(-0.14041192515982515));
    p = f32x4.add(f32x4.mul(p, z), f32x4.splat(0.19974186677843514));
    return f32x4.add(f32x4.mul(p, z), f32x4.splat(-0.3333238968423729));
  }
  let p = f64x2.splat(-2.0247426667750035e-5);
  p = f64x2.add(f64x2.mul(p, z), f64x2.splat(0.00022291672668160322));
  p = f64x2.add(f64x2.mul(p, z), f64x2.splat(-0.0011636095531568885));
  p = f64x2.add(f64x2.mul(p, z), f64x2.splat(0.003854740456414429));
  p = f64x2.add(f64x2.mul(p, z), f64x2.splat(-0.00918230873470184));
  p = f64x2.add(f64x2.mul(p, z), f64x2.splat(0.016975070199387363));
  p = f64x2.add(f64x2.mul(p, z), f64x2.splat(-0.025823878519096472));
  p = f64x2.add(f64x2.mul(p, z), f64x2.splat(0.03406562657861429));
  p = f64x2.add(f64x2.mul(p, z), f64x2.splat(-0.040925126907307666));
  p = f64x2.add(f64x2.mul(p, z), f64x2.splat(0.04673894090850349));
  p = f64x2.add(f64x2.mul(p, z), f64x2.splat(-0.05239214178595961));
  p = f64x2.add(f64x2.mul(p, z), f64x2.splat(0.05877302927440915));
  p = f64x2.add(f64x2.mul(p, z), f64x2.splat(-0.06665859432932811));
  p = f64x2.add(f64x2.mul(p, z), f64x2.splat(0.07692212800598533));
  p = f64x2.add(f64x2.mul(p, z), f64x2.splat(-0.09090901222677901));
  p = f64x2.add(f64x2.mul(p, z), f64x2.splat(0.11111110677924946));
  p = f64x2.add(f64x2.mul(p, z), f64x2.splat(-0.14285714271302455));
  p = f64x2.add(f64x2.mul(p, z), f64x2.splat(0.19999999999754361));
  return f64x2.add(f64x2.mul(p, z), f64x2.splat(-0.33333333333331855));
}
