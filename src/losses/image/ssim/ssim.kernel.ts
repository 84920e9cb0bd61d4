// SSIM of two planes or volumes, over the windows that lie wholly inside. With the sum u = x + y and the difference v = x − y, under
// the window g: U = g∗u, V = g∗v, P = g∗u² − U², Q = g∗v² − V², and
//   B1 = (U² + V²)/2 + C1,  B2 = (P + Q)/2 + C2,  l = 1 − V²/B1,  c = 1 − Q/B2,  S = l c
// which needs four filters where x² + y² and x y need five, and gives 1 − S = Q/B2 + (V²/B1) c without cancellation.
//   gradient  ∂l/∂U = U V²/B1²,  ∂l/∂V = −V (2 B1 − V²)/B1²,  ∂c/∂P = Q/(2 B2²),  ∂c/∂Q = −(2 B2 − Q)/(2 B2²);
//             through P = g∗u² − U²: du = gᵀ∗(S_U − 2U S_P) + 2u gᵀ∗S_P, dv likewise, dx = du + dv, dy = du − dv
// Method      A row at a time: rows are filtered along themselves into a ring of `window` rows, the ring across itself, and of
//             volumes what that gives into a ring of slices; the gradient takes the same way back. Ring rows are kept twice,
//             so that `window` rows always follow each other. The cost of a pixel grows with `window`, not with its square.
//             Wide images are cut into strips of columns, whose rings stay in the cache. A number amid them is subtracted
//             from x and y first: P, of numbers far from 0, keeps its digits.
// Accuracy    1 − S, summed: 2e-5 (f32), 1e-12 (f64) relative, on images whose contrast is not far below their range;
//             gradients 1e-3 (f32), 1e-11 (f64) of the largest.
// Requires    1 ≤ window ≤ height, width; `deep`, the window along the depth, is 1 (of images, whose depth is 1) or `window`, which
//             is then ≤ depth. `workspace` has ssimWorkspace bytes.
import { addTo, bytes, head, lanes, load, splat, store, total } from "../../../kernel/maths/vector.kernel";

/** Columns of a strip: windows longer than a sixteenth of it would be filtered too often where strips meet. */
function stripOf<T extends number>(width: i32, window: i32): i32 {
  return min(width, max(2048 / <i32>sizeof<T>(), 16 * window));
}

/** Bytes of a row of four numbers per column of a strip, with its neighbours. */
function rowsOf<T extends number>(width: i32, window: i32): usize {
  return 4 * bytes<T>((stripOf<T>(width, window) + 2 * window + 31) & ~15);
}

export function ssimWorkspace<T extends number>(height: i32, width: i32, deep: i32, window: i32): f64 {
  const rows: f64 = 3 + 4 * <f64>window + (deep > 1 ? 4 * <f64>deep * height : 0);
  return rows * <f64>rowsOf<T>(width, window);
}

/**
 * Returns Σ (1 − S) of the windows where `keep` is not 0, of all if there is none; without `luminance`, Σ (1 − c). Writes S (or c) of all to `map`
 * and the sum's gradients times `scale` to dx, dy.
 */
export function ssimVolume<T extends number>(
  x: usize,
  y: usize,
  keep: usize,
  depth: i32,
  height: i32,
  width: i32,
  deep: i32,
  weights: usize,
  window: i32,
  c1: f64,
  c2: f64,
  luminance: i32,
  map: usize,
  dx: usize,
  dy: usize,
  scale: f64,
  workspace: usize,
): f64 {
  const columns = width - window + 1;
  const strip = stripOf<T>(width, window);
  const pivot = middle<T>(x, y, depth * height, width);
  let sum: f64 = 0;
  for (let from = 0; from < (dx || dy ? width : columns); from += strip)
    // prettier-ignore
    sum += ssimStrip<T>(
      x,
      y,
      keep,
      depth,
      height,
      width,
      deep,
      weights,
      window,
      c1,
      c2,
      luminance,
      map,
      dx,
      dy,
      scale,
      workspace,
      pivot,
      from,
      min(width, from + strip),
    );
  return sum;
}

