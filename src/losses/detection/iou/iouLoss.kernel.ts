// The losses on intersection over union of paired boxes. I, U, C: areas of intersection, union and hull; A that of the
// predicted box; per axis w, i, c: its extent, the intersection's, the hull's; ρ the distance of the centres.
//   linear    1 − I/U
//   log       log((U + ε) / (I + ε)),  ε = 1e-7
//   giou      1 − I/U + (C − U)/C
//   diou      1 − I/U + ρ²/(c_x² + c_y²)
//   ciou      diou + α v,  v = 4/π² (atan(w'/h') − atan(w/h))²,  α = v / (1 − I/U + v) held constant
//   gradient  by w, i, c and ρ of each axis, from there to the edges, which share i, c where they meet (½ each), and by the
//             format to the four numbers
// Accuracy    1e-6 (f32), 2e-15 (f64) of the larger of 1 and the value: near a perfect box the areas cancel
//             (asserted in test/harness/boxLosses.ts).
// Edges       Two boxes without area have I/U = 0. Touching boxes count as disjoint. Hulls of no extent add nothing.
//             Finite for finite input: what cannot be represented is negligible, except 1/extent of subnormal boxes.
// Requires    n ≥ 0. `state` is scratch of boxLossWorkspace bytes. Formats and scales: kernel/maths/boxes.
import { angle } from "../../../kernel/maths/atan.kernel";
import {
  AXIS,
  areEdges,
  BoxLayout,
  GAP,
  HIGH,
  HULL,
  inputScale,
  inversePower,
  LOW,
  measureAxis,
  NEGATIVE,
  OTHER,
  OWN,
  SCALE,
  SHARED,
  shareBelow,
  signOf,
  tiny,
} from "../../../kernel/maths/boxes.kernel";
import { log } from "../../../kernel/maths/log.kernel";
import { addTo, head, lanes, splat, store, total } from "../../../kernel/maths/vector.kernel";

/** The losses on pairs of boxes; from diou on they know the distance of the centres. */
export enum BoxLoss {
  linear,
  log,
  giou,
  diou,
  ciou,
}

// Derivatives of the value, written over an axis's measures once these are no longer needed: by the extent of the
// predicted box, by the shared one, by the hull's, and by each edge through the centre.
const BY_OWN = OWN;
const BY_SHARED = SHARED;
const BY_HULL = HULL;
const BY_EDGE = GAP;
// The gradient for the two numbers of an axis.
const FIRST = OWN;
const SECOND = OTHER;

// Vectors of pairs that one loop hands to the next.
const CHUNK: i32 = 16;

// After the measures, for each vector of pairs: v, w² + h², and, times that, −dv/dw and dv/dh.
const TERM: usize = 0;
const SQUARE: usize = 16;
const BY_WIDTH: usize = 32;
const BY_HEIGHT: usize = 48;
const ASPECT: usize = 64;
const ASPECTS: usize = <usize>CHUNK * 2 * AXIS;

/** What both axes measure of a chunk, and how much the shapes of its pairs differ. */
export function boxLossWorkspace(): i32 {
  return <i32>(ASPECTS + <usize>CHUNK * ASPECT);
}

export function boxLoss<T extends number>(
  p: usize,
  t: usize,
  n: i32,
  kind: BoxLoss,
  layout: BoxLayout,
  values: usize,
  dp: usize,
  scale: f64,
  state: usize,
): f64 {
  const box = <usize>4 * sizeof<T>();
  const step = box * <usize>lanes<T>();
  const most = CHUNK * lanes<T>();
  let sum: f64 = 0;
  for (let left = n; left > 0; left -= most) {
    const count = min(left, most);
    measureAxis<T>(state, p, step, t, count, layout, false, kind >= BoxLoss.diou);
    measureAxis<T>(state, p, step, t, count, layout, true, kind >= BoxLoss.diou);
    if (kind === BoxLoss.ciou) aspectsOf<T>(state, count);
    sum += lossesOf<T>(state, count, values, kind);
    if (dp) gradientsOf<T>(state, count, layout, dp, scale);
    p += <usize>count * box;
    t += <usize>count * box;
    if (values) values += <usize>count * sizeof<T>();
    if (dp) dp += <usize>count * box;
  }
  return sum;
}

