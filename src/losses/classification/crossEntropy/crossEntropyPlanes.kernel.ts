// Cross entropy with class indices where a row's classes lie apart, [N, C, S]: crossEntropy.kernel.ts has the formulas.
//
// A lane is a position. TILE bytes of positions of every class are first copied side by side: planes that lie a power of
// two apart would push one another out of the cache.
// Accuracy    1e-6 (f32), 3e-15 (f64) relative, or of a tenth of the batch's largest value where that is more.
// Requires    n, C, S > 0; labels in 0…C − 1 or equal to `ignore`; `tile` is scratch of crossEntropyPlanesWorkspace bytes.
import { exp } from "../../../kernel/maths/exp.kernel";
import { log } from "../../../kernel/maths/log.kernel";
import { copyIn, copyOut, highHalf, lowHalf, TILE } from "../../../kernel/maths/planes.kernel";
import { rowSum } from "../../../kernel/maths/softmax.kernel";
import { bytes, element, factorOf, lanes, setElement, splat } from "../../../kernel/maths/vector.kernel";

// What the lanes of one vector of positions keep after the tile: four f64 each, then vectors of T.
const TOTAL: usize = 0;
const LOG: usize = 32;
const GAP: usize = 64;
const OWN: usize = 96;
const MOST: usize = 128;
const FACTOR: usize = 144;
const SHIFT: usize = 160;
const KEEP: usize = 176;

/** Bytes of the tile and of what its lanes keep. */
export function crossEntropyPlanesWorkspace(classes: i32): i32 {
  return (classes + 1) * <i32>TILE;
}

export function crossEntropyPlanes<T extends number>(
  x: usize,
  labels: usize,
  n: i32,
  classes: i32,
  inner: i32,
  ignore: i32,
  weights: usize,
  smoothing: f64,
  values: usize,
  dx: usize,
  scale: f64,
  upstream: usize,
  tile: usize,
): f64 {
  const plane = bytes<T>(inner);
  const wide = <i32>TILE / <i32>sizeof<T>();
  const state = tile + <usize>classes * TILE;
  const spread = smoothing / <f64>classes;
  const all = smoothing === 0 ? 0 : weights ? rowSum<T>(weights, classes) : <f64>classes;
  let sum: f64 = 0;
  for (let i = 0; i < n; i++)
    for (let s = 0; s < inner; s += wide) {
      const count = min(wide, inner - s);
      const offset = <usize>i * plane * <usize>classes + bytes<T>(s);
      copyIn<T>(x + offset, plane, tile, state, count);
      let position = <usize>i * <usize>inner + <usize>s;
      for (let left = count, at = tile; left > 0; left -= lanes<T>(), at += 16) {
        const own = labels + (position << 2);
        const used = min(left, lanes<T>());
        peaks<T>(at, state, own, used, ignore);
        if (spread > 0) gaps<T>(at, state, weights);
        expSums<T>(at, state, dx !== 0);
        const to: usize = values ? values + (position << alignof<T>()) : 0;
        const by: usize = upstream ? upstream + (position << alignof<T>()) : 0;
        sum += finish<T>(at, state, own, used, ignore, weights, 1 - smoothing, spread, all, to, scale, by);
        if (dx) slopes<T>(at, state, own, used, weights);
        position += <usize>used;
      }
      if (dx) copyOut<T>(tile, dx + offset, plane, state, count);
    }
  return sum;
}

function labelOf(labels: usize, lane: i32): i32 {
  return i32x4.extract_lane(v128.load32_zero(labels + ((<usize>lane) << 2)), 0);
}

/** m = max x, and m − x_y of the rows that count. */
function peaks<T extends number>(x: usize, state: usize, labels: usize, used: i32, ignore: i32): void {
  let most = splat<T>(-Infinity);
  for (let at = x; at < state; at += TILE) most = v128.pmax<T>(v128.load(at), most);
  v128.store(state, most, MOST);
  for (let j = 0; j < used; j++) {
    const label = labelOf(labels, j);
    if (label === ignore) continue;
    const own = element<T>(x + <usize>label * TILE + bytes<T>(j));
    setElement<f64>(state + OWN + bytes<f64>(j), element<T>(state + MOST + bytes<T>(j)) - own);
  }
}

