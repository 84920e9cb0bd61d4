// Cross entropy with class indices: p = softmax(x), m = max x, lse = m + log Σ exp(x − m)
//   value     (1 − ε) w_y (lse − x_y) + ε/C Σ_c w_c (lse − x_c)
//   gradient  p_c ((1 − ε) w_y + ε/C Σw) − ε/C w_c − (1 − ε) w_y [c = y]
// Ignored rows give 0 and gradient 0 whatever their logits; a row's gradient is times its `upstream`. crossEntropyPlanes takes rows whose elements lie apart.
// Accuracy    1e-6 (f32), 3e-15 (f64) relative, or of a tenth of the batch's largest value where that is more.
// Requires    n, C > 0; labels in 0…C − 1 or equal to `ignore`.
import { logOf } from "../../../kernel/maths/log.kernel";
import { rowClear, rowExpSum, rowGaps, rowMaximum, rowScale, rowSum } from "../../../kernel/maths/softmax.kernel";
import {
  addTo,
  bytes,
  element,
  factorOf,
  head,
  lanes,
  load,
  setElement,
  splat,
  store,
  total,
} from "../../../kernel/maths/vector.kernel";

export function crossEntropy<T extends number>(
  x: usize,
  labels: usize,
  n: i32,
  classes: i32,
  ignore: i32,
  weights: usize,
  smoothing: f64,
  values: usize,
  dx: usize,
  scale: f64,
  upstream: usize,
): f64 {
  let sum: f64 = 0;
  const rowBytes = bytes<T>(classes);
  for (let i = 0; i < n; i++, x += rowBytes, labels += 4) {
    const label = i32x4.extract_lane(v128.load32_zero(labels), 0);
    const u = factorOf<T>(upstream, i);
    const counts = label !== ignore && u !== 0;
    const row: usize = dx ? dx + <usize>i * rowBytes : 0;
    const to: usize = counts ? row : 0;
    let value: f64 = 0;
    if (counts || (values && label !== ignore)) value = oneRow<T>(x, classes, label, weights, smoothing, to, scale * u);
    if (row !== to) rowClear<T>(row, classes);
    if (values) setElement<T>(values + bytes<T>(i), value);
    if (counts) sum += u * value;
  }
  return sum;
}

function oneRow<T extends number>(
  x: usize,
  classes: i32,
  label: i32,
  weights: usize,
  smoothing: f64,
  dx: usize,
  scale: f64,
): f64 {
  const m = rowMaximum<T>(x, classes);
  const total = rowExpSum<T>(x, classes, m, dx);
  const at = bytes<T>(label);
  const share = (1 - smoothing) * (weights ? element<T>(weights + at) : 1);
  const spread = smoothing / <f64>classes;
  const logTotal = logOf(total);
  let value = share === 0 ? 0 : share * (m - element<T>(x + at) + logTotal);
  let all: f64 = 0;
  if (smoothing > 0) {
    all = weights ? rowSum<T>(weights, classes) : <f64>classes;
    value +=
      spread * (all * logTotal + (weights ? weightedGaps<T>(x, weights, classes, m) : rowGaps<T>(x, classes, m)));
  }
  if (dx) {
    const own = element<T>(dx + at);
    const weightOfLabel = weights ? element<T>(weights + at) : 1;
    rowScale<T>(dx, classes, (scale * (share + spread * all)) / total, weights ? 0 : scale * spread);
    if (smoothing > 0 && weights) subtract<T>(dx, weights, classes, scale * spread);
    // p_y − 1 as −(Σ − e_y)/Σ in f64: no digits are lost on confident rows.
    const shared = spread * ((all * own) / total - weightOfLabel);
    setElement<T>(dx + at, scale * (shared - (share * (total - own)) / total));
  }
  return value;
}

/** Σ w_c (shift − x_c); a weight of 0 silences an infinite x. */
function weightedGaps<T extends number>(x: usize, weights: usize, n: i32, shift: f64): f64 {
  const zero = splat<T>(0);
  const m = splat<T>(shift);
  let sum = f64x2.splat(0);
  let at: usize = 0;
  for (let left = n; left > 0; left -= lanes<T>(), at += 16) {
    const w = load<T>(weights + at, left);
    const term = v128.mul<T>(w, v128.sub<T>(m, load<T>(x + at, left)));
    sum = addTo<T>(sum, head<T>(v128.andnot(term, v128.eq<T>(w, zero)), left));
  }
  return total(sum);
}

/** dx_c −= w_c · amount. */
function subtract<T extends number>(dx: usize, weights: usize, n: i32, amount: f64): void {
  const k = splat<T>(amount);
  for (let left = n, at: usize = 0; left > 0; left -= lanes<T>(), at += 16)
    store<T>(dx + at, v128.sub<T>(load<T>(dx + at, left), v128.mul<T>(load<T>(weights + at, left), k)), left);
}
