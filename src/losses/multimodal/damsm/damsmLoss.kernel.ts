// Attention of the words of captions over the regions of one image, the match of words and what they attend to, and the
// way back. For a caption of L words e_t and regions v_r, with s_tr = e_t · v_r:
//
//   attend          s̄ = softmax over t of s;  α = softmax over r of γ1 s̄
//   match           with contexts c_t = Σ_r α_tr v_r:  log Σ_t exp(γ2 cos(c_t, e_t))
//   matchGradient   from g of that: dc_t, in place of c_t, and de_t +=
//   attendGradient  from dα: ds_tr = s̄ (ds̄ − Σ_t s̄ ds̄),  ds̄ = γ1 α (dα − Σ_r α dα), in place of dα
//
// Accuracy    2e-5 (f32), 1e-12 (f64) of the loss, or of 1 where that is less.
// Requires    The words of `count` captions one after another, one row each, without what lies beyond a caption's length;
//             lengths i32 [count], at least 1.
import { cosine, cosineOf } from "../../../kernel/maths/distance.kernel";
import { exp } from "../../../kernel/maths/exp.kernel";
import { addWideCosineGradient, setWideCosineGradient, tame } from "../../../kernel/maths/range.kernel";
import { addScaled, dot, lengthOf, setScaled } from "../../../kernel/maths/rows.kernel";
import { softmaxRow } from "../../../kernel/maths/scaledSoftmax.kernel";
import { bytes, lanes, load as loadVector, splat, store as storeVector } from "../../../kernel/maths/vector.kernel";

/** s̄ goes into `shares`, α into `attention`; the scores stay. */
export function damsmAttend<T extends number>(
  scores: usize,
  lengths: usize,
  count: i32,
  regions: i32,
  gamma1: f64,
  shares: usize,
  attention: usize,
): void {
  const row = bytes<T>(regions);
  for (let c = 0; c < count; c++, lengths += 4) {
    const length = load<i32>(lengths);
    softmaxOverWords<T>(scores, shares, length, regions);
    scores += <usize>length * row;
    for (let t = 0; t < length; t++, attention += row, shares += row) {
      memory.copy(attention, shares, row);
      softmaxRow<T>(attention, regions, gamma1, 1);
    }
  }
}

function softmaxOverWords<T extends number>(scores: usize, shares: usize, length: i32, regions: i32): void {
  const row = bytes<T>(regions);
  for (let left = regions; left > 0; left -= lanes<T>(), scores += 16, shares += 16) {
    let most = loadVector<T>(scores, left);
    for (let t = 1, at = scores + row; t < length; t++, at += row) most = v128.pmax<T>(loadVector<T>(at, left), most);
    let sum = splat<T>(0);
    let from = scores;
    let to = shares;
    for (let t = 0; t < length; t++, from += row, to += row) {
      const e = exp<T>(v128.sub<T>(loadVector<T>(from, left), most));
      storeVector<T>(to, e, left);
      sum = v128.add<T>(sum, e);
    }
    to = shares;
    for (let t = 0; t < length; t++, to += row) storeVector<T>(to, v128.div<T>(loadVector<T>(to, left), sum), left);
  }
}

/** dα becomes ds. */
export function damsmAttendGradient<T extends number>(
  attention: usize,
  shares: usize,
  lengths: usize,
  count: i32,
  regions: i32,
  gamma1: f64,
  gradient: usize,
): void {
  const row = bytes<T>(regions);
  for (let c = 0; c < count; c++, lengths += 4) {
    const length = load<i32>(lengths);
    const block = <usize>length * row;
    for (let at: usize = 0; at < block; at += row) {
      const own = gradient + at;
      const alpha = attention + at;
      backThroughSoftmax<T>(own, alpha, regions, dot<T>(own, alpha, regions), gamma1);
    }
    backOverWords<T>(gradient, shares, length, regions);
    gradient += block;
    attention += block;
    shares += block;
  }
}

/** g becomes factor · p (g − mean). */
function backThroughSoftmax<T extends number>(g: usize, p: usize, n: i32, mean: f64, factor: f64): void {
  const middle = splat<T>(mean);
  const times = splat<T>(factor);
  for (let left = n; left > 0; left -= lanes<T>(), g += 16, p += 16) {
    const apart = v128.sub<T>(loadVector<T>(g, left), middle);
    storeVector<T>(g, v128.mul<T>(v128.mul<T>(apart, loadVector<T>(p, left)), times), left);
  }
}

