// Positions that count, for the losses that sum over the positions of masks or feature maps [samples, classes, n]. One mask
// [samples, n], of 0 and 1 or of factors, serves all classes. What is left out becomes 0, even NaN: in both inputs alike it
// then adds nothing.
// Requires    n > 0; out may be x.
import { bytes, lanes, load, store, weighed } from "../../kernel/maths/vector.kernel";

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
        store<T>(out + at, weighed<T>(load<T>(x + at, left), load<T>(mask + at, left)), left);
      }
}
