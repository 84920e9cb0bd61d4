// Distributional ranking: p = σ(x); over the negatives q ∝ exp(p/λ₋), P₋ = Σ q p; over the positives q ∝ exp(−p/λ₊), P₊ = Σ q p
//   value     τ/L · softplus(z),  z = L (P₋ − P₊ + margin);  P₋ = 0 without negatives, P₊ = 1 without positives
//   gradient  τ σ(z) q (1 + (p − P₋)/λ₋) p (1 − p) for a negative, −τ σ(z) q (1 − (p − P₊)/λ₊) p (1 − p) for a positive
// Accuracy    4e-7 (f32), 3e-15 (f64) relative for λ ≥ 0.05: a rounding of p is multiplied by 1/λ; gradients,
//             where 1 ± (p − P)/λ cancels, 4e-5 and 1e-13.
// Method      Negatives are runs of neighbours between positives and ignored rows. A first pass finds their largest logit,
//             which shifts the exponentials; a second sums, and leaves p and exp · p (1 − p) for the gradient.
// Items       No row that counts, or no logit of those: 0 with gradient 0. A logit whose `mask` is 0 is not there, whatever it holds.
// Requires    labels of −1…c; `mask` of n c numbers or nowhere.
import { exp, expOf } from "../../../kernel/maths/exp.kernel";
import { log1p } from "../../../kernel/maths/log.kernel";
import { expMinusAbs, sigmoid, sigmoidOfAbs } from "../../../kernel/maths/sigmoid.kernel";
import { rowMaximum } from "../../../kernel/maths/softmax.kernel";
import {
  addTo,
  bytes,
  element,
  head,
  lanes,
  load,
  setElement,
  splat,
  store,
  total,
} from "../../../kernel/maths/vector.kernel";

/** With a gradient a term for each logit; logits, probabilities and terms of the positives; ends of the runs, which a mask makes more of. */
export function distributionalRankingWorkspace<T extends number>(n: i32, c: i32, masked: bool, graded: bool): f64 {
  const runs = masked ? 0.5 * <f64>n * <f64>c : <f64>n;
  return <f64>sizeof<T>() * <f64>n * <f64>(graded ? c + 3 : 3) + 8 * (runs + 1);
}

export function distributionalRanking<T extends number>(
  x: usize,
  labels: usize,
  mask: usize,
  n: i32,
  c: i32,
  lambdaOver: f64,
  lambdaUnder: f64,
  slope: f64,
  tau: f64,
  margin: f64,
  dx: usize,
  scale: f64,
  workspace: usize,
): f64 {
  const terms = workspace;
  const own = dx ? terms + bytes<T>(n * c) : terms;
  const runs = own + bytes<T>(3 * n);
  const count = mask ? findMaskedRuns<T>(labels, mask, n, c, runs) : findRuns(labels, n, c, runs);
  const found = gatherPositives<T>(x, labels, mask, n, c, own);
  if (count === 0 && found === 0) {
    if (dx) memory.fill(dx, 0, bytes<T>(n * c));
    return 0;
  }
  const ownP = dx ? own + bytes<T>(n) : 0;
  const ownTerms = own + bytes<T>(2 * n);
  // The positives' exponentials fall with p: the smallest logit has the largest.
  const over = tilt<T>(own, found, -1 / lambdaOver, sigmoidOf<T>(least<T>(own, found)), ownP, ownTerms);
  const under = tiltRuns<T>(x, runs, count, 1 / lambdaUnder, dx, terms);
  const massOver = f64x2.extract_lane(over, 0);
  const massUnder = f64x2.extract_lane(under, 0);
  const meanOver = found ? f64x2.extract_lane(over, 1) / massOver : 1;
  const meanUnder = count ? f64x2.extract_lane(under, 1) / massUnder : 0;
  const z = slope * (meanUnder - meanOver + margin);
  const e = expOf<f64>(-abs<f64>(z));
  if (dx) {
    const rate = (scale * tau * (z < 0 ? e : 1)) / (1 + e);
    let from = 0;
    for (let r = 0; r < count; r++) {
      const start = i32.load(runs + 8 * <usize>r);
      const end = i32.load(runs + 8 * <usize>r, 4);
      memory.fill(dx + bytes<T>(from), 0, bytes<T>(start - from));
      slopes<T>(
        dx + bytes<T>(start),
        terms + bytes<T>(start),
        end - start,
        rate / massUnder,
        1 / lambdaUnder,
        meanUnder,
      );
      from = end;
    }
    memory.fill(dx + bytes<T>(from), 0, bytes<T>(n * c - from));
    slopes<T>(ownP, ownTerms, found, -rate / massOver, -1 / lambdaOver, meanOver);
    scatterPositives<T>(ownP, labels, mask, n, c, dx);
  }
  return (tau / slope) * (max<f64>(z, 0) + v128.extract_lane<f64>(log1p<f64>(f64x2.splat(e)), 0));
}

/** Writes where runs of negatives begin and end; returns their number. */
function findRuns(labels: usize, n: i32, c: i32, runs: usize): i32 {
  let count = 0;
  let start = 0;
  for (let i = 0; i <= n; i++) {
    const label = i < n ? i32.load(labels + ((<usize>i) << 2)) : -1;
    if (label === 0) continue;
    const end = i * c + max(label - 1, 0);
    if (end > start) {
      i32.store(runs + 8 * <usize>count, start);
      i32.store(runs + 8 * <usize>count, end, 4);
      count++;
    }
    start = label > 0 ? end + 1 : (i + 1) * c;
  }
  return count;
}

