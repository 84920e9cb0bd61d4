// Kullback–Leibler divergence towards softmax(x), row by row: m = max x, e = exp(x − m), Z = Σ e
//   from targets t       value     Σ t (log t − x + m) + log Z Σ t        (a term with t = 0 is 0)
//                        gradient  Σt · e / Z − t
//   from teacher logits  x and y are divided by the temperature τ, t = softmax(y)
//                        value     τ² Σ t ((y − m_y) − (x − m_x)) + τ² (log Z_x − log Z_y)
//                        gradient  τ (softmax(x) − t)
// Accuracy    1e-6 (f32), 4e-15 (f64) of max(1, the largest |x − m|): the terms cancel where the two agree.
// Edges       a logit of −Infinity is fine where t is 0 and gives +Infinity elsewhere.
// Requires    rows > 0, columns > 0, τ > 0.
import { exp } from "../../../kernel/maths/exp.kernel";
import { log, logOf } from "../../../kernel/maths/log.kernel";
import {
  addTo,
  bytes,
  head,
  headOr,
  lanes,
  load as loadVector,
  maximum,
  splat,
  store as storeVector,
  total,
} from "../../../kernel/maths/vector.kernel";

function largest<T extends number>(x: usize, columns: i32): f64 {
  const low = splat<T>(-Infinity);
  let most = low;
  for (let left = columns; left > 0; left -= lanes<T>(), x += 16)
    most = v128.pmax<T>(headOr<T>(loadVector<T>(x, left), left, low), most);
  return <f64>maximum<T>(most);
}

/** Σ exp(inverse · (x − m)). */
function sumExp<T extends number>(x: usize, columns: i32, m: f64, inverse: f64): f64 {
  const shift = splat<T>(m);
  const by = splat<T>(inverse);
  let sum = f64x2.splat(0);
  for (let left = columns; left > 0; left -= lanes<T>(), x += 16) {
    const e = exp<T>(v128.mul<T>(v128.sub<T>(loadVector<T>(x, left), shift), by));
    sum = addTo<T>(sum, head<T>(e, left));
  }
  return total(sum);
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
  const factor = splat<T>(scale);
  const stride = bytes<T>(columns);
  let all: f64 = 0;
  for (let row = 0; row < rows; row++, x += stride, t += stride) {
    const m = largest<T>(x, columns);
    const shift = splat<T>(m);
    let mass = f64x2.splat(0);
    let weight = f64x2.splat(0);
    let terms = f64x2.splat(0);
    let at: usize = 0;
    for (let left = columns; left > 0; left -= lanes<T>(), at += 16) {
      const d = v128.sub<T>(loadVector<T>(x + at, left), shift);
      const t0 = v128.pmax<T>(loadVector<T>(t + at, left), zero);
      const e = exp<T>(d);
      const term = v128.andnot(v128.mul<T>(t0, v128.sub<T>(log<T>(t0), d)), v128.eq<T>(t0, zero));
      mass = addTo<T>(mass, head<T>(e, left));
      weight = addTo<T>(weight, t0);
      terms = addTo<T>(terms, head<T>(term, left));
      if (dx) storeVector<T>(dx + at, e, left);
    }
    const z = total(mass);
    const w = total(weight);
    const value = total(terms) + w * logOf(z);
    all += value;
    if (values) store<T>(values + bytes<T>(row), <T>value);
    if (!dx) continue;
    const share = splat<T>(w / z);
    at = 0;
    for (let left = columns; left > 0; left -= lanes<T>(), at += 16) {
      const t0 = v128.pmax<T>(loadVector<T>(t + at, left), zero);
      const g = v128.sub<T>(v128.mul<T>(loadVector<T>(dx + at, left), share), t0);
      storeVector<T>(dx + at, v128.mul<T>(g, factor), left);
    }
    dx += stride;
  }
  return all;
}

export function distillation<T extends number>(
  x: usize,
  y: usize,
  rows: i32,
  columns: i32,
  values: usize,
  dx: usize,
  scale: f64,
  temperature: f64,
): f64 {
  const inverse = 1 / temperature;
  const by = splat<T>(inverse);
  const factor = splat<T>(scale * temperature);
  const stride = bytes<T>(columns);
  const zero = splat<T>(0);
  let all: f64 = 0;
  for (let row = 0; row < rows; row++, x += stride, y += stride) {
    const mx = largest<T>(x, columns);
    const my = largest<T>(y, columns);
    const zx = sumExp<T>(x, columns, mx, inverse);
    const zy = sumExp<T>(y, columns, my, inverse);
    const shiftX = splat<T>(mx);
    const shiftY = splat<T>(my);
    const shareX = splat<T>(1 / zx);
    const shareY = splat<T>(1 / zy);
    let sum = f64x2.splat(0);
    let at: usize = 0;
    for (let left = columns; left > 0; left -= lanes<T>(), at += 16) {
      const a = v128.mul<T>(v128.sub<T>(loadVector<T>(x + at, left), shiftX), by);
      const b = v128.mul<T>(v128.sub<T>(loadVector<T>(y + at, left), shiftY), by);
      const t0 = v128.mul<T>(exp<T>(b), shareY);
      const term = v128.andnot(v128.mul<T>(t0, v128.sub<T>(b, a)), v128.eq<T>(t0, zero));
      sum = addTo<T>(sum, head<T>(term, left));
      if (dx) {
        const g = v128.sub<T>(v128.mul<T>(exp<T>(a), shareX), t0);
        storeVector<T>(dx + at, v128.mul<T>(g, factor), left);
      }
    }
    const value = temperature * temperature * (total(sum) + logOf(zx) - logOf(zy));
    all += value;
    if (values) store<T>(values + bytes<T>(row), <T>value);
    if (dx) dx += stride;
  }
  return all;
}