/** The same of the windows that begin at the columns from `from` to `to`, and the gradients of these columns. */
function ssimStrip<T extends number>(
  x: usize,
  y: usize,
  keep: usize,
  depth: i32,
  height: i32,
  width: i32,
  deep: i32,
  weights: usize,
  window: i32,
  c1: f64,
  c2: f64,
  luminance: i32,
  map: usize,
  dx: usize,
  dy: usize,
  scale: f64,
  workspace: usize,
  pivot: f64,
  from: i32,
  to: i32,
): f64 {
  const rows = rowsOf<T>(width, window);
  const stride = rows / 4;
  const slice = <usize>height * rows;
  const reach = window - 1;
  const columns = width - reach;
  const valid = height - reach;
  const wanted = dx || dy;
  // Windows that begin before the strip have a part in its gradients.
  const first = wanted ? max(from - reach, 0) : from;
  const own = max(min(columns, to) - from, 0);
  const before = min(columns, from) - first;
  const n = before + own;
  const lines = workspace;
  const filtered = lines + rows;
  const slopes = filtered + rows;
  const slopesAt = wanted ? slopes + bytes<T>(first - from + reach) : 0;
  const mirror = window * rows;
  const ring = slopes + rows;
  const back = ring + 2 * mirror;
  const deepMirror = deep * slice;
  const deepRing = back + 2 * mirror;
  const deepBack = deepRing + 2 * deepMirror;
  // What lies beside the slopes and before the first gradient row counts as zero.
  memory.fill(workspace, 0, <usize>ssimWorkspace<T>(height, width, deep, window));
  let sum: f64 = 0;
  for (let d = 0; d < depth + deep - 1; d++) {
    const e = d - deep + 1;
    if (d > 0 && wanted) memory.fill(back, 0, 2 * mirror);
    for (let r = 0; r < height + reach; r++) {
      if (r < height && d < depth) {
        const at = bytes<T>((d * height + r) * width + first);
        const slot = ring + (r % window) * rows;
        sumAndDifference<T>(x + at, y + at, n + reach, pivot, lines, stride);
        filterFour<T>(lines, slot, n, sizeof<T>(), weights, window, stride);
        memory.copy(slot + mirror, slot, rows);
      }
      const j = r - reach;
      if (j < 0) continue;
      const line = <usize>j * rows;
      if (j < valid && d < depth) {
        const slot = deep > 1 ? deepRing + (d % deep) * slice + line : filtered;
        filterFour<T>(ring + ((r + 1) % window) * rows, slot, n, rows, weights, window, stride);
        if (deep > 1) memory.copy(slot + deepMirror, slot, rows);
      }
      if (e < 0) continue;
      const inside = j < valid && e <= depth - deep;
      if (inside) {
        if (deep > 1)
          filterFour<T>(deepRing + ((d + 1) % deep) * slice + line, filtered, n, slice, weights, deep, stride);
        const at = bytes<T>((e * valid + j) * columns + first);
        const kept = keep ? keep + at : 0;
        if (before > 0) compare<T>(filtered, before, stride, pivot, c1, c2, luminance, kept, 0, slopesAt);
        const on = bytes<T>(before);
        sum += compare<T>(
          filtered + on,
          own,
          stride,
          pivot,
          c1,
          c2,
          luminance,
          kept ? kept + on : 0,
          map ? map + at + on : 0,
          slopesAt ? slopesAt + on : 0,
        );
      }
      if (!wanted) continue;
      const slot = back + (j % window) * rows;
      if (inside) filterFour<T>(slopes, slot, to - from, sizeof<T>(), weights, window, stride);
      else memory.fill(slot, 0, rows);
      memory.copy(slot + mirror, slot, rows);
      const through = deep > 1 ? deepBack + (e % deep) * slice + line : filtered;
      filterFour<T>(back + ((j + 1) % window) * rows, through, to - from, rows, weights, window, stride);
      if (deep > 1) {
        memory.copy(through + deepMirror, through, rows);
        filterFour<T>(deepBack + ((e + 1) % deep) * slice + line, filtered, to - from, slice, weights, deep, stride);
      }
      const at = bytes<T>((e * height + j) * width + from);
      gather<T>(x + at, y + at, to - from, pivot, filtered, stride, dx ? dx + at : 0, dy ? dy + at : 0, scale);
    }
  }
  return sum;
}

