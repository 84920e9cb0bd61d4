// Multiclass hinge: h_c = max(0, margin + s_c − s_y), c ≠ y; w is the weight of y
//   sum form  w Σ_c h_c    (Weston–Watkins)     gradient  w [h_c > 0] for c ≠ y, −(their sum) for y
//   max form  w max_c h_c  (Crammer–Singer)     gradient  w for the first largest if positive, −w for y
// Squared, h_c² takes the place of h_c, and 2 h_c that of [h_c > 0].
// Accuracy    1e-6 (f32), 3e-15 (f64) of the batch's largest value: margin + s_c − s_y cancels, once for each class.
// Edges       an own score of +Infinity costs 0, of −Infinity Infinity with the gradient of a miss.
// Requires    n, C > 0; labels in 0…C − 1; margin ≥ 0. `weights` has one number per class, or is 0.
import { rowClear } from "../../../kernel/maths/softmax.kernel";
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

/** What a row costs: the hinges of all wrong classes, or the largest of them. */
export enum HingeForm {
  sum,
  max,
}

export function multiclassHinge<T extends number>(
  s: usize,
  labels: usize,
  n: i32,
  classes: i32,
  margin: f64,
  form: HingeForm,
  squared: bool,
  weights: usize,
  values: usize,
  ds: usize,
  scale: f64,
): f64 {
  let sum: f64 = 0;
  const rowBytes = bytes<T>(classes);
  for (let i = 0; i < n; i++, s += rowBytes) {
    const label = i32x4.extract_lane(v128.load32_zero(labels + ((<usize>i) << 2)), 0);
    const to = ds ? ds + <usize>i * rowBytes : 0;
    const weight: f64 = weights ? element<T>(weights + bytes<T>(label)) : 1;
    let value: f64 = 0;
    if (weight === 0) {
      if (to) rowClear<T>(to, classes);
    } else if (form === HingeForm.max)
      value = weight * maxRow<T>(s, classes, label, margin, squared, to, scale * weight);
    else value = weight * sumRow<T>(s, classes, label, margin, squared, to, scale * weight);
    if (values) setElement<T>(values + bytes<T>(i), value);
    sum += value;
  }
  return sum;
}

function sumRow<T extends number>(
  s: usize,
  classes: i32,
  label: i32,
  margin: f64,
  squared: bool,
  ds: usize,
  scale: f64,
): f64 {
  const own = element<T>(s + bytes<T>(label));
  const offset = splat<T>(margin - own);
  const gradient: usize = ds ? ds + bytes<T>(label) : 0;
  if (abs(own) === Infinity) {
    // Its own term would be ∞ − ∞, so the classes before it and after it are summed.
    const skipped = bytes<T>(label + 1);
    const before = sumClasses<T>(s, label, offset, squared, ds, scale);
    const after = sumClasses<T>(s + skipped, classes - label - 1, offset, squared, ds ? ds + skipped : 0, scale);
    const sums = f64x2.add(before, after);
    if (gradient) setElement<T>(gradient, -scale * f64x2.extract_lane(sums, 1));
    return f64x2.extract_lane(sums, 0);
  }
  const sums = sumClasses<T>(s, classes, offset, squared, ds, scale);
  // The label's own term, of the hinge margin, was counted with the others; it is taken out again as it was added.
  const h = v128.pmax<T>(v128.add<T>(splat<T>(own), offset), splat<T>(0));
  const mine = <f64>v128.extract_lane<T>(squared ? v128.mul<T>(h, h) : h, 0);
  const hinge = <f64>v128.extract_lane<T>(h, 0);
  const mineOn: f64 = squared ? 2 * hinge : hinge > 0 ? 1 : 0;
  if (gradient) setElement<T>(gradient, -scale * (f64x2.extract_lane(sums, 1) - mineOn));
  return f64x2.extract_lane(sums, 0) - mine;
}

/** Σ of the hinges max(0, s_c + offset) of n classes, or of their squares, and Σ of the slopes, as a pair; stores the slopes. */
function sumClasses<T extends number>(s: usize, n: i32, offset: v128, squared: bool, ds: usize, scale: f64): v128 {
  const zero = splat<T>(0);
  const factor = splat<T>(scale);
  const one = splat<T>(1);
  let sum = f64x2.splat(0);
  let active = f64x2.splat(0);
  let at: usize = 0;
  for (let left = n; left > 0; left -= lanes<T>(), at += 16) {
    const h = v128.pmax<T>(v128.add<T>(load<T>(s + at, left), offset), zero);
    const unordered = v128.ne<T>(h, h);
    const on = squared ? v128.add<T>(h, h) : v128.bitselect(h, v128.and(one, v128.gt<T>(h, zero)), unordered);
    sum = addTo<T>(sum, head<T>(squared ? v128.mul<T>(h, h) : h, left));
    active = addTo<T>(active, head<T>(on, left));
    if (ds) store<T>(ds + at, v128.mul<T>(on, factor), left);
  }
  return f64x2.replace_lane(f64x2.splat(total(sum)), 1, total(active));
}

function maxRow<T extends number>(
  s: usize,
  classes: i32,
  label: i32,
  margin: f64,
  squared: bool,
  ds: usize,
  scale: f64,
): f64 {
  const own = element<T>(s + bytes<T>(label));
  let most: f64 = -Infinity;
  let first = -1;
  for (let c = 0; c < classes; c++) {
    if (c === label) continue;
    const score = element<T>(s + bytes<T>(c));
    if (score > most || isNaN(score)) {
      most = score;
      first = c;
      if (isNaN(score)) break;
    }
  }
  const h = first < 0 ? 0 : margin + most - own;
  if (ds) rowClear<T>(ds, classes);
  if (isNaN(h)) {
    if (ds) {
      setElement<T>(ds + bytes<T>(first), h);
      setElement<T>(ds + bytes<T>(label), h);
    }
    return h;
  }
  if (h <= 0) return 0;
  const slope = squared ? 2 * h * scale : scale;
  if (ds) {
    setElement<T>(ds + bytes<T>(first), slope);
    setElement<T>(ds + bytes<T>(label), -slope);
  }
  return squared ? h * h : h;
}
