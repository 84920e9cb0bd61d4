// Cross entropies over rows of cosines c_j, scale s: p = softmax(s c)
//   one target t       value  log Σ exp(s c_j) − s c_t          gradient  s (p_j − [j = t])
//   several targets    value  log Σ exp(s c_j) − mean s c_t     gradient  s (p_j − [j in t] / |t|)
// The gradient takes the place of the cosines.
// Margins of the one target: none; on the cosine c_t − m; on the angle cos(θ_t + m), continued by c_t − m sin m beyond θ_t + m = π.
// With one target and rivals r the value is softplus(x), x = log Σ_r exp(s c_r) − s c_t, and 1 − p_t = σ(x): a confident row
// keeps its digits, and no value is below 0.
// Accuracy    1e-6 (f32), 4e-15 (f64) of s (asserted in test/harness/contrast.ts), with any margin. 1 − c² is kept at 1e-12 or more, in both
//             types: within 1e-6 rad of θ_t = 0 or π the value is off by up to 1e-6 s. The slope, which grows like 1 / sin θ_t, is
//             bounded by 1e5 (f32; directions are known to 1e-7) and 1e6 (f64).
// Requires    rows, n > 0; scale > 0; labels and targets i32.
import { expOf } from "../../kernel/maths/exp.kernel";
import { log1p, logOf } from "../../kernel/maths/log.kernel";
import { squaredDistance } from "../../kernel/maths/rows.kernel";
import { scaledExpSum, softmaxRow } from "../../kernel/maths/scaledSoftmax.kernel";
import { rowMaximum, rowScale } from "../../kernel/maths/softmax.kernel";
import { bytes } from "../../kernel/maths/vector.kernel";

/**
 * A row's cross entropy with one target, whose cosine has become `moved`, with slope `slope`, against `rivals` others; columns that are
 * neither hold −∞. The gradient times `weight` takes the place of the row.
 */
function oneTarget<T extends number>(
  row: usize,
  n: i32,
  target: i32,
  rivals: i32,
  moved: f64,
  slope: f64,
  scale: f64,
  weight: f64,
): f64 {
  const own = row + bytes<T>(target);
  if (rivals === 0) {
    // 0, or NaN.
    const nothing = moved - moved;
    memory.fill(row, 0, bytes<T>(n));
    store<T>(own, <T>nothing);
    return nothing;
  }
  store<T>(own, <T>-Infinity);
  const peak = rowMaximum<T>(row, n);
  const rest = scaledExpSum<T>(row, n, scale, peak);
  const x = scale * (peak - moved) + logOf(rest);
  const e = expOf<f64>(-abs<f64>(x));
  const missed = (weight * scale * (x >= 0 ? 1 : e)) / (1 + e);
  rowScale<T>(row, n, missed / rest, 0);
  store<T>(own, <T>(-missed * slope));
  return max<f64>(x, 0) + v128.extract_lane<f64>(log1p<f64>(f64x2.splat(e)), 0);
}

/** What the margin of the one target is taken off. */
export enum Margin {
  none,
  cosine,
  angle,
}

/**
 * 1 − cosine of each row with its target, both unit vectors, as ½ ‖u − k‖²: it has digits where the cosine, next to 1, has none.
 * A zero row has no such cosine, nor has a zero key.
 */
export function targetGaps<T extends number>(
  u: usize,
  keys: usize,
  targets: usize,
  rows: i32,
  d: i32,
  gaps: usize,
): void {
  const row = bytes<T>(d);
  for (let i = 0; i < rows; i++, u += row, gaps += sizeof<T>()) {
    const key = keys + <usize>load<i32>(targets + ((<usize>i) << 2)) * row;
    store<T>(gaps, <T>(0.5 * squaredDistance<T>(u, key, d)));
  }
}

/** From here on a cosine is taken for 1 − gap. */
const CLOSE: f64 = 0.5;

/**
 * Rows `first`… against n keys, one target each; `gaps` (targetGaps) are for a margin on the angle; with `others` they are keys themselves, and all but their own column are compared
 * with. Values gather.
 */