/** A number amid those of x and y: the mean of every eighth row; 0 where that is not finite. */
function middle<T extends number>(x: usize, y: usize, height: i32, width: i32): f64 {
  let sum = f64x2.splat(0);
  let count: f64 = 0;
  const row = bytes<T>(width);
  for (let r = 0; r < height; r += 8, x += 8 * row, y += 8 * row, count += 2 * <f64>width)
    for (let left = width, at: usize = 0; left > 0; left -= lanes<T>(), at += 16)
      sum = addTo<T>(sum, v128.add<T>(load<T>(x + at, left), load<T>(y + at, left)));
  const mean = total(sum) / count;
  return mean - mean === 0 ? <f64>(<T>mean) : 0;
}

/** A row's u, v, u² and v², of x and y less `pivot`. */
function sumAndDifference<T extends number>(x: usize, y: usize, n: i32, pivot: f64, to: usize, stride: usize): void {
  const p = splat<T>(pivot);
  for (let left = n; left > 0; left -= lanes<T>(), x += 16, y += 16, to += 16) {
    const a = load<T>(x, left);
    const b = load<T>(y, left);
    const u = v128.add<T>(v128.sub<T>(a, p), v128.sub<T>(b, p));
    const v = v128.sub<T>(a, b);
    v128.store(to, u);
    v128.store(to + stride, v);
    v128.store(to + 2 * stride, v128.mul<T>(u, u));
    v128.store(to + 3 * stride, v128.mul<T>(v, v));
  }
}

/** Four rows, each filtered by a symmetric window whose taps lie `step` bytes apart. Columns beyond n are written too. */
function filterFour<T extends number>(
  from: usize,
  to: usize,
  n: i32,
  step: usize,
  weights: usize,
  window: i32,
  stride: usize,
): void {
  for (let i = 0; i < 4; i++, from += stride, to += stride) filter<T>(from, to, n, step, weights, window);
}

function filter<T extends number>(from: usize, to: usize, n: i32, step: usize, weights: usize, window: i32): void {
  const half = window >> 1;
  const last = step * (window - 1);
  for (let left = n; left > 0; left -= 4 * lanes<T>(), from += 64, to += 64) {
    let s0 = splat<T>(0);
    let s1 = s0;
    let s2 = s0;
    let s3 = s0;
    let a = from;
    let b = from + last;
    let w = weights;
    for (let k = 0; k < half; k++, a += step, b -= step, w += sizeof<T>()) {
      const g = tap<T>(w);
      s0 = v128.add<T>(s0, v128.mul<T>(g, v128.add<T>(v128.load(a), v128.load(b))));
      s1 = v128.add<T>(s1, v128.mul<T>(g, v128.add<T>(v128.load(a, 16), v128.load(b, 16))));
      s2 = v128.add<T>(s2, v128.mul<T>(g, v128.add<T>(v128.load(a, 32), v128.load(b, 32))));
      s3 = v128.add<T>(s3, v128.mul<T>(g, v128.add<T>(v128.load(a, 48), v128.load(b, 48))));
    }
    if (window & 1) {
      const g = tap<T>(w);
      s0 = v128.add<T>(s0, v128.mul<T>(g, v128.load(a)));
      s1 = v128.add<T>(s1, v128.mul<T>(g, v128.load(a, 16)));
      s2 = v128.add<T>(s2, v128.mul<T>(g, v128.load(a, 32)));
      s3 = v128.add<T>(s3, v128.mul<T>(g, v128.load(a, 48)));
    }
    v128.store(to, s0);
    v128.store(to, s1, 16);
    v128.store(to, s2, 32);
    v128.store(to, s3, 48);
  }
}

function tap<T extends number>(weight: usize): v128 {
  return sizeof<T>() === 8 ? v128.load64_splat(weight) : v128.load32_splat(weight);
}