function backOverWords<T extends number>(g: usize, p: usize, length: i32, regions: i32): void {
  const row = bytes<T>(regions);
  for (let left = regions; left > 0; left -= lanes<T>(), g += 16, p += 16) {
    let mean = splat<T>(0);
    for (let t = 0, at: usize = 0; t < length; t++, at += row)
      mean = v128.add<T>(mean, v128.mul<T>(loadVector<T>(g + at, left), loadVector<T>(p + at, left)));
    for (let t = 0, at: usize = 0; t < length; t++, at += row) {
      const apart = v128.sub<T>(loadVector<T>(g + at, left), mean);
      storeVector<T>(g + at, v128.mul<T>(apart, loadVector<T>(p + at, left)), left);
    }
  }
}

/** A cosine for each word of the longest caption, in f64. */
export function damsmMatchWorkspace(words: i32): i32 {
  return words << 3;
}

/** Matches of `count` captions, f64. */
export function damsmMatch<T extends number>(
  contexts: usize,
  embeddings: usize,
  lengths: usize,
  count: i32,
  d: i32,
  gamma2: f64,
  matches: usize,
  cosines: usize,
): void {
  for (let c = 0; c < count; c++, lengths += 4, matches += 8) {
    const length = load<i32>(lengths);
    store<f64>(matches, matchOf<T>(contexts, embeddings, length, d, gamma2, cosines));
    contexts += bytes<T>(length * d);
    embeddings += bytes<T>(length * d);
  }
}

/** The match of one caption; leaves exp(γ2 cos − its log-sum-exp), a softmax, in `cosines`. */
function matchOf<T extends number>(c: usize, e: usize, length: i32, d: i32, gamma2: f64, cosines: usize): f64 {
  for (let t = 0; t < length; t++, c += bytes<T>(d), e += bytes<T>(d))
    store<f64>(cosines + ((<usize>t) << 3), cosine<T>(c, e, d));
  return softmaxRow<f64>(cosines, length, gamma2, 1);
}

/** Contexts become their gradients; `upstream` f64 [count] holds those of the matches. */
export function damsmMatchGradient<T extends number>(
  contexts: usize,
  embeddings: usize,
  lengths: usize,
  count: i32,
  d: i32,
  gamma2: f64,
  gradient: usize,
  upstream: usize,
  cosines: usize,
): void {
  const row = bytes<T>(d);
  for (let k = 0; k < count; k++, lengths += 4, upstream += 8) {
    const length = load<i32>(lengths);
    matchOf<T>(contexts, embeddings, length, d, gamma2, cosines);
    const slope = gamma2 * load<f64>(upstream);
    for (let t = 0; t < length; t++, contexts += row, embeddings += row) {
      const weight = slope * load<f64>(cosines + ((<usize>t) << 3));
      backThroughCosine<T>(contexts, embeddings, d, weight, gradient);
      if (gradient) gradient += row;
    }
  }
}

function backThroughCosine<T extends number>(c: usize, e: usize, d: i32, weight: f64, gradient: usize): void {
  const lengthC = lengthOf<T>(c, d);
  const lengthE = lengthOf<T>(e, d);
  if (lengthC === 0 || lengthE === 0) {
    memory.fill(c, 0, bytes<T>(d));
    return;
  }
  const cos = cosineOf<T>(c, e, d, lengthC * lengthC, lengthE * lengthE);
  if (!tame<T>(lengthC * lengthC) || !tame<T>(lengthE * lengthE)) {
    if (gradient) addWideCosineGradient<T>(gradient, e, c, d, weight, cos, lengthE, lengthC);
    setWideCosineGradient<T>(c, c, e, d, weight, cos, lengthC, lengthE);
    return;
  }
  const across = weight / lengthC / lengthE;
  if (gradient) {
    addScaled<T>(gradient, c, d, across);
    addScaled<T>(gradient, e, d, (-weight * cos) / lengthE / lengthE);
  }
  setScaled<T>(c, c, d, (-weight * cos) / lengthC / lengthC);
  addScaled<T>(c, e, d, across);
}

/** Copies the words of captions [count, words, d] one after another. */
export function damsmPack<T extends number>(
  embeddings: usize,
  lengths: usize,
  count: i32,
  words: i32,
  d: i32,
  to: usize,
): void {
  for (let c = 0; c < count; c++, lengths += 4, embeddings += bytes<T>(words * d)) {
    const kept = bytes<T>(load<i32>(lengths) * d);
    memory.copy(to, embeddings, kept);
    to += kept;
  }
}

/** The way back, with 0 beyond each caption's length. */
export function damsmUnpack<T extends number>(
  packed: usize,
  lengths: usize,
  count: i32,
  words: i32,
  d: i32,
  to: usize,
): void {
  const block = bytes<T>(words * d);
  for (let c = 0; c < count; c++, lengths += 4, to += block) {
    const kept = bytes<T>(load<i32>(lengths) * d);
    memory.copy(to, packed, kept);
    memory.fill(to + kept, 0, block - kept);
    packed += kept;
  }
}
