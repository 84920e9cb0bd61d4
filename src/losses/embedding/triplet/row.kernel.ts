// Gradients of one triplet whose distances have gradients along differences:
//   near (a − p) − far (a − n) for a,   −near (a − p) for p,   far (a − n) for n
// with 0 where both weights are 0, whatever the rows hold.
import { addWide, setWide, tameFactor } from "../../../kernel/maths/range.kernel";
import { lanes, load, splat, store } from "../../../kernel/maths/vector.kernel";

export function setTriplet<T extends number>(
  a: usize,
  p: usize,
  n: usize,
  d: i32,
  near: f64,
  far: f64,
  toA: usize,
  toP: usize,
  toN: usize,
): void {
  if (!tameFactor<T>(near) || !tameFactor<T>(far)) {
    if (toP) setWide<T>(toP, p, a, d, near);
    if (toN) setWide<T>(toN, a, n, d, far);
    if (toA) {
      setWide<T>(toA, a, p, d, near);
      addWide<T>(toA, a, n, d, -far);
    }
    return;
  }
  const nothing = near === 0 && far === 0;
  const w = splat<T>(near);
  const v = splat<T>(far);
  const zero = splat<T>(0);
  const pair = 2 * lanes<T>();
  let at: usize = 0;
  let left = d;
  if (toA && toP && toN && !nothing)
    for (; left >= pair; left -= pair, at += 32) {
      const x0 = v128.load(a + at);
      const x1 = v128.load(a + at, 16);
      const e0 = v128.mul<T>(v128.sub<T>(x0, v128.load(p + at)), w);
      const e1 = v128.mul<T>(v128.sub<T>(x1, v128.load(p + at, 16)), w);
      const f0 = v128.mul<T>(v128.sub<T>(x0, v128.load(n + at)), v);
      const f1 = v128.mul<T>(v128.sub<T>(x1, v128.load(n + at, 16)), v);
      v128.store(toA + at, v128.sub<T>(e0, f0));
      v128.store(toA + at, v128.sub<T>(e1, f1), 16);
      v128.store(toP + at, v128.sub<T>(zero, e0));
      v128.store(toP + at, v128.sub<T>(zero, e1), 16);
      v128.store(toN + at, f0);
      v128.store(toN + at, f1, 16);
    }
  for (; left > 0; left -= lanes<T>(), at += 16) {
    let e = zero;
    let f = zero;
    if (!nothing) {
      const x = load<T>(a + at, left);
      e = v128.mul<T>(v128.sub<T>(x, load<T>(p + at, left)), w);
      f = v128.mul<T>(v128.sub<T>(x, load<T>(n + at, left)), v);
    }
    if (toA) store<T>(toA + at, v128.sub<T>(e, f), left);
    if (toP) store<T>(toP + at, v128.sub<T>(zero, e), left);
    if (toN) store<T>(toN + at, f, left);
  }
}
