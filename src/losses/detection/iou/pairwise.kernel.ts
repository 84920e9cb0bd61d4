// Intersection over union of every box of a list with every box of another: I / U, 0 where U is.
// Accuracy    6e-7 (f32), 1e-15 (f64), absolute.
// Requires    n, m > 0. `state` is scratch for 18 vectors, `copies` for as many boxes as a vector has lanes.
import { AXIS, measureBoth, OTHER, OWN, SHARED, tiny } from "../../../kernel/maths/boxes.kernel";
import { bytes, lanes, splat, store } from "../../../kernel/maths/vector.kernel";

export function pairwiseIou<T extends number>(
  a: usize,
  n: i32,
  b: usize,
  m: i32,
  out: usize,
  edges: bool,
  sign: f64,
  k: f64,
  state: usize,
  copies: usize,
): void {
  const box = <usize>4 * sizeof<T>();
  const step = box * <usize>lanes<T>();
  const x = state;
  const y = state + AXIS;
  const signs = splat<T>(sign);
  const shares = splat<T>(k);
  for (let i = 0; i < n; i++, a += box) {
    for (let j = 0; j < lanes<T>(); j++) memory.copy(copies + <usize>j * box, a, box);
    let t = b;
    let to = out + <usize>i * bytes<T>(m);
    for (let left = m; left > 0; left -= lanes<T>(), t += step, to += 16) {
      const second: usize = left > 1 ? box : 0;
      const third: usize = left > 2 ? 2 * box : 0;
      const fourth: usize = left > 3 ? 3 * box : 0;
      measureBoth<T>(x, y, copies, t, second, third, fourth, edges, signs, shares, false);
      const shared = v128.mul<T>(v128.load(x, SHARED), v128.load(y, SHARED));
      const own = v128.mul<T>(v128.load(x, OWN), v128.load(y, OWN));
      const other = v128.mul<T>(v128.load(x, OTHER), v128.load(y, OTHER));
      const union = v128.add<T>(v128.add<T>(v128.sub<T>(own, shared), v128.sub<T>(other, shared)), shared);
      store<T>(to, v128.div<T>(shared, v128.pmax<T>(union, tiny<T>())), left);
    }
  }
}
