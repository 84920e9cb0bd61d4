// Cross entropies of a labelled batch (contrast.kernel.ts) from strips of the upper half of its cosines: a strip holds rows
// first…first + rows − 1, each from column `first` on, and each pair i < j counts for both its rows.
//
// Method      A row's largest rival and the sum of its exponentials grow from strip to strip. What a pair adds to both
//             gradients is one number, which takes the place of its cosine.
// Accuracy    that of contrast.kernel.ts.
// Requires    n > 2; `positives` [n] i32: how many others share a row's label. `peaks`, `before`, `factors` and `pulls` are [n] of T,
//             `sums` and `cosines` [n] of f64 with room for four more.
import { exp, expOf } from "../../kernel/maths/exp.kernel";
import { labelOf, sameLabel } from "../../kernel/maths/labels.kernel";
import { log1p, logOf } from "../../kernel/maths/log.kernel";
import {
  addTo,
  addWidened,
  bytes,
  element,
  head,
  headOr,
  lanes,
  load,
  maximum,
  setElement,
  splat,
  store,
  total,
} from "../../kernel/maths/vector.kernel";

/** The lanes of other rows that are the one positive of theirs: as such they are no rivals. */
function onlyPositive<T extends number>(labels: usize, positives: usize, i: i32, j: i32, left: i32): v128 {
  return labelOf(positives, i) === 1 ? sameLabel<T>(labels, j, left, labelOf(labels, i)) : i32x4.splat(0);
}

function addCosine(cosines: usize, i: i32, c: f64): void {
  const at = cosines + bytes<f64>(i);
  setElement<f64>(at, element<f64>(at) + c);
}

/** Raises the peaks of both rows of each pair, and gathers the cosines of positives. */
function raisePeaks<T extends number>(
  row: usize,
  i: i32,
  n: i32,
  labels: usize,
  positives: usize,
  peaks: usize,
  cosines: usize,
): void {
  const own = labelOf(labels, i);
  const least = splat<T>(-Infinity);
  let most = least;
  for (let j = i + 1; j < n; j += lanes<T>()) {
    const left = n - j;
    const c = load<T>(row + bytes<T>(j), left);
    const same = sameLabel<T>(labels, j, left, own);
    const rivals = v128.bitselect(least, c, onlyPositive<T>(labels, positives, i, j, left));
    most = v128.pmax<T>(headOr<T>(rivals, left, least), most);
    const theirs = peaks + bytes<T>(j);
    store<T>(theirs, v128.pmax<T>(rivals, load<T>(theirs, left)), left);
    if (!v128.any_true(head<T>(same, left))) continue;
    for (let k = j; k < min(n, j + lanes<T>()); k++) {
      if (labelOf(labels, k) !== own) continue;
      const cosine = element<T>(row + bytes<T>(k));
      addCosine(cosines, i, cosine);
      addCosine(cosines, k, cosine);
    }
  }
  const peak = peaks + bytes<T>(i);
  setElement<T>(peak, max<f64>(element<T>(peak), <f64>maximum<T>(most)));
}

/** Takes a strip into account; the first one begins anew. */
export function foldContrast<T extends number>(
  strip: usize,
  labels: usize,
  positives: usize,
  first: i32,
  rows: i32,
  n: i32,
  scale: f64,
  peaks: usize,
  sums: usize,
  cosines: usize,
  before: usize,
): void {
  if (first === 0) {
    memory.fill(sums, 0, (<usize>n) << 3);
    memory.fill(cosines, 0, (<usize>n) << 3);
    for (let j = 0; j < n; j++) setElement<T>(peaks + bytes<T>(j), -Infinity);
  }
  const pitch = bytes<T>(n - first);
  const start = strip - bytes<T>(first);
  memory.copy(before, peaks, bytes<T>(n));
  for (let r = 0; r < rows; r++)
    raisePeaks<T>(start + <usize>r * pitch, first + r, n, labels, positives, peaks, cosines);
  for (let j = first; j < n; j++) {
    const at = sums + bytes<f64>(j);
    const sum = element<f64>(at);
    const raised = element<T>(peaks + bytes<T>(j)) - element<T>(before + bytes<T>(j));
    if (sum !== 0 && raised !== 0) setElement<f64>(at, sum * expOf<f64>(-scale * raised));
  }
  const times = splat<T>(scale);
  for (let r = 0; r < rows; r++) {
    const i = first + r;
    const row = start + <usize>r * pitch;
    const peak = splat<T>(element<T>(peaks + bytes<T>(i)));
    let own = f64x2.splat(0);
    for (let j = i + 1; j < n; j += lanes<T>()) {
      const left = n - j;
      const c = load<T>(row + bytes<T>(j), left);
      const out = onlyPositive<T>(labels, positives, i, j, left);
      const ours = exp<T>(v128.mul<T>(v128.sub<T>(c, peak), times));
      const theirs = exp<T>(v128.mul<T>(v128.sub<T>(c, load<T>(peaks + bytes<T>(j), left)), times));
      own = addTo<T>(own, head<T>(v128.andnot(ours, out), left));
      addWidened<T>(sums + bytes<f64>(j), head<T>(v128.andnot(theirs, out), left));
    }
    const sum = sums + bytes<f64>(i);
    setElement<f64>(sum, element<f64>(sum) + total(own));
  }
}

