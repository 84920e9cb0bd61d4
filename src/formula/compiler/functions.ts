/**
 * Exponentials, logarithms and the arc tangent as vector instructions: the polynomials of `kernel/maths`, which say how good
 * they are, and beyond what the package's own losses need the rest of the line.
 */
import type { Build, VectorNode } from "./vectors.ts";

// Added to a small number these round it to a whole one and leave that, with the exponent's bias, in the low bits.
const MAGIC = 6755399441055744;
const MAGIC32 = 12582912 + 127;
const MAGIC64 = 6755399441055744 + 1023;
/** A float with the bits of √½, and one with those of a mantissa. */
const ROOT = { f32: Math.fround(Math.SQRT1_2), f64: Math.SQRT1_2 };
const MANTISSA = { f32: 1.1754942106924411e-38, f64: 2.225073858507201e-308 };

/** a + b x */
const line = (b: Build, x: VectorNode, k1: number, k0: number) => b.add(b.mul(x, k1), k0);

/** From the highest power on. */
const nested = (b: Build, x: VectorNode, [first = 0, ...rest]: readonly number[]): VectorNode =>
  rest.reduce((sum, k) => b.add(b.mul(sum, x), k), b.constant(first));

/** x / ln 2, rounded to a whole n, in the low bits. */
const shifted = (b: Build, x: VectorNode): VectorNode =>
  b.wide ? line(b, x, Math.LOG2E, MAGIC64) : line(b, x, Math.LOG2E, MAGIC32);

/** 2ⁿ */
const power = (b: Build, bits: VectorNode): VectorNode => b.shl(bits, b.wide ? 52 : 23);

/** exp(r) − 1, of the rest r = x − n ln 2. */
function tail(b: Build, x: VectorNode, bits: VectorNode): VectorNode {
  if (!b.wide) {
    const n = b.sub(bits, MAGIC32);
    const r = b.add(b.sub(x, b.mul(n, 0.693359375)), b.mul(n, 2.1219444e-4));
    const r2 = b.mul(r, r);
    const q01 = line(b, r, 0.16666520631511864, 0.4999999344776762);
    const q23 = line(b, r, 0.008368716898074495, 0.04166838805112623);
    return b.add(b.mul(r2, b.add(q01, b.mul(r2, b.add(q23, b.mul(r2, 0.0013814598365594877))))), r);
  }
  const n = b.sub(bits, MAGIC64);
  const r = b.sub(b.sub(x, b.mul(n, 0.6931471803691238)), b.mul(n, 1.9082149292705877e-10));
  const r2 = b.mul(r, r);
  const r4 = b.mul(r2, r2);
  const q01 = line(b, r, 0.16666666666666413, 0.5000000000000011);
  const q23 = line(b, r, 0.008333333333493951, 0.041666666666529885);
  const q45 = line(b, r, 1.984126950758972e-4, 0.0013888888943697241);
  const q67 = line(b, r, 2.7557585496445097e-6, 2.4801493032960885e-5);
  const q89 = line(b, r, 2.5000341927724054e-8, 2.7630270909873e-7);
  const q0123 = b.add(q01, b.mul(r2, q23));
  const q4567 = b.add(q45, b.mul(r2, q67));
  return b.add(b.mul(r2, b.add(q0123, b.mul(r4, b.add(q4567, b.mul(r4, q89))))), r);
}

/** exp(x) for x ≤ 0; results below the smallest normal number are 0. */
export function expOfMinus(b: Build, x: VectorNode): VectorNode {
  const bits = shifted(b, x);
  const y = b.mul(b.add(tail(b, x, bits), 1), power(b, bits));
  return b.long(b.andnot(y, b.lt(x, b.wide ? -708.3964185322641 : -87.336544)));
}

/** exp(x) − 1 for x ≤ 0. Where x is small nothing but the rest of it counts, from which nothing is taken off. */
export function expm1OfMinus(b: Build, x: VectorNode): VectorNode {
  const bits = shifted(b, x);
  const scale = power(b, bits);
  const y = b.add(b.mul(tail(b, x, bits), scale), b.sub(scale, 1));
  return b.long(b.select(-1, y, b.lt(x, b.wide ? -40 : -20)));
}

export function expm1(b: Build, x: VectorNode): VectorNode {
  // From here on 1 does not count; below, 2ⁿ is in the type.
  const far = b.lt(b.wide ? 40 : 20, x);
  const low = b.lt(x, b.wide ? -40 : -20);
  const near = b.andnot(x, far);
  const bits = shifted(b, near);
  const scale = power(b, bits);
  const y = b.add(b.mul(tail(b, near, bits), scale), b.sub(scale, 1));
  return b.long(b.select(exp(b, x), b.select(-1, y, low), far));
}

export function exp(b: Build, x: VectorNode): VectorNode {
  const most = b.wide ? 709.782712893384 : 88.72283935546875;
  const near = b.select(x, most, b.le(x, most));
  const bits = shifted(b, near);
  // 2ⁿ itself leaves the type before exp(x) does: above 0 half of it is taken twice.
  const above = b.lt(0, near);
  const half = b.mul(b.add(tail(b, near, bits), 1), power(b, b.sub(bits, b.and(above, 1))));
  const y = b.andnot(b.add(half, b.and(half, above)), b.lt(x, b.wide ? -708.3964185322641 : -87.336544));
  return b.long(b.select(b.add(x, Number.POSITIVE_INFINITY), y, b.not(b.le(x, most))));
}

