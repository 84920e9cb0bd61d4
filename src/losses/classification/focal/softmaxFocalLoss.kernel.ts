// Softmax focal loss: p = p_y, L = −log p, q = 1 − p = Σ_{c≠y} p_c
//   value     α_y q^γ L
//   gradient  g (p_c − [c = y]),  g = α_y (q^γ + γ q^(γ−1) p L)
// q is summed from the other classes, never 1 − p, and where the own class is the largest L = log(1 + q / p): a confident row
// keeps its digits in value and gradient. At q = 0 both are 0 (for γ = 0 the gradient is that of cross entropy, 0 as well).
// With smoothing ε every class has a target t_c = ε / C, the own one 1 − ε more, and
//   value     Σ_c t_c α_c q_c^γ L_c
//   gradient  p_k Σ_c t_c α_c g_c − t_k α_k g_k,   g_c = q_c^γ + γ q_c^(γ−1) p_c L_c
// where q_c is 1 − p_c, summed from the others for the largest class alone.
// Accuracy    3e-6 (f32), 1e-14 (f64) relative, for γ ≤ 5: a rounding of q is multiplied by γ.
// Edges       p = 0 makes p L 0, α_y = 0 the row: an own logit of −Infinity costs α_y · Infinity, with gradient α_y.
// Requires    n, C > 0; labels in 0…C − 1 or equal to `ignore`; alphas 0 stands for 1 in every row; `row` has room for C elements.
import { expOf } from "../../../kernel/maths/exp.kernel";
import { log1pOf, logOf } from "../../../kernel/maths/log.kernel";
import { rowClear, rowExpSum, rowMaximum, rowScale, rowSum } from "../../../kernel/maths/softmax.kernel";
import { bytes, element, factorOf, setElement } from "../../../kernel/maths/vector.kernel";

export function softmaxFocal<T extends number>(
  x: usize,
  labels: usize,
  n: i32,
  classes: i32,
  ignore: i32,
  alphas: usize,
  gamma: f64,
  smoothing: f64,
  values: usize,
  dx: usize,
  scale: f64,
  upstream: usize,
  row: usize,
): f64 {
  let sum: f64 = 0;
  const rowBytes = bytes<T>(classes);
  for (let i = 0; i < n; i++, x += rowBytes) {
    const label = i32x4.extract_lane(v128.load32_zero(labels + ((<usize>i) << 2)), 0);
    const u = factorOf<T>(upstream, i);
    const to = dx ? dx + <usize>i * rowBytes : row;
    let value: f64 = 0;
    if (label !== ignore && (u !== 0 || values)) {
      if (smoothing > 0) value = smoothRow<T>(x, classes, label, alphas, gamma, smoothing, to, dx !== 0, scale * u);
      else value = oneRow<T>(x, classes, label, factorOf<T>(alphas, label), gamma, to, dx !== 0, scale * u);
    }
    if (dx && (label === ignore || u === 0)) rowClear<T>(to, classes);
    if (values) setElement<T>(values + bytes<T>(i), value);
    if (u !== 0) sum += u * value;
  }
  return sum;
}

function oneRow<T extends number>(
  x: usize,
  classes: i32,
  label: i32,
  alpha: f64,
  gamma: f64,
  terms: usize,
  wanted: bool,
  scale: f64,
): f64 {
  const m = rowMaximum<T>(x, classes);
  const at = bytes<T>(label);
  const all = rowExpSum<T>(x, classes, m, terms);
  const own = element<T>(terms + at);
  // The others are summed without the own term, which would swallow them.
  setElement<T>(terms + at, 0);
  const others = rowSum<T>(terms, classes);
  const gap = m - element<T>(x + at);
  const L = gap === 0 && others <= 1 ? log1pOf(others) : gap + logOf(all);
  const q = others / all;
  const modulation = gamma === 0 ? 1 : expOf<f64>(gamma * logOf(q));
  if (wanted) {
    const bend = gamma === 0 || q === 0 || own === 0 ? 0 : ((gamma * modulation) / q) * (own / all) * L;
    const g = scale * alpha * (modulation + bend);
    rowScale<T>(terms, classes, g / all, 0);
    setElement<T>(terms + at, -g * q);
  }
  return alpha === 0 ? 0 : alpha * modulation * L;
}

function smoothRow<T extends number>(
  x: usize,
  classes: i32,
  label: i32,
  alphas: usize,
  gamma: f64,
  smoothing: f64,
  terms: usize,
  wanted: bool,
  scale: f64,
): f64 {
  const m = rowMaximum<T>(x, classes);
  const all = rowExpSum<T>(x, classes, m, terms);
  let top = 0;
  while (top < classes - 1 && element<T>(x + bytes<T>(top)) !== m) top++;
  const mine = element<T>(terms + bytes<T>(top));
  setElement<T>(terms + bytes<T>(top), 0);
  const others = rowSum<T>(terms, classes);
  setElement<T>(terms + bytes<T>(top), mine);
  const logAll = others <= 1 ? log1pOf(others) : logOf(all);
  const share = smoothing / <f64>classes;
  let value: f64 = 0;
  let pull: f64 = 0;
  for (let c = 0; c < classes; c++) {
    const at = bytes<T>(c);
    const p = element<T>(terms + at) / all;
    const q = c === top ? others / all : 1 - p;
    const L = m - element<T>(x + at) + logAll;
    const a = factorOf<T>(alphas, c) * (c === label ? 1 - smoothing + share : share);
    const modulation = gamma === 0 ? 1 : expOf<f64>(gamma * logOf(q));
    if (a !== 0) value += a * modulation * L;
    const bend = gamma === 0 || q === 0 || p === 0 ? 0 : ((gamma * modulation) / q) * p * L;
    const g = a * (modulation + bend);
    pull += g;
    if (wanted) setElement<T>(terms + at, g);
  }
  if (wanted)
    for (let c = 0; c < classes; c++) {
      const at = bytes<T>(c);
      const p = expOf<f64>(element<T>(x + at) - m) / all;
      setElement<T>(terms + at, scale * (p * pull - element<T>(terms + at)));
    }
  return value;
}