/** The values, times `share`, and their sum; `factors` and `pulls` then hold what slopes are made of. */
export function contrastValues<T extends number>(
  positives: usize,
  peaks: usize,
  sums: usize,
  cosines: usize,
  n: i32,
  scale: f64,
  share: f64,
  values: usize,
  factors: usize,
  pulls: usize,
  upstream: usize,
): f64 {
  let all: f64 = 0;
  for (let i = 0; i < n; i++) {
    const count = <f64>labelOf(positives, i);
    const sum = element<f64>(sums + bytes<f64>(i));
    const x =
      scale * (element<T>(peaks + bytes<T>(i)) - element<f64>(cosines + bytes<f64>(i)) / max<f64>(count, 1)) +
      logOf(sum);
    const weight = scale * share * (upstream ? element<T>(upstream + bytes<T>(i)) : 1);
    let value: f64 = 0;
    let pull: f64 = 0;
    let factor: f64 = 0;
    if (count === 1) {
      const e = expOf<f64>(-abs<f64>(x));
      value = max<f64>(x, 0) + v128.extract_lane<f64>(log1p<f64>(f64x2.splat(e)), 0);
      pull = (weight * (x >= 0 ? 1 : e)) / (1 + e);
      factor = pull / sum;
    } else if (count > 1) {
      value = x;
      pull = weight / count;
      factor = weight / sum;
    }
    all += share * value;
    if (values) setElement<T>(values + bytes<T>(i), share * value);
    setElement<T>(factors + bytes<T>(i), factor);
    setElement<T>(pulls + bytes<T>(i), pull);
  }
  return all;
}

/** Puts what each pair adds to both gradients in the place of its cosine, and 0 up to a row's own column. */
export function contrastSlopes<T extends number>(
  strip: usize,
  labels: usize,
  positives: usize,
  peaks: usize,
  factors: usize,
  pulls: usize,
  first: i32,
  rows: i32,
  n: i32,
  scale: f64,
): void {
  const times = splat<T>(scale);
  const pitch = bytes<T>(n - first);
  for (let r = 0; r < rows; r++) {
    const i = first + r;
    const row = strip + <usize>r * pitch - bytes<T>(first);
    memory.fill(row + bytes<T>(first), 0, bytes<T>(r + 1));
    const own = labelOf(labels, i);
    const peak = splat<T>(element<T>(peaks + bytes<T>(i)));
    const factor = splat<T>(element<T>(factors + bytes<T>(i)));
    const pull = splat<T>(element<T>(pulls + bytes<T>(i)));
    for (let j = i + 1; j < n; j += lanes<T>()) {
      const left = n - j;
      const at = bytes<T>(j);
      const c = load<T>(row + at, left);
      const ours = v128.mul<T>(factor, exp<T>(v128.mul<T>(v128.sub<T>(c, peak), times)));
      const apart = v128.sub<T>(c, load<T>(peaks + at, left));
      const theirs = v128.mul<T>(load<T>(factors + at, left), exp<T>(v128.mul<T>(apart, times)));
      const push = v128.andnot(v128.add<T>(ours, theirs), onlyPositive<T>(labels, positives, i, j, left));
      const together = v128.add<T>(pull, load<T>(pulls + at, left));
      store<T>(row + at, v128.sub<T>(push, v128.and(together, sameLabel<T>(labels, j, left, own))), left);
    }
  }
}
