// Points [n, d], coordinate by coordinate: kernels then meet several points in one vector.
// Requires    room for d rows of `stride` bytes, stride ≥ n numbers.
import { bytes } from "../maths/vector.kernel";

/** Copies points [n, d] into d rows of `stride` bytes, with zeros behind each. */
export function transposePoints<T extends number>(x: usize, n: i32, d: i32, to: usize, stride: u32): void {
  memory.fill(to, 0, stride * <usize>d);
  for (let i = 0; i < n; i++)
    for (let k = 0; k < d; k++, x += sizeof<T>()) store<T>(to + <usize>k * stride + bytes<T>(i), load<T>(x));
}
