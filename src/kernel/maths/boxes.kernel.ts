// Boxes a vector at a time, one axis after the other: a box is four numbers, of which 0 and 2 lie along x, 1 and 3 along y,
// in every format.
//
// Formats    low and high edge: xyxy (p, q), ltrb (−p, q); an edge or the centre, and the extent: xywh, cxcywh, whose edges
//            are o − k q and o + (1 − k) q, o the distance to the target's origin, so that far from 0 nothing is lost.
// Extents    below 0 count as 0, at the box's middle.
// Scale      Inputs are divided by 16, so that no sum of a few overflows; every length leaves multiplied by a power of two
//            that brings the hull of both boxes into [1, 2): no area under- or overflows unless it is negligible.
// State      What an axis measures lies in memory (AXIS bytes), where the losses pick it up.
import { splat } from "./vector.kernel";

/** Extent of the first box, of the second, of what they share, and of the hull of both. */
export const OWN: usize = 0;
export const OTHER: usize = 16;
export const SHARED: usize = 32;
export const HULL: usize = 48;
/** Distance from the second centre to the first, where that is asked for. */
export const GAP: usize = 64;
/** 1 where the first box's high (low) edge bounds what is shared, 0 where it bounds the hull, ½ where the edges meet. */
export const HIGH: usize = 80;
export const LOW: usize = 96;
/** All ones where the first box's extent is below 0. */
export const NEGATIVE: usize = 112;
/** The power of two. */
export const SCALE: usize = 128;
export const AXIS: usize = 144;

/** Measures the boxes (p, q) and (u, v) along one axis, as they came. `sign` is −1 for ltrb; `k` is the share of an extent below o. */
export function measureAxis<T extends number>(
  state: usize,
  p: v128,
  q: v128,
  u: v128,
  v: v128,
  edges: bool,
  sign: v128,
  k: v128,
  gaps: bool,
): void {
  const unit = inputScale<T>();
  const zero = splat<T>(0);
  const half = splat<T>(0.5);
  let a1: v128;
  let a2 = v128.mul<T>(q, unit);
  let b1: v128;
  let b2 = v128.mul<T>(v, unit);
  let own = a2;
  let other = b2;
  if (edges) {
    const signed = v128.mul<T>(unit, sign);
    a1 = v128.mul<T>(p, signed);
    b1 = v128.mul<T>(u, signed);
    own = v128.sub<T>(a2, a1);
    other = v128.sub<T>(b2, b1);
  } else {
    const rest = v128.sub<T>(splat<T>(1), k);
    const o = v128.sub<T>(v128.mul<T>(p, unit), v128.mul<T>(u, unit));
    a1 = v128.sub<T>(o, v128.mul<T>(k, own));
    a2 = v128.add<T>(o, v128.mul<T>(rest, own));
    b1 = v128.sub<T>(zero, v128.mul<T>(k, other));
    b2 = v128.mul<T>(rest, other);
  }
  const negative = v128.lt<T>(own, zero);
  if (v128.any_true(v128.or(negative, v128.lt<T>(other, zero)))) {
    const over = v128.mul<T>(v128.pmin<T>(own, zero), half);
    a1 = v128.add<T>(a1, over);
    a2 = v128.sub<T>(a2, over);
    const beyond = v128.mul<T>(v128.pmin<T>(other, zero), half);
    b1 = v128.add<T>(b1, beyond);
    b2 = v128.sub<T>(b2, beyond);
    own = v128.pmax<T>(own, zero);
    other = v128.pmax<T>(other, zero);
  }
  const hull = v128.sub<T>(v128.pmax<T>(a2, b2), v128.pmin<T>(a1, b1));
  const scale = inversePower<T>(hull);
  const extent = v128.mul<T>(own, scale);
  const second = v128.mul<T>(other, scale);
  const shared = v128.sub<T>(v128.pmin<T>(a2, b2), v128.pmax<T>(a1, b1));
  const within = v128.pmin<T>(v128.mul<T>(v128.pmax<T>(shared, zero), scale), extent);
  v128.store(state, extent, OWN);
  v128.store(state, second, OTHER);
  v128.store(state, v128.pmin<T>(within, second), SHARED);
  v128.store(state, v128.mul<T>(hull, scale), HULL);
  if (gaps) {
    const gap = v128.add<T>(v128.sub<T>(a1, b1), v128.sub<T>(a2, b2));
    v128.store(state, v128.mul<T>(gap, v128.mul<T>(scale, half)), GAP);
  }
  v128.store(state, v128.add<T>(v128.and(v128.lt<T>(a2, b2), half), v128.and(v128.le<T>(a2, b2), half)), HIGH);
  v128.store(state, v128.add<T>(v128.and(v128.gt<T>(a1, b1), half), v128.and(v128.ge<T>(a1, b1), half)), LOW);
  v128.store(state, negative, NEGATIVE);
  v128.store(state, scale, SCALE);
}

