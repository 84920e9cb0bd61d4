// Requires    n > 0. `out` may be `a` or `b`.
import { lanes, load, store } from "../kernel/maths/vector.kernel";

/** out = a + b; a copy of a where b is 0. */
export function sumOfTwo<T extends number>(a: usize, b: usize, n: i32, out: usize): void {
  for (let left = n, at: usize = 0; left > 0; left -= lanes<T>(), at += 16) {
    const v = load<T>(a + at, left);
    store<T>(out + at, b ? v128.add<T>(v, load<T>(b + at, left)) : v, left);
  }
}