/** From a row of U (of x and y less `pivot`), V, g∗u², g∗v² to Σ (1 − S), S itself, and, where `to` is not 0, the four rows that the gradient filters back. */
function compare<T extends number>(
  from: usize,
  n: i32,
  stride: usize,
  pivot: f64,
  c1: f64,
  c2: f64,
  luminance: i32,
  keep: usize,
  map: usize,
  to: usize,
): f64 {
  const zero = splat<T>(0);
  const half = splat<T>(0.5);
  const one = splat<T>(1);
  const two = splat<T>(2);
  const p = splat<T>(2 * pivot);
  const k1 = splat<T>(c1);
  const k2 = splat<T>(c2);
  const all = i32x4.splat(-1);
  const lit = luminance ? splat<T>(1) : zero;
  let sum = f64x2.splat(0);
  for (let left = n; left > 0; left -= lanes<T>(), from += 16) {
    const u = v128.load(from);
    const v = v128.load(from + stride);
    const vv = v128.mul<T>(v, v);
    const pp = v128.pmax<T>(v128.sub<T>(v128.load(from + 2 * stride), v128.mul<T>(u, u)), zero);
    const qq = v128.pmax<T>(v128.sub<T>(v128.load(from + 3 * stride), vv), zero);
    const m = v128.add<T>(u, p);
    const b1 = v128.add<T>(v128.mul<T>(half, v128.add<T>(v128.mul<T>(m, m), vv)), k1);
    const b2 = v128.add<T>(v128.mul<T>(half, v128.add<T>(pp, qq)), k2);
    const i1 = v128.div<T>(lit, b1);
    const i2 = v128.div<T>(one, b2);
    const dark = v128.mul<T>(vv, i1);
    const flat = v128.mul<T>(qq, i2);
    const c = v128.sub<T>(one, flat);
    const l = v128.sub<T>(one, dark);
    let lost = v128.add<T>(flat, v128.mul<T>(dark, c));
    if (map) {
      store<T>(map, v128.sub<T>(one, lost), left);
      map += 16;
    }
    let kept = all;
    if (keep) {
      kept = v128.ne<T>(load<T>(keep, left), zero);
      keep += 16;
      lost = v128.and(lost, kept);
    }
    sum = addTo<T>(sum, head<T>(lost, left));
    if (!to) continue;
    // The gradient of 1 − S for U, V, P and Q.
    const ci = v128.and(v128.mul<T>(c, i1), kept);
    const slopeU = v128.neg<T>(v128.mul<T>(ci, v128.mul<T>(m, dark)));
    const slopeV = v128.mul<T>(ci, v128.mul<T>(v, v128.sub<T>(two, dark)));
    const li = v128.and(v128.mul<T>(half, v128.mul<T>(l, i2)), kept);
    const slopeP = v128.neg<T>(v128.mul<T>(li, flat));
    const slopeQ = v128.mul<T>(li, v128.sub<T>(two, flat));
    store<T>(to, v128.sub<T>(slopeU, v128.mul<T>(two, v128.mul<T>(u, slopeP))), left);
    store<T>(to + stride, v128.sub<T>(slopeV, v128.mul<T>(two, v128.mul<T>(v, slopeQ))), left);
    store<T>(to + 2 * stride, slopeP, left);
    store<T>(to + 3 * stride, slopeQ, left);
    to += 16;
  }
  return total(sum);
}

/** A row of the gradients, from the four rows filtered back. */
function gather<T extends number>(
  x: usize,
  y: usize,
  n: i32,
  pivot: f64,
  from: usize,
  stride: usize,
  dx: usize,
  dy: usize,
  scale: f64,
): void {
  const p = splat<T>(pivot);
  const s = splat<T>(scale);
  const two = splat<T>(2);
  for (let left = n, at: usize = 0; left > 0; left -= lanes<T>(), at += 16, from += 16) {
    const a = load<T>(x + at, left);
    const b = load<T>(y + at, left);
    const u = v128.add<T>(v128.sub<T>(a, p), v128.sub<T>(b, p));
    const v = v128.sub<T>(a, b);
    const du = v128.add<T>(v128.load(from), v128.mul<T>(two, v128.mul<T>(u, v128.load(from + 2 * stride))));
    const dv = v128.add<T>(v128.load(from + stride), v128.mul<T>(two, v128.mul<T>(v, v128.load(from + 3 * stride))));
    if (dx) store<T>(dx + at, v128.mul<T>(s, v128.add<T>(du, dv)), left);
    if (dy) store<T>(dy + at, v128.mul<T>(s, v128.sub<T>(du, dv)), left);
  }
}