/** log((1 + z) / (1 − z)) of y / (2 + y): log(1 + y) for −½ ≤ y ≤ 1. */
export function log1pNear(b: Build, y: VectorNode): VectorNode {
  const z = b.div(y, b.add(y, 2));
  const z2 = b.mul(z, z);
  const z4 = b.mul(z2, z2);
  let q: VectorNode;
  if (b.wide) {
    const z8 = b.mul(z4, z4);
    const q01 = line(b, z2, 0.4000000000017592, 0.6666666666666624);
    const q23 = line(b, z2, 0.2222222407721232, 0.28571428545886485);
    const q45 = line(b, z2, 0.1538662771001302, 0.18181740488818943);
    const q67 = line(b, z2, 0.12112353098729357, 0.13300137975456672);
    const q89 = line(b, z2, 0.17065099680249396, 0.0831395509013618);
    const q0123 = b.add(q01, b.mul(z4, q23));
    q = b.add(q0123, b.mul(z8, b.add(b.add(q45, b.mul(z4, q67)), b.mul(z8, q89))));
  } else {
    const q01 = line(b, z2, 0.40021538734436035, 0.666664183139801);
    const q23 = line(b, z2, 0.2801283895969391, 0.2800162732601166);
    q = b.add(q01, b.mul(z4, q23));
  }
  return b.long(b.add(b.add(z, z), b.mul(b.mul(z, z2), q)));
}

/** log u, and what 1 + y lost when it was rounded to u. */
export function log1p(b: Build, y: VectorNode): VectorNode {
  const u = b.add(y, 1);
  const lost = b.div(b.sub(y, b.sub(u, 1)), u);
  return b.long(b.add(log(b, u), b.and(lost, b.eq(lost, lost))));
}

export function log(b: Build, x: VectorNode): VectorNode {
  const [bits, step] = b.wide ? [52, 4503599627370496] : [23, 8388608];
  const tiny = b.lt(x, b.wide ? 2.2250738585072014e-308 : 1.1754943508222875e-38);
  const scaled = b.select(b.mul(x, step), x, tiny);
  // Subtracting the bits of √½ puts the exponent's step there.
  const from = b.isub(scaled, ROOT[b.type]);
  const less = b.and(tiny, bits * (b.wide ? 5e-324 : 2 ** -149));
  const exponent = b.isub(b.shr(from, bits), less);
  const m = b.iadd(b.and(from, MANTISSA[b.type]), ROOT[b.type]);
  const f = b.sub(m, 1);
  const z = b.div(f, b.add(f, 2));
  const z2 = b.mul(z, z);
  const q = nested(b, z2, b.wide ? LOG64 : LOG32);
  const e = b.wide ? b.sub(b.iadd(exponent, MAGIC), MAGIC) : b.convert(exponent);
  const inner = b.mul(z, b.sub(f, b.mul(z2, q)));
  // ln 2 in two parts, the second of which is negative in f32.
  const [high, low] = b.wide ? [0.6931471803691238, 1.9082149292705877e-10] : [0.693359375, -2.1219444e-4];
  const y = b.add(b.mul(e, high), b.add(f, b.sub(b.mul(e, low), inner)));
  const finite = b.select(x, y, b.or(b.eq(x, Number.POSITIVE_INFINITY), b.ne(x, x)));
  const positive = b.select(Number.NEGATIVE_INFINITY, finite, b.eq(x, 0));
  return b.long(b.select(Number.NaN, positive, b.lt(x, 0)));
}

const LOG32 = [0.298709511756897, 0.39977574348449707, 0.6666677594184875];
const LOG64 = [
  0.14845534173297736, 0.15308621300549866, 0.18183800979566175, 0.222221933667761, 0.2857142880259121,
  0.399999999990737, 0.6666666666666806,
];

export function atan(b: Build, x: VectorNode): VectorNode {
  const a = b.abs(x);
  const steep = b.lt(1, a);
  const q = b.select(b.div(1, a), a, steep);
  const z = b.mul(q, q);
  const y = b.add(q, b.mul(b.mul(q, z), nested(b, z, b.wide ? ATAN64 : ATAN32)));
  const turned = b.select(b.sub(Math.PI / 2, y), y, steep);
  return b.long(b.or(turned, b.and(x, -0)));
}

const ATAN32 = [
  -0.004822167863093385, 0.024732191223653537, -0.06019964398978743, 0.09968165270103256, -0.14041192515982515,
  0.19974186677843514, -0.3333238968423729,
];
const ATAN64 = [
  -2.0247426667750035e-5, 0.00022291672668160322, -0.0011636095531568885, 0.003854740456414429, -0.00918230873470184,
  0.016975070199387363, -0.025823878519096472, 0.03406562657861429, -0.040925126907307666, 0.04673894090850349,
  -0.05239214178595961, 0.05877302927440915, -0.06665859432932811, 0.07692212800598533, -0.09090901222677901,
  0.11111110677924946, -0.14285714271302455, 0.19999999999754361, -0.33333333333331855,
];
