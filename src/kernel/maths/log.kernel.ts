// log(x) and log1p(y).
//
// Method     log((1 + z) / (1 − z)) = 2z + z³ q(z²), q fitted for least relative error.
//            log1p(y), 0 ≤ y ≤ 1: z = y / (2 + y).
//            log(x): x = 2ᵉ m, √½ ≤ m < √2, z = (m − 1) / (m + 1), log x = e ln 2 + log m.
// Accuracy   log1p 1.8e-7 (f32), 3.4e-16 (f64); log 8.8e-8 (f32), 1.7e-16 (f64), relative
//            (asserted in test/maths.test.ts).
// Edges      NaN gives NaN; log(0) = −Infinity, log(+Infinity) = +Infinity, log of a negative number is NaN;
//            subnormal numbers have their logarithm.

/** log(1 + y) for 0 ≤ y ≤ 1. */
export function log1p<T extends number>(y: v128): v128 {
  const z = v128.div<T>(y, v128.add<T>(y, v128.splat<T>(<T>2)));
  const z2 = v128.mul<T>(z, z);
  let q: v128;
  // Paired up by powers of z⁴ instead of nested: fewer operations wait for one another.
  const z4 = v128.mul<T>(z2, z2);
  if (sizeof<T>() === 8) {
    const q01 = f64x2.add(f64x2.mul(z2, f64x2.splat(0.4000000000017592)), f64x2.splat(0.6666666666666624));
    const q23 = f64x2.add(f64x2.mul(z2, f64x2.splat(0.2222222407721232)), f64x2.splat(0.28571428545886485));
    const q45 = f64x2.add(f64x2.mul(z2, f64x2.splat(0.1538662771001302)), f64x2.splat(0.18181740488818943));
    const q67 = f64x2.add(f64x2.mul(z2, f64x2.splat(0.12112353098729357)), f64x2.splat(0.13300137975456672));
    const q89 = f64x2.add(f64x2.mul(z2, f64x2.splat(0.17065099680249396)), f64x2.splat(0.0831395509013618));
    const z8 = f64x2.mul(z4, z4);
    const q0123 = f64x2.add(q01, f64x2.mul(z4, q23));
    const q4567 = f64x2.add(q45, f64x2.mul(z4, q67));
    q = f64x2.add(q0123, f64x2.mul(z8, f64x2.add(q4567, f64x2.mul(z8, q89))));
  } else {
    const q01 = f32x4.add(f32x4.mul(z2, f32x4.splat(0.40021538734436035)), f32x4.splat(0.666664183139801));
    const q23 = f32x4.add(f32x4.mul(z2, f32x4.splat(0.2801283895969391)), f32x4.splat(0.2800162732601166));
    q = f32x4.add(q01, f32x4.mul(z4, q23));
  }
  return v128.add<T>(v128.add<T>(z, z), v128.mul<T>(v128.mul<T>(z, z2), q));
}

export function log<T extends number>(x: v128): v128 {
  return sizeof<T>() === 8 ? log64(x) : log32(x);
}

/**
 * log of positive, normal, finite numbers, right to 1.7e-7 · max(1, |log x|) in f32: what t log t needs. No look at the
 * edges: NaN and anything else give some number.
 */
export function logRough<T extends number>(x: v128): v128 {
  return sizeof<T>() === 8 ? parts64(x, i64x2.splat(0)) : rough32(x);
}

function rough32(x: v128): v128 {
  const bits = i32x4.sub(x, i32x4.splat(0x3f3504f3));
  const e = f32x4.convert_i32x4_s(i32x4.shr_s(bits, 23));
  const f = f32x4.sub(i32x4.add(v128.and(bits, i32x4.splat(0x007fffff)), i32x4.splat(0x3f3504f3)), f32x4.splat(1));
  const z = f32x4.div(f, f32x4.add(f, f32x4.splat(2)));
  const z2 = f32x4.mul(z, z);
  let q = f32x4.splat(0.4151746928691864);
  q = f32x4.add(f32x4.mul(q, z2), f32x4.splat(0.6664409041404724));
  q = f32x4.add(f32x4.mul(q, z2), f32x4.splat(2.0000009536743164));
  return f32x4.add(f32x4.mul(e, f32x4.splat(0.6931471805599453)), f32x4.mul(z, q));
}

function log32(x: v128): v128 {
  const tiny = f32x4.lt(x, f32x4.splat(1.17549435e-38));
  const scaled = v128.bitselect(f32x4.mul(x, f32x4.splat(8388608)), x, tiny);
  return edges<f32>(x, parts32(scaled, v128.and(tiny, i32x4.splat(23))));
}