/** The sum of n values; leaves their derivatives in the state. */
function lossesOf<T extends number>(state: usize, n: i32, values: usize, kind: BoxLoss): f64 {
  let sum = f64x2.splat(0);
  let aspects = state + ASPECTS;
  for (let left = n; left > 0; left -= lanes<T>(), state += 2 * AXIS, aspects += ASPECT) {
    const value = lossOf<T>(state, state + AXIS, aspects, kind);
    sum = addTo<T>(sum, head<T>(value, left));
    if (!values) continue;
    store<T>(values, value, left);
    values += 16;
  }
  return total(sum);
}

/** From the derivatives along both axes to the gradients. */
function gradientsOf<T extends number>(state: usize, n: i32, layout: BoxLayout, dp: usize, scale: f64): void {
  const step = <usize>4 * sizeof<T>() * <usize>lanes<T>();
  const factor = v128.mul<T>(splat<T>(scale), inputScale<T>());
  const edges = areEdges(layout);
  const signs = splat<T>(signOf(layout));
  const shares = splat<T>(shareBelow(layout));
  for (let left = n; left > 0; left -= lanes<T>(), state += 2 * AXIS, dp += step) {
    axisGradient<T>(state, factor, edges, signs, shares);
    axisGradient<T>(state + AXIS, factor, edges, signs, shares);
    storeGradient<T>(state, state + AXIS, dp, left);
  }
}

/** The value; leaves its derivatives in the state. */
function lossOf<T extends number>(x: usize, y: usize, aspect: usize, kind: BoxLoss): v128 {
  const zero = splat<T>(0);
  const one = splat<T>(1);
  const w = v128.load(x, OWN);
  const h = v128.load(y, OWN);
  const iw = v128.load(x, SHARED);
  const ih = v128.load(y, SHARED);
  const shared = v128.mul<T>(iw, ih);
  const own = v128.mul<T>(w, h);
  const other = v128.mul<T>(v128.load(x, OTHER), v128.load(y, OTHER));
  const apart = v128.add<T>(v128.sub<T>(own, shared), v128.sub<T>(other, shared));
  const union = v128.add<T>(apart, shared);
  let value: v128;
  // By the intersection's area, and by the predicted box's.
  let byShared: v128;
  let byOwn: v128;
  if (kind === BoxLoss.log) {
    const epsilon = logEpsilon<T>(v128.load(x, SCALE), v128.load(y, SCALE));
    const below = v128.add<T>(union, epsilon);
    const above = v128.add<T>(shared, epsilon);
    value = v128.sub<T>(zero, log<T>(v128.div<T>(above, below)));
    byOwn = v128.div<T>(one, below);
    byShared = v128.sub<T>(v128.sub<T>(zero, v128.div<T>(one, above)), byOwn);
  } else {
    const safe = v128.pmax<T>(union, tiny<T>());
    const iou = v128.div<T>(shared, safe);
    const inverse = v128.div<T>(one, safe);
    // Of boxes without area nothing is shared.
    value = v128.bitselect(one, v128.mul<T>(apart, inverse), v128.lt<T>(union, tiny<T>()));
    byOwn = v128.mul<T>(iou, inverse);
    byShared = v128.sub<T>(v128.sub<T>(zero, inverse), byOwn);
  }
  let byHullX = zero;
  let byHullY = zero;
  let weight = zero;
  if (kind === BoxLoss.giou) {
    const cx = v128.load(x, HULL);
    const cy = v128.load(y, HULL);
    const hull = v128.mul<T>(cx, cy);
    const inverse = v128.div<T>(one, v128.pmax<T>(hull, tiny<T>()));
    const empty = v128.mul<T>(v128.pmax<T>(v128.sub<T>(hull, union), zero), inverse);
    value = v128.add<T>(value, empty);
    byOwn = v128.sub<T>(byOwn, inverse);
    byShared = v128.add<T>(byShared, inverse);
    const byHull = v128.and(v128.mul<T>(v128.sub<T>(one, empty), inverse), v128.ne<T>(hull, zero));
    byHullX = v128.mul<T>(byHull, cy);
    byHullY = v128.mul<T>(byHull, cx);
  } else if (kind >= BoxLoss.diou) {
    // Both axes in the scale of the longer one.
    const sx = v128.load(x, SCALE);
    const sy = v128.load(y, SCALE);
    const s = v128.pmin<T>(sx, sy);
    const jx = powerRatio<T>(s, sx);
    const jy = powerRatio<T>(s, sy);
    const cx = v128.mul<T>(v128.load(x, HULL), jx);
    const cy = v128.mul<T>(v128.load(y, HULL), jy);
    const gx = v128.mul<T>(v128.load(x, GAP), jx);
    const gy = v128.mul<T>(v128.load(y, GAP), jy);
    const diagonal = v128.add<T>(v128.mul<T>(cx, cx), v128.mul<T>(cy, cy));
    const inverse = v128.div<T>(one, v128.pmax<T>(diagonal, tiny<T>()));
    const distance = v128.mul<T>(v128.add<T>(v128.mul<T>(gx, gx), v128.mul<T>(gy, gy)), inverse);
    v128.store(x, v128.mul<T>(v128.mul<T>(gx, inverse), jx), BY_EDGE);
    v128.store(y, v128.mul<T>(v128.mul<T>(gy, inverse), jy), BY_EDGE);
    const slope = v128.mul<T>(v128.mul<T>(splat<T>(-2), distance), inverse);
    byHullX = v128.mul<T>(v128.mul<T>(slope, cx), jx);
    byHullY = v128.mul<T>(v128.mul<T>(slope, cy), jy);
    if (kind === BoxLoss.ciou) {
      const v = v128.load(aspect, TERM);
      const below = v128.add<T>(value, v);
      const square = v128.load(aspect, SQUARE);
      const safe = v128.bitselect(one, below, v128.eq<T>(below, zero));
      weight = v128.div<T>(v, v128.mul<T>(safe, square));
      value = v128.add<T>(value, v128.mul<T>(v128.mul<T>(weight, square), v));
    }
    value = v128.add<T>(value, distance);
  }
  // At an area of 0 the flat side counts.
  byOwn = v128.and(byOwn, v128.ne<T>(own, zero));
  byShared = v128.and(byShared, v128.ne<T>(shared, zero));
  let byWidth = v128.mul<T>(byOwn, h);
  let byHeight = v128.mul<T>(byOwn, w);
  if (kind === BoxLoss.ciou) {
    byWidth = v128.sub<T>(byWidth, v128.mul<T>(weight, v128.load(aspect, BY_WIDTH)));
    byHeight = v128.add<T>(byHeight, v128.mul<T>(weight, v128.load(aspect, BY_HEIGHT)));
  }
  v128.store(x, byWidth, BY_OWN);
  v128.store(y, byHeight, BY_OWN);
  v128.store(x, v128.mul<T>(byShared, ih), BY_SHARED);
  v128.store(y, v128.mul<T>(byShared, iw), BY_SHARED);
  v128.store(x, byHullX, BY_HULL);
  v128.store(y, byHullY, BY_HULL);
  return value;
}

