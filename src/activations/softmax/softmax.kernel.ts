// Softmax over the classes of [N, C, S], and its logarithm: m = max x, Σ = Σ exp(x − m)
//   softmax     p = exp(x − m) / Σ        pulled back: p ((g − h) − Σ p (g − h)), h the cotangent of the likeliest class
//   logarithm   l = (x − m) − log Σ       pulled back: g (1 − p) − p (Σ g − g), p = exp(l)
// Taken so, no digits cancel where a class is almost certain.
// Accuracy    1e-6 (f32), 3e-15 (f64) relative for p of scores up to 12 apart, beyond by a rounding of their difference; of 1 for
//             l; of the largest magnitude for what is pulled back (asserted in src/activations/activations.test.ts).
// Edges       A row with +Infinity or NaN, or of −Infinity alone, is NaN. Cotangents of 0 leave a row of zeros, whatever it holds.
// Requires    n, C, S > 0; `tile` as softmaxWorkspace tells. Outputs may be inputs.
import { exp, oneMinusExp } from "../../kernel/maths/exp.kernel";
import { log as logarithm, logOf } from "../../kernel/maths/log.kernel";
import { copyIn, copyOut, highHalf, lowHalf, narrowed, TILE } from "../../kernel/maths/planes.kernel";
import { rowClear, rowExpSum, rowIsZero, rowMaximum, rowScale, rowSum } from "../../kernel/maths/softmax.kernel";
import { addTo, bytes, head, headOr, lanes, load, select, splat, store, total } from "../../kernel/maths/vector.kernel";

/** Bytes of the tiles that a softmax over this many classes works on. */
export function softmaxWorkspace(classes: i32): i32 {
  return 2 * classes * <i32>TILE;
}

export function activateSoftmax<T extends number>(
  x: usize,
  n: i32,
  classes: i32,
  inner: i32,
  logarithmic: bool,
  values: usize,
  tile: usize,
): void {
  const plane = bytes<T>(inner);
  const size = plane * <usize>classes;
  const wide = <i32>TILE / <i32>sizeof<T>();
  const end = tile + <usize>classes * TILE;
  for (let i = 0; i < n; i++, x += size, values += size) {
    if (inner === 1) {
      activateRow<T>(x, classes, logarithmic, values);
      continue;
    }
    for (let s = 0; s < inner; s += wide) {
      const count = min(wide, inner - s);
      copyIn<T>(x + bytes<T>(s), plane, tile, end, count);
      for (let left = count, at = tile; left > 0; left -= lanes<T>(), at += 16) activateLanes<T>(at, end, logarithmic);
      copyOut<T>(tile, values + bytes<T>(s), plane, end, count);
    }
  }
}

function activateRow<T extends number>(x: usize, n: i32, logarithmic: bool, y: usize): void {
  const most = rowMaximum<T>(x, n);
  const sum = rowExpSum<T>(x, n, most, logarithmic ? 0 : y);
  if (!logarithmic) {
    rowScale<T>(y, n, 1 / sum, 0);
    return;
  }
  const m = splat<T>(most);
  const log = splat<T>(logOf(sum));
  for (let left = n, at: usize = 0; left > 0; left -= lanes<T>(), at += 16)
    store<T>(y + at, v128.sub<T>(v128.sub<T>(load<T>(x + at, left), m), log), left);
}

function activateLanes<T extends number>(x: usize, end: usize, logarithmic: bool): void {
  let most = splat<T>(-Infinity);
  for (let at = x; at < end; at += TILE) most = v128.pmax<T>(v128.load(at), most);
  let low = f64x2.splat(0);
  let high = f64x2.splat(0);
  for (let at = x; at < end; at += TILE) {
    const gap = v128.sub<T>(v128.load(at), most);
    const e = exp<T>(gap);
    v128.store(at, logarithmic ? gap : e);
    low = f64x2.add(low, lowHalf<T>(e));
    high = f64x2.add(high, highHalf<T>(e));
  }
  if (logarithmic) {
    const log = narrowed<T>(logarithm<f64>(low), logarithm<f64>(high));
    for (let at = x; at < end; at += TILE) v128.store(at, v128.sub<T>(v128.load(at), log));
    return;
  }
  const one = f64x2.splat(1);
  const factor = narrowed<T>(f64x2.div(one, low), f64x2.div(one, high));
  for (let at = x; at < end; at += TILE) v128.store(at, v128.mul<T>(v128.load(at), factor));
}