/** Σ w_c (m − x_c); a weight of 0 silences an infinite x. */
function gaps<T extends number>(x: usize, state: usize, weights: usize): void {
  const most = v128.load(state, MOST);
  let low = f64x2.splat(0);
  let high = f64x2.splat(0);
  for (let at = x, w = weights; at < state; at += TILE, w += sizeof<T>()) {
    const weight = weights ? element<T>(w) : 1;
    if (weight === 0) continue;
    const gap = v128.mul<T>(splat<T>(weight), v128.sub<T>(most, v128.load(at)));
    low = f64x2.add(low, lowHalf<T>(gap));
    high = f64x2.add(high, highHalf<T>(gap));
  }
  v128.store(state, low, GAP);
  v128.store(state, high, GAP + 16);
}

/** Σ exp(x − m) and its logarithm; the terms replace x where they are wanted. */
function expSums<T extends number>(x: usize, state: usize, keep: bool): void {
  const most = v128.load(state, MOST);
  let low = f64x2.splat(0);
  let high = f64x2.splat(0);
  for (let at = x; at < state; at += TILE) {
    const e = exp<T>(v128.sub<T>(v128.load(at), most));
    if (keep) v128.store(at, e);
    low = f64x2.add(low, lowHalf<T>(e));
    high = f64x2.add(high, highHalf<T>(e));
  }
  v128.store(state, low, TOTAL);
  v128.store(state, high, TOTAL + 16);
  v128.store(state, log<f64>(low), LOG);
  if (sizeof<T>() === 4) v128.store(state, log<f64>(high), LOG + 16);
}

/** Σ value of the lanes; leaves each lane's factor on its terms, whether it counts, and the slope of its label. */
function finish<T extends number>(
  terms: usize,
  state: usize,
  labels: usize,
  used: i32,
  ignore: i32,
  weights: usize,
  hard: f64,
  spread: f64,
  all: f64,
  values: usize,
  scale: f64,
  upstream: usize,
): f64 {
  let sum: f64 = 0;
  v128.store(state, f64x2.splat(0), KEEP);
  for (let j = 0; j < used; j++) {
    const label = labelOf(labels, j);
    const wide = state + bytes<f64>(j);
    let value: f64 = 0;
    if (label !== ignore) {
      const weight = weights ? element<T>(weights + bytes<T>(label)) : 1;
      const share = hard * weight;
      const total = element<f64>(wide + TOTAL);
      const logTotal = element<f64>(wide + LOG);
      if (share !== 0) value = share * (element<f64>(wide + OWN) + logTotal);
      if (spread > 0) value += spread * (all * logTotal + element<f64>(wide + GAP));
      // p_y − 1 as −(Σ − e_y)/Σ in f64: no digits are lost on confident rows.
      const own = element<T>(terms + <usize>label * TILE + bytes<T>(j));
      const slope = spread * ((all * own) / total - weight) - (share * (total - own)) / total;
      const u = factorOf<T>(upstream, j);
      if (u !== 0) {
        const factor = scale * u;
        setElement<f64>(wide + OWN, factor * slope);
        setElement<T>(state + FACTOR + bytes<T>(j), (factor * (share + spread * all)) / total);
        setElement<T>(state + SHIFT + bytes<T>(j), spread > 0 ? spread * factor : 0);
        setElement<T>(state + KEEP + bytes<T>(j), 1);
        sum += u * value;
      }
    }
    if (values) setElement<T>(values + bytes<T>(j), value);
  }
  return sum;
}

/** Terms become slopes: p_c (…) − w_c · amount, and the label's own. */
function slopes<T extends number>(terms: usize, state: usize, labels: usize, used: i32, weights: usize): void {
  const factor = v128.load(state, FACTOR);
  const amount = v128.load(state, SHIFT);
  const keep = v128.gt<T>(v128.load(state, KEEP), splat<T>(0));
  let shift = amount;
  for (let at = terms, w = weights; at < state; at += TILE, w += sizeof<T>()) {
    if (weights) shift = v128.mul<T>(amount, splat<T>(element<T>(w)));
    v128.store(at, v128.and(v128.sub<T>(v128.mul<T>(v128.load(at), factor), shift), keep));
  }
  for (let j = 0; j < used; j++) {
    if (element<T>(state + KEEP + bytes<T>(j)) === 0) continue;
    const own = terms + <usize>labelOf(labels, j) * TILE + bytes<T>(j);
    setElement<T>(own, element<f64>(state + OWN + bytes<f64>(j)));
  }
}
