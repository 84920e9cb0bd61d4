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
  factorOf,
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

/** What a hinge costs, and its slope; static, as the formulas of elementwise.kernel.ts are. */
abstract class Cost {
  abstract value(h: v128): v128;
  abstract slope(h: v128): v128;
}

class Plain<T extends number> extends Cost {
  value(h: v128): v128 {
    return h;
  }
  slope(h: v128): v128 {
    return v128.or(v128.and(splat<T>(1), v128.gt<T>(h, splat<T>(0))), v128.ne<T>(h, h));
  }
}

class Square<T extends number> extends Cost {
  value(h: v128): v128 {
    return v128.mul<T>(h, h);
  }
  slope(h: v128): v128 {
    return v128.add<T>(h, h);
  }
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
  upstream: usize,
): f64 {
  return squared
    ? eachRow<T, Square<T>>(s, labels, n, classes, margin, form, weights, values, ds, scale, upstream)
    : eachRow<T, Plain<T>>(s, labels, n, classes, margin, form, weights, values, ds, scale, upstream);
}

function eachRow<T extends number, P extends Cost>(
  s: usize,
  labels: usize,
  n: i32,
  classes: i32,
  margin: f64,
  form: HingeForm,
  weights: usize,
  values: usize,
  ds: usize,
  scale: f64,
  upstream: usize,
): f64 {
  let sum: f64 = 0;
  const rowBytes = bytes<T>(classes);
  for (let i = 0; i < n; i++, s += rowBytes) {
    const label = i32x4.extract_lane(v128.load32_zero(labels + ((<usize>i) << 2)), 0);
    const u = factorOf<T>(upstream, i);
    const weight = factorOf<T>(weights, label);
    const counts = weight !== 0 && u !== 0;
    const row: usize = ds ? ds + <usize>i * rowBytes : 0;
    const to: usize = counts ? row : 0;
    const share = scale * weight * u;
    let value: f64 = 0;
    if (counts || (values && weight !== 0)) {
      if (form === HingeForm.max) value = weight * maxRow<T, P>(s, classes, label, margin, to, share);
      else value = weight * sumRow<T, P>(s, classes, label, margin, to, share);
    }
    if (row !== to) rowClear<T>(row, classes);
    if (values) setElement<T>(values + bytes<T>(i), value);
    if (counts) sum += u * value;
  }
  return sum;
}

function sumRow<T extends number, P extends Cost>(
  s: usize,
  classes: i32,
  label: i32,
  margin: f64,
  ds: usize,
  scale: f64,
): f64 {
  const own = element<T>(s + bytes<T>(label));
  const offset = splat<T>(margin - own);
  const gradient: usize = ds ? ds + bytes<T>(label) : 0;
  if (abs(own) === Infinity) {
    // Its own term would be ∞ − ∞, so the classes before it and after it are summed.
    const skipped = bytes<T>(label + 1);
    const before = sumClasses<T, P>(s, label, offset, ds, scale);
    const after = sumClasses<T, P>(s + skipped, classes - label - 1, offset, ds ? ds + skipped : 0, scale);
    const sums = f64x2.add(before, after);
    if (gradient) setElement<T>(gradient, -scale * f64x2.extract_lane(sums, 1));
    return f64x2.extract_lane(sums, 0);
  }
  const sums = sumClasses<T, P>(s, classes, offset, ds, scale);
  // The label's own term, of the hinge margin, was counted with the others; it is taken out again as it was added.
  const cost = changetype<P>(0);
  const h = v128.pmax<T>(v128.add<T>(splat<T>(own), offset), splat<T>(0));
  const mine = <f64>v128.extract_lane<T>(cost.value(h), 0);
  const mineOn = <f64>v128.extract_lane<T>(cost.slope(h), 0);
  if (gradient) setElement<T>(gradient, -scale * (f64x2.extract_lane(sums, 1) - mineOn));
  return f64x2.extract_lane(sums, 0) - mine;
}

/** Σ of the costs of n classes, and Σ of their slopes, as a pair; stores the slopes. */
function sumClasses<T extends number, P extends Cost>(s: usize, n: i32, offset: v128, ds: usize, scale: f64): v128 {
  const cost = changetype<P>(0);
  const zero = splat<T>(0);
  const factor = splat<T>(scale);
  let sum = f64x2.splat(0);
  let slopes = f64x2.splat(0);
  let at: usize = 0;
  for (let left = n; left > 0; left -= lanes<T>(), at += 16) {
    const h = v128.pmax<T>(v128.add<T>(load<T>(s + at, left), offset), zero);
    const slope = cost.slope(h);
    sum = addTo<T>(sum, head<T>(cost.value(h), left));
    slopes = addTo<T>(slopes, head<T>(slope, left));
    if (ds) store<T>(ds + at, v128.mul<T>(slope, factor), left);
  }
  return f64x2.replace_lane(f64x2.splat(total(sum)), 1, total(slopes));
}

function maxRow<T extends number, P extends Cost>(
  s: usize,
  classes: i32,
  label: i32,
  margin: f64,
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
  const cost = changetype<P>(0);
  const slope = scale * <f64>v128.extract_lane<T>(cost.slope(splat<T>(h)), 0);
  if (ds) {
    setElement<T>(ds + bytes<T>(first), slope);
    setElement<T>(ds + bytes<T>(label), -slope);
  }
  return <f64>v128.extract_lane<T>(cost.value(splat<T>(h)), 0);
}