/** How much the shapes of n pairs differ: a loop of its own, as the measures are. */
function aspectsOf<T extends number>(state: usize, n: i32): void {
  let aspects = state + ASPECTS;
  for (let left = n; left > 0; left -= lanes<T>(), state += 2 * AXIS, aspects += ASPECT)
    aspectOf<T>(state, state + AXIS, aspects);
}

/** v, and its derivatives by w and h, each in the scale of its axis, before the division by w² + h². */
function aspectOf<T extends number>(x: usize, y: usize, aspect: usize): void {
  // Both axes in the scale of the longer one.
  const sx = v128.load(x, SCALE);
  const sy = v128.load(y, SCALE);
  const s = v128.pmin<T>(sx, sy);
  const jx = powerRatio<T>(s, sx);
  const jy = powerRatio<T>(s, sy);
  const a = v128.mul<T>(v128.load(x, OWN), jx);
  const b = v128.mul<T>(v128.load(y, OWN), jy);
  const c = v128.mul<T>(v128.load(x, OTHER), jx);
  const d = v128.mul<T>(v128.load(y, OTHER), jy);
  // The longer side of each goes into [1, 2); a point stays one, and its angle to anything is 0.
  const side = inversePower<T>(v128.pmax<T>(a, b));
  const other = inversePower<T>(v128.pmax<T>(c, d));
  const w = v128.mul<T>(a, side);
  const h = v128.mul<T>(b, side);
  const u = v128.mul<T>(c, other);
  const r = v128.mul<T>(d, other);
  const turn = angle<T>(
    v128.sub<T>(v128.mul<T>(u, h), v128.mul<T>(w, r)),
    v128.add<T>(v128.mul<T>(r, h), v128.mul<T>(u, w)),
  );
  // 4/π²; 8/π² for its derivative, which goes on by −h / (w² + h²) and w / (w² + h²).
  v128.store(aspect, v128.mul<T>(v128.mul<T>(turn, turn), splat<T>(0.4052847345693511)), TERM);
  const square = v128.add<T>(v128.mul<T>(w, w), v128.mul<T>(h, h));
  v128.store(aspect, v128.pmax<T>(square, splat<T>(0.5)), SQUARE);
  const slope = v128.mul<T>(v128.mul<T>(turn, splat<T>(0.8105694691387022)), side);
  const zero = splat<T>(0);
  const byWidth = v128.mul<T>(v128.mul<T>(h, slope), jx);
  const byHeight = v128.mul<T>(v128.mul<T>(w, slope), jy);
  v128.store(aspect, v128.and(byWidth, v128.ne<T>(a, zero)), BY_WIDTH);
  v128.store(aspect, v128.and(byHeight, v128.ne<T>(b, zero)), BY_HEIGHT);
}

