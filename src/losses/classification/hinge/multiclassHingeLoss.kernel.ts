// Multiclass hinge: h_c = max(0, margin + s_c − s_y), c ≠ y
//   sum form  Σ_c h_c    (Weston–Watkins)       gradient  [h_c > 0] for c ≠ y, −(their number) for y
//   max form  max_c h_c  (Crammer–Singer)       gradient  1 for the first largest if positive, −1 for y
// Accuracy    1e-6 (f32), 3e-15 (f64) of the batch's largest value: margin + s_c − s_y cancels, once for each class.
// Edges       an own score of +Infinity costs 0, of −Infinity Infinity with the gradient of a miss.
// Requires    n, C > 0; labels in 0…C − 1.
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

export function multiclassHinge<T extends number>(
  s: usize,
  labels: usize,
  n: i32,
  classes: i32,
  margin: f64,
  largest: i32,
  values: usize,
  ds: usize,
  scale: f64,
): f64 {
  let sum: f64 = 0;
  const rowBytes = bytes<T>(classes);
  for (let i = 0; i < n; i++, s += rowBytes) {
    const label = i32x4.extract_lane(v128.load32_zero(labels + ((<usize>i) << 2)), 0);
    const to = ds ? ds + <usize>i * rowBytes : 0;
    const value = largest
      ? maxRow<T>(s, classes, label, margin, to, scale)
      : sumRow<T>(s, classes, label, margin, to, scale);
    if (values) setElement<T>(values + bytes<T>(i), value);
    sum += value;
  }
  return sum;
}

function sumRow<T extends number>(s: usize, classes: i32, label: i32, margin: f64, ds: usize, scale: f64): f64 {
  const own = element<T>(s + bytes<T>(label));
  const offset = splat<T>(margin - own);
  const gradient: usize = ds ? ds + bytes<T>(label) : 0;
  if (abs(own) === Infinity) {
    // Its own term would be ∞ − ∞, so the classes before it and after it are summed.
    const skipped = bytes<T>(label + 1);
    const before = sumClasses<T>(s, label, offset, ds, scale);
    const after = sumClasses<T>(s + skipped, classes - label - 1, offset, ds ? ds + skipped : 0, scale);
    const sums = f64x2.add(before, after);
    if (gradient) setElement<T>(gradient, -scale * f64x2.extract_lane(sums, 1));
    return f64x2.extract_lane(sums, 0);
  }
  const sums = sumClasses<T>(s, classes, offset, ds, scale);
  // The label's own term, margin, was counted with the others; it is taken out again as it was added.
  const mine = <f64>v128.extract_lane<T>(v128.pmax<T>(v128.add<T>(splat<T>(own), offset), splat<T>(0)), 0);
  const mineOn: f64 = mine > 0 ? 1 : 0;
  if (gradient) setElement<T>(gradient, -scale * (f64x2.extract_lane(sums, 1) - mineOn));
  return f64x2.extract_lane(sums, 0) - mine;
}

/** Σ max(0, s_c + offset) of n classes, and how many are above 0, as a pair; stores their slopes. */
function sumClasses<T extends number>(s: usize, n: i32, offset: v128, ds: usize, scale: f64): v128 {
  const zero = splat<T>(0);
  const factor = splat<T>(scale);
  const one = splat<T>(1);
  let sum = f64x2.splat(0);
  let active = f64x2.splat(0);
  let at: usize = 0;
  for (let left = n; left > 0; left -= lanes<T>(), at += 16) {
    const h = v128.pmax<T>(v128.add<T>(load<T>(s + at, left), offset), zero);
    const unordered = v128.ne<T>(h, h);
    const on = v128.bitselect(h, v128.and(one, v128.gt<T>(h, zero)), unordered);
    sum = addTo<T>(sum, head<T>(h, left));
    active = addTo<T>(active, head<T>(on, left));
    if (ds) store<T>(ds + at, v128.mul<T>(on, factor), left);
  }
  return f64x2.replace_lane(f64x2.splat(total(sum)), 1, total(active));
}

function maxRow<T extends number>(s: usize, classes: i32, label: i32, margin: f64, ds: usize, scale: f64): f64 {
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
  if (ds) {
    setElement<T>(ds + bytes<T>(first), scale);
    setElement<T>(ds + bytes<T>(label), -scale);
  }
  return h;
}