/** The same of the logits whose mask is not 0. */
function findMaskedRuns<T extends number>(labels: usize, mask: usize, n: i32, c: i32, runs: usize): i32 {
  let count = 0;
  let start = 0;
  for (let i = 0; i <= n; i++) {
    const label = i < n ? i32.load(labels + ((<usize>i) << 2)) : -1;
    for (let k = 0; k < (i < n ? c : 1); k++) {
      const at = i * c + k;
      if (label >= 0 && k !== label - 1 && element<T>(mask + bytes<T>(at)) !== 0) continue;
      if (at > start) {
        i32.store(runs + 8 * <usize>count, start);
        i32.store(runs + 8 * <usize>count, at, 4);
        count++;
      }
      start = at + 1;
    }
  }
  return count;
}

/** Where the positive logit of row i lies among all; below 0 if it has none. */
function positiveOf<T extends number>(labels: usize, mask: usize, i: i32, c: i32): i32 {
  const label = i32.load(labels + ((<usize>i) << 2));
  const at = i * c + label - 1;
  return label <= 0 || (mask && element<T>(mask + bytes<T>(at)) === 0) ? -1 : at;
}

function gatherPositives<T extends number>(x: usize, labels: usize, mask: usize, n: i32, c: i32, own: usize): i32 {
  let found = 0;
  for (let i = 0; i < n; i++) {
    const at = positiveOf<T>(labels, mask, i, c);
    if (at >= 0) setElement<T>(own + bytes<T>(found++), element<T>(x + bytes<T>(at)));
  }
  return found;
}

function scatterPositives<T extends number>(own: usize, labels: usize, mask: usize, n: i32, c: i32, dx: usize): void {
  for (let i = 0; i < n; i++) {
    const at = positiveOf<T>(labels, mask, i, c);
    if (at < 0) continue;
    setElement<T>(dx + bytes<T>(at), element<T>(own));
    own += sizeof<T>();
  }
}

function least<T extends number>(x: usize, n: i32): f64 {
  let result: f64 = Infinity;
  for (let i = 0; i < n; i++) result = min<f64>(result, element<T>(x + bytes<T>(i)));
  return result;
}

function sigmoidOf<T extends number>(x: f64): f64 {
  const v = splat<T>(x);
  const e = expMinusAbs<T>(v);
  return <f64>v128.extract_lane<T>(sigmoid<T>(v, e, sigmoidOfAbs<T>(e)), 0);
}

/** `tilt` over all runs, shifted by their largest. */
function tiltRuns<T extends number>(x: usize, runs: usize, count: i32, rate: f64, ps: usize, terms: usize): v128 {
  let most: f64 = -Infinity;
  for (let r = 0; r < count; r++) {
    const start = i32.load(runs + 8 * <usize>r);
    most = max<f64>(most, rowMaximum<T>(x + bytes<T>(start), i32.load(runs + 8 * <usize>r, 4) - start));
  }
  const shift = sigmoidOf<T>(most);
  let sums = f64x2.splat(0);
  for (let r = 0; r < count; r++) {
    const start = i32.load(runs + 8 * <usize>r);
    const length = i32.load(runs + 8 * <usize>r, 4) - start;
    const at = bytes<T>(start);
    sums = f64x2.add(sums, tilt<T>(x + at, length, rate, shift, ps ? ps + at : 0, terms + at));
  }
  return sums;
}

/** Σ e and Σ e p, e = exp(rate (p − shift)); keeps p and e p (1 − p) unless `ps` is 0. */
function tilt<T extends number>(x: usize, n: i32, rate: f64, shift: f64, ps: usize, terms: usize): v128 {
  const k = splat<T>(rate);
  const m = splat<T>(shift);
  let mass = f64x2.splat(0);
  let mean = f64x2.splat(0);
  for (let left = n, at: usize = 0; left > 0; left -= lanes<T>(), at += 16) {
    const v = load<T>(x + at, left);
    const a = expMinusAbs<T>(v);
    const r = sigmoidOfAbs<T>(a);
    const p = sigmoid<T>(v, a, r);
    const e = exp<T>(v128.mul<T>(k, v128.sub<T>(p, m)));
    if (ps) {
      store<T>(ps + at, p, left);
      store<T>(terms + at, v128.mul<T>(e, v128.mul<T>(a, v128.mul<T>(r, r))), left);
    }
    mass = addTo<T>(mass, head<T>(e, left));
    mean = addTo<T>(mean, head<T>(v128.mul<T>(e, p), left));
  }
  return f64x2.replace_lane(f64x2.splat(total(mass)), 1, total(mean));
}

/** p becomes factor · term · (1 + rate (p − mean)). */
function slopes<T extends number>(ps: usize, terms: usize, n: i32, factor: f64, rate: f64, mean: f64): void {
  const one = splat<T>(1);
  const f = splat<T>(factor);
  const k = splat<T>(rate);
  const m = splat<T>(mean);
  for (let left = n, at: usize = 0; left > 0; left -= lanes<T>(), at += 16) {
    const bend = v128.add<T>(one, v128.mul<T>(k, v128.sub<T>(load<T>(ps + at, left), m)));
    store<T>(ps + at, v128.mul<T>(v128.mul<T>(f, load<T>(terms + at, left)), bend), left);
  }
}
