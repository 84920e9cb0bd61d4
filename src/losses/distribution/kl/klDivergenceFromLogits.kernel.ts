// Kullback–Leibler divergence from targets t to softmax(x), row by row: m = max x, e = exp(x − m), Z = Σ e
//   value     Σ t (log t − x + m) + log Z Σ t        (a term with t = 0 is 0)
//   gradient  Σt · e / Z − t
// Accuracy    1e-6 (f32), 4e-15 (f64) of max(1, the largest |x − m|): the terms cancel where the two agree.
// Edges       a logit of −Infinity is fine where t is 0 and gives +Infinity elsewhere. Targets below 0 by a rounding
//             count as 0.
// Requires    rows > 0, columns > 0.
import { exp } from "../../../kernel/maths/exp.kernel";
import { logOf, logPositive } from "../../../kernel/maths/log.kernel";
import { rowMaximum } from "../../../kernel/maths/softmax.kernel";
import {
  addTo,
  bytes,
  head,
  lanes,
  load as loadVector,
  splat,
  store as storeVector,
  total,
} from "../../../kernel/maths/vector.kernel";

/**
 * t (log t − d), 0 where t is 0. The logarithm needs no care at its edges: NaN comes out of the product, and what it
 * gives for a subnormal t is finite and multiplied by next to nothing.
 */
function term<T extends number>(t: v128, d: v128): v128 {
  return v128.andnot(v128.mul<T>(t, v128.sub<T>(logPositive<T>(t), d)), v128.eq<T>(t, splat<T>(0)));
}

/** The targets of one vector, none below 0. */
function targets<T extends number>(t: usize): v128 {
  return v128.pmax<T>(v128.load(t), splat<T>(0));
}

export function klFromLogits<T extends number>(
  x: usize,
  t: usize,
  rows: i32,
  columns: i32,
  values: usize,
  dx: usize,
  scale: f64,
): f64 {
  const zero = splat<T>(0);
  const stride = bytes<T>(columns);
  const pair = 2 * lanes<T>();
  let all: f64 = 0;
  for (let row = 0; row < rows; row++, x += stride, t += stride) {
    const shift = splat<T>(rowMaximum<T>(x, columns));
    let mass = f64x2.splat(0);
    let weight = f64x2.splat(0);
    let terms = f64x2.splat(0);
    let at: usize = 0;
    let left = columns;
    for (; left >= pair; left -= pair, at += 32) {
      const d0 = v128.sub<T>(v128.load(x + at), shift);
      const d1 = v128.sub<T>(v128.load(x + at, 16), shift);
      const t0 = targets<T>(t + at);
      const t1 = targets<T>(t + at + 16);
      const e0 = exp<T>(d0);
      const e1 = exp<T>(d1);
      if (dx) {
        v128.store(dx + at, e0);
        v128.store(dx + at, e1, 16);
      }
      // Two at a time in T, which costs one rounding and saves one of two widenings.
      mass = addTo<T>(mass, v128.add<T>(e0, e1));
      weight = addTo<T>(weight, v128.add<T>(t0, t1));
      terms = addTo<T>(terms, v128.add<T>(term<T>(t0, d0), term<T>(t1, d1)));
    }
    for (; left > 0; left -= lanes<T>(), at += 16) {
      const d = v128.sub<T>(loadVector<T>(x + at, left), shift);
      const t0 = v128.pmax<T>(loadVector<T>(t + at, left), zero);
      const e = exp<T>(d);
      if (dx) storeVector<T>(dx + at, e, left);
      mass = addTo<T>(mass, head<T>(e, left));
      weight = addTo<T>(weight, t0);
      terms = addTo<T>(terms, head<T>(term<T>(t0, d), left));
    }
    const z = total(mass);
    const w = total(weight);
    const value = total(terms) + w * logOf(z);
    all += value;
    if (values) store<T>(values + bytes<T>(row), <T>value);
    if (!dx) continue;
    slopes<T>(dx, t, columns, w / z, scale);
    dx += stride;
  }
  return all;
}

/** dx = (dx · share − t) · scale, a row. */
function slopes<T extends number>(dx: usize, t: usize, columns: i32, share: f64, scale: f64): void {
  const k = splat<T>(share);
  const factor = splat<T>(scale);
  const pair = 2 * lanes<T>();
  let left = columns;
  for (; left >= pair; left -= pair, dx += 32, t += 32) {
    const g0 = v128.sub<T>(v128.mul<T>(v128.load(dx), k), targets<T>(t));
    const g1 = v128.sub<T>(v128.mul<T>(v128.load(dx, 16), k), targets<T>(t + 16));
    v128.store(dx, v128.mul<T>(g0, factor));
    v128.store(dx, v128.mul<T>(g1, factor), 16);
  }
  for (; left > 0; left -= lanes<T>(), dx += 16, t += 16) {
    const t0 = v128.pmax<T>(loadVector<T>(t, left), splat<T>(0));
    const g = v128.sub<T>(v128.mul<T>(loadVector<T>(dx, left), k), t0);
    storeVector<T>(dx, v128.mul<T>(g, factor), left);
  }
}
