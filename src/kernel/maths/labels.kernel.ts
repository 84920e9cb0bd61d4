// Labels, i32, beside vectors of a generic float type.
import { load } from "./vector.kernel";

/** All ones in the lanes whose label is `own`; lanes from `left` on are undefined. */
export function sameLabel<T extends number>(labels: usize, j: i32, left: i32, own: i32): v128 {
  const at = labels + ((<usize>j) << 2);
  if (sizeof<T>() === 4) return i32x4.eq(load<f32>(at, left), i32x4.splat(own));
  const two = left >= 2 ? v128.load64_zero(at) : v128.load32_zero(at);
  return i64x2.extend_low_i32x4_s(i32x4.eq(two, i32x4.splat(own)));
}

/** The label of row i. */
export function labelOf(labels: usize, i: i32): i32 {
  return v128.extract_lane<i32>(v128.load32_zero(labels + ((<usize>i) << 2)), 0);
}

/** j, j + 1, … in the lanes. */
export function columnsFrom<T extends number>(j: i32): v128 {
  return sizeof<T>() === 8
    ? f64x2.add(f64x2.splat(<f64>j), f64x2(0, 1))
    : f32x4.add(f32x4.splat(<f32>j), f32x4(0, 1, 2, 3));
}
