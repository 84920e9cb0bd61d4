// Verification: f = (a − b)², z = Σ (W₁ − W₀) f + b₁ − b₀, p(same) = σ(z)
//   value     y softplus(−z) + (1 − y) softplus(z)
//   gradient  r = σ(z) − y: 2 r (W₁ − W₀)(a − b) for a, its negative for b; ±Σ r f for W; ±Σ r for the bias
// Rows come in blocks that stay in the cache: first their r, then gradients column by column, Σ r f in a register.
// Accuracy    1e-6 (f32), 4e-15 (f64) relative to the largest value: z cancels.
// Requires    rows, d > 0; y is clamped to [0, 1].
import { expOf } from "../../../kernel/maths/exp.kernel";
import { log1p } from "../../../kernel/maths/log.kernel";
import {
  addTo,
  addWidened,
  bytes,
  element,
  lanes,
  load as loadVector,
  setElement,
  splat,
  store as storeVector,
  total,
} from "../../../kernel/maths/vector.kernel";

const BLOCK = 16;

function softplusOf(x: f64): f64 {
  const e = expOf<f64>(-abs<f64>(x));
  const tail = v128.extract_lane<f64>(log1p<f64>(f64x2.splat(e)), 0);
  return max<f64>(x, 0) + tail;
}

function sigmoidOf(x: f64): f64 {
  const e = expOf<f64>(-abs<f64>(x));
  return (x >= 0 ? 1 : e) / (1 + e);
}

/** Bytes for a sum per column, the gap between the two rows of weights, and what pulls a block's rows. */
export function verificationWorkspace<T extends number>(d: i32): i32 {
  return sumBytes(d) + gapBytes<T>(d) + (BLOCK << 3);
}

function sumBytes(d: i32): i32 {
  return ((d + 3) & ~3) << 3;
}

function gapBytes<T extends number>(d: i32): i32 {
  return (<i32>bytes<T>(d) + 15) & ~15;
}

export function verification<T extends number>(
  a: usize,
  b: usize,
  same: usize,
  weight: usize,
  bias: usize,
  rows: i32,
  d: i32,
  values: usize,
  da: usize,
  db: usize,
  dw: usize,
  dbias: usize,
  scale: f64,
  upstream: usize,
  workspace: usize,
): f64 {
  const row = bytes<T>(d);
  const sums = workspace;
  const gap = sums + <usize>sumBytes(d);
  const pulls = gap + <usize>gapBytes<T>(d);
  memory.fill(sums, 0, gap - sums);
  for (let at: usize = 0, left = d; left > 0; left -= lanes<T>(), at += 16)
    v128.store(gap + at, v128.sub<T>(loadVector<T>(weight + row + at, left), loadVector<T>(weight + at, left)));
  const lift = element<T>(bias + bytes<T>(1)) - element<T>(bias);
  let sum: f64 = 0;
  let biasSum: f64 = 0;
  for (let i = 0; i < rows; i += BLOCK) {
    const some = min<i32>(BLOCK, rows - i);
    const from = <usize>i * row;
    for (let j = 0; j < some; j++) {
      const y = min<f64>(max<f64>(element<T>(same + bytes<T>(i + j)), 0), 1);
      const z = lift + weightedSquares<T>(a + from + <usize>j * row, b + from + <usize>j * row, gap, d);
      // A share of 0 costs 0, however far the logit is.
      const value = (y === 0 ? 0 : y * softplusOf(-z)) + (y === 1 ? 0 : (1 - y) * softplusOf(z));
      sum += value;
      if (values) setElement<T>(values + bytes<T>(i + j), value);
      const r = (sigmoidOf(z) - y) * (upstream ? scale * element<T>(upstream + bytes<T>(i + j)) : scale);
      biasSum += r;
      store<f64>(pulls + ((<usize>j) << 3), r);
    }
    pull<T>(a + from, b + from, gap, some, d, pulls, da ? da + from : 0, db ? db + from : 0, dw ? sums : 0);
  }
  if (dw)
    for (let k = 0; k < d; k++) {
      const total = load<f64>(sums + ((<usize>k) << 3));
      setElement<T>(dw + bytes<T>(k), -total);
      setElement<T>(dw + row + bytes<T>(k), total);
    }
  if (dbias) {
    setElement<T>(dbias, -biasSum);
    setElement<T>(dbias + bytes<T>(1), biasSum);
  }
  return sum;
}

/** Σ w (a − b)² */
function weightedSquares<T extends number>(a: usize, b: usize, w: usize, d: i32): f64 {
  const sum = weightedSquaresIn<T>(a, b, w, d);
  return sizeof<T>() === 8 || sum - sum === 0 ? sum : weightedSquaresInWide<T>(a, b, w, d);
}

/** Where squares leave T. */
function weightedSquaresInWide<T extends number>(a: usize, b: usize, w: usize, d: i32): f64 {
  let sum: f64 = 0;
  for (let at: usize = 0; at < bytes<T>(d); at += sizeof<T>()) {
    const e = <f64>load<T>(a + at) - <f64>load<T>(b + at);
    sum += e * e * <f64>load<T>(w + at);
  }
  return sum;
}

function weightedSquaresIn<T extends number>(a: usize, b: usize, w: usize, d: i32): f64 {
  let sum = f64x2.splat(0);
  let at: usize = 0;
  let left = d;
  for (; left >= 2 * lanes<T>(); left -= 2 * lanes<T>(), at += 32) {
    const e0 = v128.sub<T>(v128.load(a + at), v128.load(b + at));
    const e1 = v128.sub<T>(v128.load(a + at, 16), v128.load(b + at, 16));
    const first = v128.mul<T>(v128.mul<T>(e0, e0), v128.load(w + at));
    sum = addTo<T>(sum, v128.add<T>(first, v128.mul<T>(v128.mul<T>(e1, e1), v128.load(w + at, 16))));
  }
  for (; left > 0; left -= lanes<T>(), at += 16) {
    const e = v128.sub<T>(loadVector<T>(a + at, left), loadVector<T>(b + at, left));
    sum = addTo<T>(sum, v128.mul<T>(v128.mul<T>(e, e), v128.load(w + at)));
  }
  return total(sum);
}

/** Gradients of some rows, r of each given: 2 r w (a − b) goes to da, its negative to db, Σ r (a − b)² is added to sums. */
function pull<T extends number>(
  a: usize,
  b: usize,
  w: usize,
  rows: i32,
  d: i32,
  pulls: usize,
  da: usize,
  db: usize,
  sums: usize,
): void {
  const row = bytes<T>(d);
  for (let k = 0; k < d; k += lanes<T>()) {
    const left = d - k;
    const column = bytes<T>(k);
    const twice = v128.mul<T>(v128.load(w + column), splat<T>(2));
    let sum = splat<T>(0);
    for (let j = 0, at = column; j < rows; j++, at += row) {
      const e = v128.sub<T>(loadVector<T>(a + at, left), loadVector<T>(b + at, left));
      const re = v128.mul<T>(splat<T>(load<f64>(pulls + ((<usize>j) << 3))), e);
      const slope = v128.mul<T>(twice, re);
      if (da) storeVector<T>(da + at, slope, left);
      if (db) storeVector<T>(db + at, v128.neg<T>(slope), left);
      sum = v128.add<T>(sum, v128.mul<T>(re, e));
    }
    if (sums) addWidened<T>(sums + ((<usize>k) << 3), sum);
  }
}
