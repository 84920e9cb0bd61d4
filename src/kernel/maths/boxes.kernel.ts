// Boxes a vector at a time, one axis after the other: a box is four numbers, of which 0 and 2 lie along x, 1 and 3 along y,
// in every format.
//
// Formats    low and high edge: xyxy (p, q), ltrb (−p, q); an edge or the centre, and the extent: xywh, cxcywh, whose edges
//            are o − k q and o + (1 − k) q, o the distance to the target's origin, so that far from 0 nothing is lost.
// Extents    below 0 count as 0, at the box's middle.
// Scale      Inputs are divided by 16, so that no sum of a few overflows; every length leaves multiplied by a power of two
//            that brings the hull of both boxes into [1, 2): no area under- or overflows unless it is negligible.
// State      What an axis measures lies in memory, AXIS bytes for x and as many for y, where the losses pick it up. Loops
//            that each do a part are faster than one that does all: more of their steps are under way at once.
import { lanes, splat } from "./vector.kernel";

/** What the four numbers of a box are. */
export enum BoxLayout {
  xyxy,
  ltrb,
  xywh,
  cxcywh,
}

/** Whether the numbers are edges; else an origin and extents. */
export function areEdges(layout: BoxLayout): bool {
  return layout <= BoxLayout.ltrb;
}

/** What makes a coordinate of the first number: distances to the left and up count the other way. */
export function signOf(layout: BoxLayout): f64 {
  return layout === BoxLayout.ltrb ? -1 : 1;
}

/** The share k of an extent that lies below the origin. */
export function shareBelow(layout: BoxLayout): f64 {
  return layout === BoxLayout.cxcywh ? 0.5 : 0;
}

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

/**
 * Measures n pairs of boxes along x, or with `upper` along y, a vector of pairs after the other. `step` is the way from one
 * vector of first boxes to the next; 0 compares the same with all. Gaps are 0 where they are not asked for.
 */
export function measureAxis<T extends number>(
  state: usize,
  p: usize,
  step: usize,
  t: usize,
  n: i32,
  layout: BoxLayout,
  upper: bool,
  gaps: bool,
): void {
  const unit = inputScale<T>();
  const edges = areEdges(layout);
  const k = shareBelow(layout);
  const signed = v128.mul<T>(unit, splat<T>(signOf(layout)));
  const below = splat<T>(k);
  const above = splat<T>(1 - k);
  const zero = splat<T>(0);
  const half = splat<T>(0.5);
  const box = <usize>4 * sizeof<T>();
  if (upper) state += AXIS;
  for (let left = n; left > 0; left -= lanes<T>(), p += step, t += box * <usize>lanes<T>(), state += 2 * AXIS) {
    // Beyond the end the first box stands in.
    const second: usize = left > 1 ? box : 0;
    const third: usize = left > 2 ? 2 * box : 0;
    const fourth: usize = left > 3 ? 3 * box : 0;
    let p0 = along<T>(v128.load(p), v128.load(p + second), upper);
    let u0 = along<T>(v128.load(t), v128.load(t + second), upper);
    let q: v128;
    let v: v128;
    if (sizeof<T>() === 8) {
      q = along<T>(v128.load(p, 16), v128.load(p + second, 16), upper);
      v = along<T>(v128.load(t, 16), v128.load(t + second, 16), upper);
    } else {
      // Two boxes a vector so far, first and second number in turn.
      const p23 = along<T>(v128.load(p + third), v128.load(p + fourth), upper);
      const u23 = along<T>(v128.load(t + third), v128.load(t + fourth), upper);
      q = odds<T>(p0, p23);
      v = odds<T>(u0, u23);
      p0 = evens<T>(p0, p23);
      u0 = evens<T>(u0, u23);
    }
    let a1: v128;
    let a2 = v128.mul<T>(q, unit);
    let b1: v128;
    let b2 = v128.mul<T>(v, unit);
    let own = a2;
    let other = b2;
    if (edges) {
      a1 = v128.mul<T>(p0, signed);
      b1 = v128.mul<T>(u0, signed);
      own = v128.sub<T>(a2, a1);
      other = v128.sub<T>(b2, b1);
    } else {
      const o = v128.sub<T>(v128.mul<T>(p0, unit), v128.mul<T>(u0, unit));
      a1 = v128.sub<T>(o, v128.mul<T>(below, own));
      a2 = v128.add<T>(o, v128.mul<T>(above, own));
      b1 = v128.sub<T>(zero, v128.mul<T>(below, other));
      b2 = v128.mul<T>(above, other);
    }
    const negative = v128.lt<T>(own, zero);
    const inverted = v128.lt<T>(other, zero);
    if (v128.any_true(v128.or(negative, inverted))) {
      // One number for both edges: two, each rounded, could lie apart where the hull has no extent.
      const middle = v128.mul<T>(v128.add<T>(a1, a2), half);
      a1 = v128.bitselect(middle, a1, negative);
      a2 = v128.bitselect(middle, a2, negative);
      const center = v128.mul<T>(v128.add<T>(b1, b2), half);
      b1 = v128.bitselect(center, b1, inverted);
      b2 = v128.bitselect(center, b2, inverted);
      own = v128.pmax<T>(own, zero);
      other = v128.pmax<T>(other, zero);
    }
    const hull = v128.sub<T>(v128.pmax<T>(a2, b2), v128.pmin<T>(a1, b1));
    const scale = inversePower<T>(hull);
    const extent = v128.mul<T>(own, scale);
    const peer = v128.mul<T>(other, scale);
    const shared = v128.sub<T>(v128.pmin<T>(a2, b2), v128.pmax<T>(a1, b1));
    const within = v128.pmin<T>(v128.mul<T>(v128.pmax<T>(shared, zero), scale), extent);
    v128.store(state, extent, OWN);
    v128.store(state, peer, OTHER);
    v128.store(state, v128.pmin<T>(within, peer), SHARED);
    v128.store(state, v128.mul<T>(hull, scale), HULL);
    const gap = v128.add<T>(v128.sub<T>(a1, b1), v128.sub<T>(a2, b2));
    v128.store(state, gaps ? v128.mul<T>(gap, v128.mul<T>(scale, half)) : zero, GAP);
    v128.store(state, v128.add<T>(v128.and(v128.lt<T>(a2, b2), half), v128.and(v128.le<T>(a2, b2), half)), HIGH);
    v128.store(state, v128.add<T>(v128.and(v128.gt<T>(a1, b1), half), v128.and(v128.ge<T>(a1, b1), half)), LOW);
    v128.store(state, negative, NEGATIVE);
    v128.store(state, scale, SCALE);
  }
}

/** The numbers of two boxes that lie along an axis. */
function along<T extends number>(a: v128, b: v128, upper: bool): v128 {
  return upper ? odds<T>(a, b) : evens<T>(a, b);
}

function evens<T extends number>(a: v128, b: v128): v128 {
  return sizeof<T>() === 8 ? v128.shuffle<i64>(a, b, 0, 2) : v128.shuffle<i32>(a, b, 0, 2, 4, 6);
}

function odds<T extends number>(a: v128, b: v128): v128 {
  return sizeof<T>() === 8 ? v128.shuffle<i64>(a, b, 1, 3) : v128.shuffle<i32>(a, b, 1, 3, 5, 7);
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

/** The smallest normal number: what an area is measured against where it vanishes. */
export function tiny<T extends number>(): v128 {
  return splat<T>(sizeof<T>() === 4 ? 1.1754943508222875e-38 : 2.2250738585072014e-308);
}