/** The power of two that brings x ≥ 0 into [1, 2); the largest there is for 0. */
export function inversePower<T extends number>(x: v128): v128 {
  return sizeof<T>() === 4
    ? i32x4.sub(i32x4.splat(0x7f000000), v128.and(x, i32x4.splat(0x7f800000)))
    : i64x2.sub(i64x2.splat(0x7fe0000000000000), v128.and(x, i64x2.splat(0x7ff0000000000000)));
}

/** 1 / 16, by which inputs are divided. */
export function inputScale<T extends number>(): v128 {
  return splat<T>(0.0625);
}

/**
 * Turns boxes into vectors of one coordinate each, and measures both axes. `second` … are the bytes from the first box to
 * the others: 0 lets it stand in for one that is missing.
 */
export function measureBoth<T extends number>(
  x: usize,
  y: usize,
  p: usize,
  t: usize,
  second: usize,
  third: usize,
  fourth: usize,
  edges: bool,
  sign: v128,
  k: v128,
  gaps: bool,
): void {
  if (sizeof<T>() === 8) {
    const p0 = v128.load(p);
    const p1 = v128.load(p + second);
    const q0 = v128.load(p, 16);
    const q1 = v128.load(p + second, 16);
    const t0 = v128.load(t);
    const t1 = v128.load(t + second);
    const u0 = v128.load(t, 16);
    const u1 = v128.load(t + second, 16);
    measureAxis<T>(x, evens<T>(p0, p1), evens<T>(q0, q1), evens<T>(t0, t1), evens<T>(u0, u1), edges, sign, k, gaps);
    measureAxis<T>(y, odds<T>(p0, p1), odds<T>(q0, q1), odds<T>(t0, t1), odds<T>(u0, u1), edges, sign, k, gaps);
    return;
  }
  const p0 = v128.load(p);
  const p1 = v128.load(p + second);
  const p2 = v128.load(p + third);
  const p3 = v128.load(p + fourth);
  const t0 = v128.load(t);
  const t1 = v128.load(t + second);
  const t2 = v128.load(t + third);
  const t3 = v128.load(t + fourth);
  // Evens hold (x, x) of two boxes in turn, odds (y, y); once more parts low from high.
  const px01 = evens<T>(p0, p1);
  const px23 = evens<T>(p2, p3);
  const tx01 = evens<T>(t0, t1);
  const tx23 = evens<T>(t2, t3);
  measureAxis<T>(
    x,
    evens<T>(px01, px23),
    odds<T>(px01, px23),
    evens<T>(tx01, tx23),
    odds<T>(tx01, tx23),
    edges,
    sign,
    k,
    gaps,
  );
  const py01 = odds<T>(p0, p1);
  const py23 = odds<T>(p2, p3);
  const ty01 = odds<T>(t0, t1);
  const ty23 = odds<T>(t2, t3);
  measureAxis<T>(
    y,
    evens<T>(py01, py23),
    odds<T>(py01, py23),
    evens<T>(ty01, ty23),
    odds<T>(ty01, ty23),
    edges,
    sign,
    k,
    gaps,
  );
}

function evens<T extends number>(a: v128, b: v128): v128 {
  return sizeof<T>() === 8 ? v128.shuffle<i64>(a, b, 0, 2) : v128.shuffle<i32>(a, b, 0, 2, 4, 6);
}

function odds<T extends number>(a: v128, b: v128): v128 {
  return sizeof<T>() === 8 ? v128.shuffle<i64>(a, b, 1, 3) : v128.shuffle<i32>(a, b, 1, 3, 5, 7);
}

/** The smallest normal number: what an area is measured against where it vanishes. */
export function tiny<T extends number>(): v128 {
  return splat<T>(sizeof<T>() === 4 ? 1.1754943508222875e-38 : 2.2250738585072014e-308);
}