export function contrastTargets<T extends number>(
  block: usize,
  targets: usize,
  gaps: usize,
  first: i32,
  rows: i32,
  n: i32,
  others: bool,
  scale: f64,
  kind: Margin,
  margin: f64,
  cosine: f64,
  sine: f64,
  share: f64,
  values: usize,
  upstream: usize,
): f64 {
  let sum: f64 = 0;
  for (let i = first; i < first + rows; i++, block += bytes<T>(n)) {
    const target = load<i32>(targets + ((<usize>i) << 2));
    const c = <f64>load<T>(block + bytes<T>(target));
    let moved = c;
    let slope: f64 = 1;
    if (kind === Margin.cosine) moved = c - margin;
    else if (kind === Margin.angle) {
      const gap = c > CLOSE ? <f64>load<T>(gaps + bytes<T>(i)) : 1 - c;
      // The sine of θ, kept off 0, where the cosine's own gradient vanishes faster than this slope grows.
      const s = sqrt<f64>(max<f64>(gap * (2 - gap), 1e-12));
      const inside = c > -cosine;
      moved = inside ? c * cosine - s * sine : c - margin * sine;
      if (inside) slope = cosine + (c * sine) / max<f64>(s, sizeof<T>() === 8 ? 1e-6 : 1e-5);
    }
    const weight = share * (upstream ? <f64>load<T>(upstream + bytes<T>(i)) : 1);
    if (others) store<T>(block + bytes<T>(i), <T>-Infinity);
    const value = share * oneTarget<T>(block, n, target, n - (others ? 2 : 1), moved, slope, scale, weight);
    sum += value;
    if (values) store<T>(values + bytes<T>(i), <T>(<f64>load<T>(values + bytes<T>(i)) + value));
  }
  return sum;
}

/** Rows `first`… of a batch against the whole batch; the targets are the others of the same label. */
export function contrastLabels<T extends number>(
  block: usize,
  labels: usize,
  first: i32,
  rows: i32,
  n: i32,
  scale: f64,
  values: usize,
  upstream: usize,
): f64 {
  let sum: f64 = 0;
  for (let i = first; i < first + rows; i++, block += bytes<T>(n)) {
    const own = load<i32>(labels + ((<usize>i) << 2));
    let count: f64 = 0;
    let cosines: f64 = 0;
    let last = -1;
    for (let j = 0; j < n; j++)
      if (j !== i && load<i32>(labels + ((<usize>j) << 2)) === own) {
        count += 1;
        last = j;
        cosines += <f64>load<T>(block + bytes<T>(j));
      }
    let value: f64 = 0;
    const weight = upstream ? <f64>load<T>(upstream + bytes<T>(i)) : 1;
    store<T>(block + bytes<T>(i), <T>-Infinity);
    if (count === 1) value = oneTarget<T>(block, n, last, n - 2, cosines, 1, scale, weight);
    else if (count > 1) {
      value = softmaxRow<T>(block, n, scale, weight * scale) - (scale * cosines) / count;
      for (let j = 0; j < n; j++)
        if (j !== i && load<i32>(labels + ((<usize>j) << 2)) === own) {
          const at = block + bytes<T>(j);
          store<T>(at, <T>(<f64>load<T>(at) - (weight * scale) / count));
        }
    } else memory.fill(block, 0, bytes<T>(n));
    sum += value;
    if (values) store<T>(values + bytes<T>(i), <T>value);
  }
  return sum;
}

/**
 * Rows `first`… of queries against n keys; the targets of row i are the columns j where the mask, at i · rowStep + j · columnStep
 * numbers, is not 0. Values gather.
 */
export function contrastMask<T extends number>(
  block: usize,
  mask: usize,
  first: i32,
  rows: i32,
  n: i32,
  rowStep: i32,
  columnStep: i32,
  scale: f64,
  share: f64,
  values: usize,
  upstream: usize,
): f64 {
  let sum: f64 = 0;
  for (let i = first; i < first + rows; i++, block += bytes<T>(n)) {
    const own = mask + bytes<T>(i) * <usize>rowStep;
    let count: f64 = 0;
    let cosines: f64 = 0;
    let last = -1;
    for (let j = 0; j < n; j++)
      if (load<T>(own + bytes<T>(j) * <usize>columnStep) !== <T>0) {
        count += 1;
        last = j;
        cosines += <f64>load<T>(block + bytes<T>(j));
      }
    const weight = share * (upstream ? <f64>load<T>(upstream + bytes<T>(i)) : 1);
    let value: f64 = 0;
    if (count === 1) value = oneTarget<T>(block, n, last, n - 1, cosines, 1, scale, weight);
    else if (count > 1) {
      value = softmaxRow<T>(block, n, scale, weight * scale) - (scale * cosines) / count;
      for (let j = 0; j < n; j++)
        if (load<T>(own + bytes<T>(j) * <usize>columnStep) !== <T>0) {
          const at = block + bytes<T>(j);
          store<T>(at, <T>(<f64>load<T>(at) - (weight * scale) / count));
        }
    } else memory.fill(block, 0, bytes<T>(n));
    value *= share;
    sum += value;
    if (values) store<T>(values + bytes<T>(i), <T>(<f64>load<T>(values + bytes<T>(i)) + value));
  }
  return sum;
}