/** What cotangents g of the values y become before the softmax. */
export function pullSoftmax<T extends number>(
  y: usize,
  g: usize,
  n: i32,
  classes: i32,
  inner: i32,
  logarithmic: bool,
  dx: usize,
  tile: usize,
): void {
  const plane = bytes<T>(inner);
  const size = plane * <usize>classes;
  const wide = <i32>TILE / <i32>sizeof<T>();
  const end = tile + <usize>classes * TILE;
  for (let i = 0; i < n; i++, y += size, g += size, dx += size) {
    if (inner === 1) {
      pullRow<T>(y, g, classes, logarithmic, dx);
      continue;
    }
    for (let s = 0; s < inner; s += wide) {
      const count = min(wide, inner - s);
      copyIn<T>(y + bytes<T>(s), plane, tile, end, count);
      copyIn<T>(g + bytes<T>(s), plane, end, end + (end - tile), count);
      for (let left = count, at = tile; left > 0; left -= lanes<T>(), at += 16)
        pullLanes<T>(at, end - tile, end, logarithmic);
      copyOut<T>(tile, dx + bytes<T>(s), plane, end, count);
    }
  }
}

/** One vector of what flows back, given a cotangent and the two sums of its row. */
function slope<T extends number>(y: v128, g: v128, first: v128, second: v128, logarithmic: bool): v128 {
  return logarithmic
    ? v128.sub<T>(v128.mul<T>(g, oneMinusExp<T>(y)), v128.mul<T>(exp<T>(y), v128.sub<T>(first, g)))
    : v128.mul<T>(y, v128.sub<T>(v128.sub<T>(g, first), second));
}

function pullRow<T extends number>(y: usize, g: usize, n: i32, logarithmic: bool, dx: usize): void {
  if (rowIsZero<T>(g, n)) {
    rowClear<T>(dx, n);
    return;
  }
  const first = splat<T>(logarithmic ? rowSum<T>(g, n) : cotangentOfLargest<T>(y, g, n));
  let second = splat<T>(0);
  if (!logarithmic) {
    let sum = f64x2.splat(0);
    for (let left = n, at: usize = 0; left > 0; left -= lanes<T>(), at += 16) {
      const part = v128.mul<T>(load<T>(y + at, left), v128.sub<T>(load<T>(g + at, left), first));
      sum = addTo<T>(sum, head<T>(part, left));
    }
    second = splat<T>(total(sum));
  }
  for (let left = n, at: usize = 0; left > 0; left -= lanes<T>(), at += 16)
    store<T>(dx + at, slope<T>(load<T>(y + at, left), load<T>(g + at, left), first, second, logarithmic), left);
}

/** g where y, a row of probabilities, is largest. */
function cotangentOfLargest<T extends number>(y: usize, g: usize, n: i32): f64 {
  let most = splat<T>(-1);
  let own = splat<T>(0);
  for (let left = n; left > 0; left -= lanes<T>(), y += 16, g += 16) {
    const p = headOr<T>(load<T>(y, left), left, splat<T>(-1));
    const larger = v128.gt<T>(p, most);
    own = select(load<T>(g, left), own, larger);
    most = select(p, most, larger);
  }
  let best: f64 = -1;
  let found: f64 = 0;
  for (let lane = 0; lane < lanes<T>(); lane++) {
    const p = lane < 2 ? laneOf<T>(most, lane) : laneOf<T>(v128.shuffle<i64>(most, most, 1, 1), lane - 2);
    if (p > best) {
      best = p;
      found = lane < 2 ? laneOf<T>(own, lane) : laneOf<T>(v128.shuffle<i64>(own, own, 1, 1), lane - 2);
    }
  }
  return found;
}

/** Lane 0 or 1. */
function laneOf<T extends number>(v: v128, lane: i32): f64 {
  const wide = lowHalf<T>(v);
  return lane === 0 ? f64x2.extract_lane(wide, 0) : f64x2.extract_lane(wide, 1);
}

/** The probabilities lie at y, their cotangents `apart` after them. */
function pullLanes<T extends number>(y: usize, apart: usize, end: usize, logarithmic: bool): void {
  let first = splat<T>(0);
  let wanted = splat<T>(0);
  let low = f64x2.splat(0);
  let high = f64x2.splat(0);
  if (!logarithmic) {
    let most = splat<T>(-1);
    for (let at = y; at < end; at += TILE) {
      const p = v128.load(at);
      const larger = v128.gt<T>(p, most);
      first = select(v128.load(at + apart), first, larger);
      most = select(p, most, larger);
    }
  }
  for (let at = y; at < end; at += TILE) {
    const g = v128.load(at + apart);
    wanted = v128.or(wanted, v128.ne<T>(g, splat<T>(0)));
    const part = logarithmic ? g : v128.mul<T>(v128.load(at), v128.sub<T>(g, first));
    low = f64x2.add(low, lowHalf<T>(part));
    high = f64x2.add(high, highHalf<T>(part));
  }
  const sums = narrowed<T>(low, high);
  if (logarithmic) first = sums;
  for (let at = y; at < end; at += TILE)
    v128.store(at, v128.and(slope<T>(v128.load(at), v128.load(at + apart), first, sums, logarithmic), wanted));
}
