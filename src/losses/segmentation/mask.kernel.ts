// Positions that count, for the losses that sum over the positions of masks [samples, classes, n]. One mask [samples, n] of
// 0 and 1 serves all classes. What is left out becomes 0, even NaN: in probabilities and targets alike it then adds nothing.
// Requires    n > 0; out may be x.
import { bytes, lanes, load, splat, store } from "../../kernel/maths/vector.kernel";

export function keepMasked<T extends number>(
  x: usize,
  mask: usize,
  samples: i32,
  classes: i32,
  n: i32,
  out: usize,
): void {
  const row = bytes<T>(n);
  for (let i = 0; i < samples; i++, mask += row)
    for (let c = 0; c < classes; c++, x += row, out += row)
      for (let left = n, at: usize = 0; left > 0; left -= lanes<T>(), at += 16) {
        const kept = v128.ne<T>(load<T>(mask + at, left), splat<T>(0));
        store<T>(out + at, v128.and(load<T>(x + at, left), kept), left);
      }
}
