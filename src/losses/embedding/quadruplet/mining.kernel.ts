// Batch-hard quadruplets: h = max(0, d_ap − d_an + m) with the anchor's hardest triplet, k = max(0, d_ap − d_qr + m2) with
// the closest pair (q, r) of two different identities, neither the anchor's.
//   value     h + k
//   gradient  ∂d_ap − ∂d_an where h > 0, plus ∂d_ap − ∂d_qr where k > 0
// The closest pair of all identities serves every anchor but those of its own two; for each of these two a second search
// leaves its identity out.
// Accuracy    1e-6 (f32), 1e-13 (f64) relative to the largest value, for the distances cancel near the margins.
// Requires    n, d > 0. A pair in memory is {f64 distance, i32 q, i32 r}, q < 0 for none.
import { labelOf, sameLabel } from "../../../kernel/maths/labels.kernel";
import { bytes, head, lanes, load as loadVector, splat } from "../../../kernel/maths/vector.kernel";
import { addPair, hasDistances, pointDistance, spoilPoint } from "../../../kernel/matrix/points.kernel";

/** The closest pair i < j of a block between two identities, neither of them that of point `except` (−1: any). */
export function closestPair<T extends number>(
  block: usize,
  labels: usize,
  first: i32,
  rows: i32,
  n: i32,
  except: i32,
  pair: usize,
): void {
  if (first === 0) {
    store<f64>(pair, Infinity);
    store<i32>(pair, -1, 8);
  }
  for (let i = first; i < first + rows; i++, block += bytes<T>(n)) {
    const own = labelOf(labels, i);
    const barred = except < 0 ? own : labelOf(labels, except);
    if (except >= 0 && own === barred) continue;
    for (let j = i + 1; j < n; j += lanes<T>()) {
      const left = n - j;
      const closer = v128.lt<T>(loadVector<T>(block + bytes<T>(j), left), splat<T>(load<f64>(pair)));
      const apart = v128.andnot(closer, sameLabel<T>(labels, j, left, own));
      if (v128.any_true(head<T>(v128.andnot(apart, sameLabel<T>(labels, j, left, barred)), left)))
        keepClosest<T>(block, labels, i, j, min(n, j + lanes<T>()), own, barred, pair);
    }
  }
}

function keepClosest<T extends number>(
  row: usize,
  labels: usize,
  i: i32,
  from: i32,
  to: i32,
  own: i32,
  barred: i32,
  pair: usize,
): void {
  for (let j = from; j < to; j++) {
    const other = labelOf(labels, j);
    const distance = <f64>load<T>(row + bytes<T>(j));
    if (other === own || other === barred || !(distance < load<f64>(pair))) continue;
    store<f64>(pair, distance);
    store<i32>(pair, i, 8);
    store<i32>(pair, j, 12);
  }
}

/** `pairs` holds the closest pair, then those without the identities of its two points. */
export function minedQuadruplets<T extends number>(
  points: usize,
  norms: usize,
  labels: usize,
  positives: usize,
  negatives: usize,
  pairs: usize,
  n: i32,
  d: i32,
  kind: i32,
  margin: f64,
  margin2: f64,
  values: usize,
  dp: usize,
  upstream: usize,
): f64 {
  let sum: f64 = 0;
  const q0 = load<i32>(pairs, 8);
  const r0 = load<i32>(pairs, 12);
  for (let i = 0; i < n; i++) {
    const p = <i32>load<T>(positives + bytes<T>(i));
    const negative = <i32>load<T>(negatives + bytes<T>(i));
    let value: f64 = 0;
    const weight = upstream ? <f64>load<T>(upstream + bytes<T>(i)) : 1;
    if (!hasDistances<T>(norms, i)) {
      value = NaN;
      if (dp && weight !== 0) spoilPoint<T>(dp, i, d);
    } else if (p >= 0 && negative >= 0) {
      const own = labelOf(labels, i);
      let pair = pairs;
      if (q0 >= 0 && labelOf(labels, q0) === own) pair = pairs + 16;
      else if (q0 >= 0 && labelOf(labels, r0) === own) pair = pairs + 32;
      const q = load<i32>(pair, 8);
      const r = load<i32>(pair, 12);
      const far = pointDistance<T>(points, norms, i, p, d, kind);
      const near = pointDistance<T>(points, norms, i, negative, d, kind);
      const apart = q >= 0 ? pointDistance<T>(points, norms, q, r, d, kind) : Infinity;
      const h = far - near + margin;
      const k = q >= 0 ? far - apart + margin2 : 0;
      value = max<f64>(h, 0) + max<f64>(k, 0);
      if (dp && h > 0) {
        addPair<T>(points, dp, i, p, d, kind, far, weight);
        addPair<T>(points, dp, i, negative, d, kind, near, -weight);
      }
      if (dp && k > 0) {
        addPair<T>(points, dp, i, p, d, kind, far, weight);
        addPair<T>(points, dp, q, r, d, kind, apart, -weight);
      }
    }
    sum += value;
    if (values) store<T>(values + bytes<T>(i), <T>value);
  }
  return sum;
}