/** a / b of powers of two, a ≤ b; 0 where that is too small. */
function powerRatio<T extends number>(a: v128, b: v128): v128 {
  if (sizeof<T>() === 8) return v128.div<T>(a, b);
  return i32x4.max_s(i32x4.add(i32x4.sub(a, b), i32x4.splat(0x3f800000)), i32x4.splat(0));
}

/** ε in the unit of scaled areas, kept between what can be added and what can be divided by. */
function logEpsilon<T extends number>(sx: v128, sy: v128): v128 {
  const unit = inputScale<T>();
  const epsilon = v128.mul<T>(v128.mul<T>(splat<T>(1e-7), v128.mul<T>(sx, unit)), v128.mul<T>(sy, unit));
  const most = splat<T>(sizeof<T>() === 4 ? 1e30 : 1e270);
  return v128.pmin<T>(v128.pmax<T>(epsilon, tiny<T>()), most);
}

/** A box after the other. */
function storeGradient<T extends number>(x: usize, y: usize, dp: usize, left: i32): void {
  const x0 = v128.load(x, FIRST);
  const x1 = v128.load(x, SECOND);
  const y0 = v128.load(y, FIRST);
  const y1 = v128.load(y, SECOND);
  if (sizeof<T>() === 8) {
    v128.store(dp, v128.shuffle<i64>(x0, y0, 0, 2));
    v128.store(dp, v128.shuffle<i64>(x1, y1, 0, 2), 16);
    if (left === 1) return;
    v128.store(dp, v128.shuffle<i64>(x0, y0, 1, 3), 32);
    v128.store(dp, v128.shuffle<i64>(x1, y1, 1, 3), 48);
    return;
  }
  const low01 = v128.shuffle<i32>(x0, y0, 0, 4, 1, 5);
  const high01 = v128.shuffle<i32>(x1, y1, 0, 4, 1, 5);
  const low23 = v128.shuffle<i32>(x0, y0, 2, 6, 3, 7);
  const high23 = v128.shuffle<i32>(x1, y1, 2, 6, 3, 7);
  v128.store(dp, v128.shuffle<i64>(low01, high01, 0, 2));
  if (left > 1) v128.store(dp, v128.shuffle<i64>(low01, high01, 1, 3), 16);
  if (left > 2) v128.store(dp, v128.shuffle<i64>(low23, high23, 0, 2), 32);
  if (left > 3) v128.store(dp, v128.shuffle<i64>(low23, high23, 1, 3), 48);
}

/** The gradient for the two numbers of one axis, in their own scale. */
function axisGradient<T extends number>(axis: usize, factor: v128, edges: bool, sign: v128, k: v128): void {
  const hull = v128.load(axis, BY_HULL);
  const base = v128.add<T>(v128.load(axis, BY_OWN), hull);
  const turn = v128.sub<T>(v128.load(axis, BY_SHARED), hull);
  const edge = v128.load(axis, BY_EDGE);
  let low = v128.sub<T>(edge, v128.add<T>(base, v128.mul<T>(v128.load(axis, LOW), turn)));
  let high = v128.add<T>(edge, v128.add<T>(base, v128.mul<T>(v128.load(axis, HIGH), turn)));
  const negative = v128.load(axis, NEGATIVE);
  if (v128.any_true(negative)) {
    // Both edges of a negative extent lie in its middle.
    const middle = v128.mul<T>(v128.add<T>(low, high), splat<T>(0.5));
    low = v128.bitselect(middle, low, negative);
    high = v128.bitselect(middle, high, negative);
  }
  const unit = v128.mul<T>(factor, v128.load(axis, SCALE));
  let first = v128.mul<T>(sign, low);
  let second = high;
  if (!edges) {
    first = v128.add<T>(low, high);
    second = v128.sub<T>(high, v128.mul<T>(k, first));
  }
  v128.store(axis, v128.mul<T>(first, unit), FIRST);
  v128.store(axis, v128.mul<T>(second, unit), SECOND);
}