function log64(x: v128): v128 {
  const tiny = f64x2.lt(x, f64x2.splat(2.2250738585072014e-308));
  const scaled = v128.bitselect(f64x2.mul(x, f64x2.splat(4503599627370496)), x, tiny);
  return edges<f64>(x, parts64(scaled, v128.and(tiny, i64x2.splat(52))));
}

/** log(x / 2^less), from exponent and mantissa. */
function parts32(x: v128, less: v128): v128 {
  // Subtracting the bits of √½ puts the exponent's step there.
  const bits = i32x4.sub(x, i32x4.splat(0x3f3504f3));
  const exponent = i32x4.sub(i32x4.shr_s(bits, 23), less);
  const m = i32x4.add(v128.and(bits, i32x4.splat(0x007fffff)), i32x4.splat(0x3f3504f3));
  const f = f32x4.sub(m, f32x4.splat(1));
  const z = f32x4.div(f, f32x4.add(f, f32x4.splat(2)));
  const z2 = f32x4.mul(z, z);
  let q = f32x4.splat(0.298709511756897);
  q = f32x4.add(f32x4.mul(q, z2), f32x4.splat(0.39977574348449707));
  q = f32x4.add(f32x4.mul(q, z2), f32x4.splat(0.6666677594184875));
  // log m = f − z (f − z² q): with 2z = f − z f this keeps the leading term exact.
  const e = f32x4.convert_i32x4_s(exponent);
  const small = f32x4.sub(f32x4.mul(e, f32x4.splat(-2.1219444e-4)), f32x4.mul(z, f32x4.sub(f, f32x4.mul(z2, q))));
  return f32x4.add(f32x4.mul(e, f32x4.splat(0.693359375)), f32x4.add(f, small));
}

function parts64(x: v128, less: v128): v128 {
  const bits = i64x2.sub(x, i64x2.splat(0x3fe6a09e667f3bcd));
  const exponent = i64x2.sub(i64x2.shr_s(bits, 52), less);
  const m = i64x2.add(v128.and(bits, i64x2.splat(0x000fffffffffffff)), i64x2.splat(0x3fe6a09e667f3bcd));
  const f = f64x2.sub(m, f64x2.splat(1));
  const z = f64x2.div(f, f64x2.add(f, f64x2.splat(2)));
  const z2 = f64x2.mul(z, z);
  let q = f64x2.splat(0.14845534173297736);
  q = f64x2.add(f64x2.mul(q, z2), f64x2.splat(0.15308621300549866));
  q = f64x2.add(f64x2.mul(q, z2), f64x2.splat(0.18183800979566175));
  q = f64x2.add(f64x2.mul(q, z2), f64x2.splat(0.222221933667761));
  q = f64x2.add(f64x2.mul(q, z2), f64x2.splat(0.2857142880259121));
  q = f64x2.add(f64x2.mul(q, z2), f64x2.splat(0.399999999990737));
  q = f64x2.add(f64x2.mul(q, z2), f64x2.splat(0.6666666666666806));
  // The integer exponent becomes a float through the bits of 2⁵² + 2⁵¹.
  const magic = f64x2.splat(6755399441055744);
  const e = f64x2.sub(i64x2.add(exponent, magic), magic);
  const small = f64x2.sub(
    f64x2.mul(e, f64x2.splat(1.9082149292705877e-10)),
    f64x2.mul(z, f64x2.sub(f, f64x2.mul(z2, q))),
  );
  return f64x2.add(f64x2.mul(e, f64x2.splat(0.6931471803691238)), f64x2.add(f, small));
}

/** Puts the values at 0, below 0, at +Infinity and at NaN into a logarithm computed from bits. */
function edges<T extends number>(x: v128, y: v128): v128 {
  const zero = v128.splat<T>(<T>0);
  const infinity = v128.splat<T>(<T>Infinity);
  let result = v128.bitselect(x, y, v128.or(v128.eq<T>(x, infinity), v128.ne<T>(x, x)));
  result = v128.bitselect(v128.neg<T>(infinity), result, v128.eq<T>(x, zero));
  return v128.bitselect(v128.splat<T>(<T>NaN), result, v128.lt<T>(x, zero));
}

/** log(1 + y) of one f64, 0 ≤ y ≤ 1, through the vector form. */
export function log1pOf(y: f64): f64 {
  return v128.extract_lane<f64>(log1p<f64>(f64x2.splat(y)), 0);
}

/** log of one f64, through the vector form. */
export function logOf(x: f64): f64 {
  return v128.extract_lane<f64>(log64(f64x2.splat(x)), 0);
}
