// Intersection over union of every box of a list with every box of another: I / U, 0 where U is.
// Accuracy    6e-7 (f32), 1e-15 (f64), absolute.
// Requires    n, m ≥ 0. `state` is scratch of pairwiseIouWorkspace bytes.
import { AXIS, BoxLayout, measureAxis, OTHER, OWN, SHARED, tiny } from "../../../kernel/maths/boxes.kernel";
import { bytes, lanes, store } from "../../../kernel/maths/vector.kernel";

// Vectors of pairs that one loop hands to the next.
const CHUNK: usize = 16;

/** What both axes measure of a chunk, and a box once per lane of a vector. */
export function pairwiseIouWorkspace(): i32 {
  return <i32>(CHUNK * 2 * AXIS) + 64;
}

export function pairwiseIou<T extends number>(
  a: usize,
  b: usize,
  n: i32,
  m: i32,
  layout: BoxLayout,
  out: usize,
  state: usize,
): void {
  const copies = state + CHUNK * 2 * AXIS;
  const box = <usize>4 * sizeof<T>();
  const most = <i32>CHUNK * lanes<T>();
  for (let i = 0; i < n; i++, a += box) {
    for (let j = 0; j < lanes<T>(); j++) memory.copy(copies + <usize>j * box, a, box);
    let t = b;
    let to = out + <usize>i * bytes<T>(m);
    for (let left = m; left > 0; left -= most) {
      const count = min(left, most);
      measureAxis<T>(state, copies, 0, t, count, layout, false, false);
      measureAxis<T>(state, copies, 0, t, count, layout, true, false);
      storeIou<T>(state, count, to);
      t += <usize>count * box;
      to += bytes<T>(count);
    }
  }
}

function storeIou<T extends number>(x: usize, n: i32, out: usize): void {
  for (let left = n; left > 0; left -= lanes<T>(), x += 2 * AXIS, out += 16) {
    const y = x + AXIS;
    const shared = v128.mul<T>(v128.load(x, SHARED), v128.load(y, SHARED));
    const own = v128.mul<T>(v128.load(x, OWN), v128.load(y, OWN));
    const other = v128.mul<T>(v128.load(x, OTHER), v128.load(y, OTHER));
    const union = v128.add<T>(v128.add<T>(v128.sub<T>(own, shared), v128.sub<T>(other, shared)), shared);
    store<T>(out, v128.div<T>(shared, v128.pmax<T>(union, tiny<T>())), left);
  }
}
