// exp(x) for x ≤ 0, the only side a stable loss needs.
//
// Method     n = round(x / ln 2), r = x − n ln 2 in two parts, exp(x) = 2ⁿ (1 + r + r² q(r)), |r| ≤ ln 2 / 2,
//            q a polynomial fitted for least relative error.
// Accuracy   8.5e-8 (f32), 2.3e-16 (f64) relative (asserted in test/maths.test.ts).
// Edges      exp(0) = 1 exactly. NaN gives NaN, −Infinity 0; results below the smallest normal number are 0.
//            x > 0 is right up to 88.37 (f32), 709.4 (f64); beyond, the exponent overflows and the result is undefined.
import { splat } from "./vector.kernel";

// 2²³ + 2²² and 2⁵² + 2⁵¹, each with the exponent's bias: added to a small number they round it to a whole one and leave
// that, biased, in the low bits, which is cheaper than a conversion (and SIMD has none from f64 to i64).
const MAGIC32: f32 = 12582912 + 127;
const MAGIC64: f64 = 6755399441055744 + 1023;

export function exp<T extends number>(x: v128): v128 {
  const shifted = sizeof<T>() === 8 ? shifted64(x) : shifted32(x);
  const y = v128.add<T>(v128.splat<T>(<T>1), tail<T>(x, shifted));
  // What the formula makes of an x below its range, −Infinity among them, goes.
  const below = v128.lt<T>(x, sizeof<T>() === 8 ? f64x2.splat(-708.3964185322641) : f32x4.splat(-87.336544));
  return v128.andnot(v128.mul<T>(y, power<T>(shifted)), below);
}

/** 1 − exp(x) for x ≤ 0, without cancellation near 0: 2e-7 (f32), 4e-16 (f64) relative. */
export function oneMinusExp<T extends number>(x: v128): v128 {
  const from = v128.pmax<T>(x, v128.splat<T>(<T>-80));
  const shifted = sizeof<T>() === 8 ? shifted64(from) : shifted32(from);
  const two = power<T>(shifted);
  const whole = v128.sub<T>(v128.splat<T>(<T>1), two);
  return v128.sub<T>(whole, v128.mul<T>(two, tail<T>(from, shifted)));
}

/** x / ln 2, rounded to a whole n, in the low bits. */
function shifted32(x: v128): v128 {
  return f32x4.add(f32x4.mul(x, f32x4.splat(1.44269504)), f32x4.splat(MAGIC32));
}

function shifted64(x: v128): v128 {
  return f64x2.add(f64x2.mul(x, f64x2.splat(1.4426950408889634)), f64x2.splat(MAGIC64));
}

/** 2ⁿ. */
function power<T extends number>(shifted: v128): v128 {
  return sizeof<T>() === 8 ? i64x2.shl(shifted, 52) : i32x4.shl(shifted, 23);
}

/** exp(r) − 1 = r + r² q(r). */
function tail<T extends number>(x: v128, shifted: v128): v128 {
  return sizeof<T>() === 8 ? tail64(x, shifted) : tail32(x, shifted);
}

// Both polynomials are paired up by powers of r² instead of nested: fewer operations wait for one another.
function tail32(x: v128, shifted: v128): v128 {
  const n = f32x4.sub(shifted, f32x4.splat(MAGIC32));
  const near = f32x4.sub(x, f32x4.mul(n, f32x4.splat(0.693359375)));
  const r = f32x4.add(near, f32x4.mul(n, f32x4.splat(2.1219444e-4)));
  const r2 = f32x4.mul(r, r);
  const q01 = f32x4.add(f32x4.mul(r, f32x4.splat(0.16666520631511864)), f32x4.splat(0.4999999344776762));
  const q23 = f32x4.add(f32x4.mul(r, f32x4.splat(0.008368716898074495)), f32x4.splat(0.04166838805112623));
  const q234 = f32x4.add(q23, f32x4.mul(r2, f32x4.splat(0.0013814598365594877)));
  const q = f32x4.add(q01, f32x4.mul(r2, q234));
  return f32x4.add(f32x4.mul(r2, q), r);
}

function tail64(x: v128, shifted: v128): v128 {
  const n = f64x2.sub(shifted, f64x2.splat(MAGIC64));
  const near = f64x2.sub(x, f64x2.mul(n, f64x2.splat(0.6931471803691238)));
  const r = f64x2.sub(near, f64x2.mul(n, f64x2.splat(1.9082149292705877e-10)));
  const r2 = f64x2.mul(r, r);
  const r4 = f64x2.mul(r2, r2);
  const q01 = f64x2.add(f64x2.mul(r, f64x2.splat(0.16666666666666413)), f64x2.splat(0.5000000000000011));
  const q23 = f64x2.add(f64x2.mul(r, f64x2.splat(0.008333333333493951)), f64x2.splat(0.041666666666529885));
  const q45 = f64x2.add(f64x2.mul(r, f64x2.splat(1.984126950758972e-4)), f64x2.splat(0.0013888888943697241));
  const q67 = f64x2.add(f64x2.mul(r, f64x2.splat(2.7557585496445097e-6)), f64x2.splat(2.4801493032960885e-5));
  const q89 = f64x2.add(f64x2.mul(r, f64x2.splat(2.5000341927724054e-8)), f64x2.splat(2.7630270909873e-7));
  const q0123 = f64x2.add(q01, f64x2.mul(r2, q23));
  const q4567 = f64x2.add(q45, f64x2.mul(r2, q67));
  const q = f64x2.add(q0123, f64x2.mul(r4, f64x2.add(q4567, f64x2.mul(r4, q89))));
  return f64x2.add(f64x2.mul(r2, q), r);
}

/** exp of one number, through the vector form. */
export function expOf<T extends number>(x: f64): f64 {
  return <f64>v128.extract_lane<T>(exp<T>(splat<T>(x)), 0);
}
